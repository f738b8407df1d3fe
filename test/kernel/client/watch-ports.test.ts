// watch() of links that are ports of a bridge: what the kernel tells of them under AF_BRIDGE alone.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Client, open, openSync, type Watch } from '../../../src/index.js'
import { ip, run } from '../../support/iproute2/iproute.js'

let rt: Client
let state: Watch

beforeEach(async () => {
  rt = await open()
  await rt.link.add({ name: 'br0', up: true, info: { kind: 'bridge' } })
  await rt.link.add({ name: 'v0', up: true, master: 'br0', info: { kind: 'veth', peer: { name: 'v1' } } })
  await rt.link.set('v1', { up: true })
  await rt.link.wait('v0', link => link?.slave?.kind === 'bridge' && link.slave.state === 'forwarding')
  state = rt.watch({ link: true })
  await state.ready()
})

afterEach(async () => {
  await rt.close()
  using sync = openSync()
  for (const name of ['v0', 'br0']) sync.link.delete(name, { missingOk: true })
})

/** The port as the watch has it; timers run by themselves, and of groups that come and go nothing is told. */
function port(slave: unknown = state.current().link.find(({ name }) => name === 'v0')?.slave): unknown {
  const {
    messageAgeTimer: _,
    forwardDelayTimer: __,
    holdTimer: ___,
    mcastNGroups: ____,
    ...rest
  } = slave as Record<string, unknown>
  return rest
}

async function kernelPort(): Promise<unknown> {
  return port((await rt.link.get('v0')).slave)
}

it('follows what the bridge tool sets, what a bridge answers itself, and states', async () => {
  const events = state[Symbol.asyncIterator]()
  for (let event = await events.next(); event.value?.type !== 'ready'; ) event = await events.next()
  run('bridge link set dev v0 learning off cost 55')
  await expect.poll(() => port()).toMatchObject({ learning: 0, cost: 55 })
  expect(port()).toEqual(await kernelPort())
  let reported = (await events.next()).value
  // The bridge may still be coming up.
  while (reported?.type === 'link' && reported.new?.name === 'br0') reported = (await events.next()).value
  expect(reported).toMatchObject({ type: 'link', action: 'changed', new: { name: 'v0', family: 'unspec', mtu: 1500 } })
  await rt.link.set('v0', { family: 'bridge', protinfo: { cost: 99 } })
  await expect.poll(() => port()).toMatchObject({ cost: 99 })
  ip('link set v0 down')
  await expect.poll(() => port()).toMatchObject({ state: 'disabled' })
  expect(port()).toEqual(await kernelPort())
  await events.return?.()
})

it('follows a port that leaves, and one that comes back', async () => {
  ip('link set v0 nomaster')
  await expect.poll(() => state.current().link.find(({ name }) => name === 'v0')?.slave).toBeUndefined()
  ip('link set v0 master br0')
  await expect
    .poll(() => state.current().link.find(({ name }) => name === 'v0')?.slave)
    .toMatchObject({ state: 'forwarding' })
  expect(port()).toEqual(await kernelPort())
})

it('holds a link as a dump shows it, without what has made the kernel tell of it', async () => {
  ip('link add br1 type bridge')
  ip('link add v2 type veth peer v3')
  ip('link set v2 up master br1')
  await using events = rt.monitor({ groups: ['link'] })
  // The last that is told of the bridge is that its features have changed.
  ip('link set v2 nomaster')
  ip('link set v3 mtu 1400')
  let last: string | number | undefined
  for await (const event of events) {
    if (event.type !== 'link') continue
    if (event.link.name === 'br1') last = event.link.event
    if (event.link.name === 'v3' && event.link.mtu === 1400) break
  }
  expect(last).toBe('features')
  const named = (name: string) => state.current().link.find(link => link.name === name)
  await expect.poll(() => named('v3')?.mtu).toBe(1400)
  expect(named('br1')).toBeDefined()
  expect(named('br1')?.event).toBeUndefined()
  ip('link del br1')
  ip('link del v2')
})
