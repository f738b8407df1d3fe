// Links under adverse circumstances: what is taken, out of reach, refused by the kernel, moved and renamed meanwhile.
import { spawn } from 'node:child_process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, type MonitorEvent, NetlinkError, open } from '../../../../src/index.js'
import * as netns from '../../../../src/netns.js'
import { requireKind } from '../../../support/probe.js'

const dist = JSON.stringify(new URL('../../../../dist/index.js', import.meta.url).href)
let rt: Client
let inside: Client
let blue: netns.Namespace

beforeEach(async () => {
  blue = netns.create('blue')
  rt = await open()
  inside = await open({ netns: blue })
})
afterEach(async () => {
  for (const client of [rt, inside]) {
    for (const { name, kindName } of await client.link.list()) {
      // Fallback devices of tunnels cannot be deleted.
      if (/^(?:veth|bridge|ifb|macvlan)$/.test(kindName ?? '')) await client.link.delete(name, { missingOk: true })
    }
    await client.close()
  }
  blue.close()
  netns.delete('blue')
})

const names = async (client: Client) => (await client.link.list({ kind: 'veth' })).map(link => link.name).sort()

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

describe('adv-74 a pair that cannot be made leaves no end, here or there', () => {
  it('where a name is taken', async () => {
    await inside.link.add({ name: 'taken', info: { kind: 'veth', peer: { name: 'taken1' } } })
    await rt.link.add({ name: 'here', info: { kind: 'veth', peer: { name: 'here1' } } })
    const pair = (name: string, peer: string) =>
      rt.link.add({ name, info: { kind: 'veth', peer: { name: peer, netns: blue } } })
    expect((await rejection(pair('v0', 'taken'))).code).toBe('EEXIST')
    expect((await rejection(pair('here', 'v1'))).code).toBe('EEXIST')
    // Its second byte is a space of Latin-1 to the kernel (isspace).
    expect((await rejection(pair('v0', 'à'))).code).toBe('EINVAL')
    expect(
      (
        await rejection(
          rt.link.add({ name: 'v0', master: 'none', info: { kind: 'veth', peer: { name: 'v1', netns: blue } } }),
        )
      ).code,
    ).toBe('ENODEV')
    expect(
      (await rejection(rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1', netns: 'nowhere' } } })))
        .code,
    ).toBe('ENOENT')
    expect(await names(rt)).toEqual(['here', 'here1'])
    expect(await names(inside)).toEqual(['taken', 'taken1'])
  })

  it('where the other namespace is out of reach', async context => {
    // Root of a user namespace, with a descriptor of this namespace, over which it has no power.
    const script = `
      import { open } from ${dist}
      const rt = await open()
      const add = peer => rt.link.add({ name: 'v0', info: { kind: 'veth', peer } }).then(() => 'added', error => error.code)
      console.log(await add({ name: 'stray', netns: { fd: 3 } }), await add({ name: 'v1' }), (await rt.link.list({ kind: 'veth' })).length)`
    using here = netns.current()
    const child = spawn('unshare', ['-rn', process.execPath, '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe', here.fd],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (data: string) => {
        text += data
      })
    }
    await new Promise(resolve => child.on('close', resolve))
    if (text.startsWith('unshare:')) context.skip(text.trim())
    // Linux before 6.13 asks for no power over the namespace of a peer.
    if (text.startsWith('added ')) context.skip('the kernel makes peers in namespaces of others')
    expect(text).toBe('EPERM added 2\n')
    expect(await names(rt)).toEqual([])
  })
})

describe('adv-79 the kernel’s refusals', () => {
  it('of a macvlan on a port and of a second one with the same address are told with its words', async context => {
    requireKind(context, 'macvlan')
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    await rt.link.add({ name: 'p0', up: true, master: 'br0', info: { kind: 'veth', peer: { name: 'p1' } } })
    await rt.link.set('p1', { up: true })
    const busy = await rejection(rt.link.add({ name: 'm0', link: 'p0', info: { kind: 'macvlan', mode: 'bridge' } }))
    expect(busy).toMatchObject({ reason: 'kernel', code: 'EBUSY' })
    const address = '02:00:00:00:00:07'
    await rt.link.add({ name: 'm1', link: 'p1', address, up: true, info: { kind: 'macvlan', mode: 'bridge' } })
    await rt.link.add({ name: 'm2', link: 'p1', address, info: { kind: 'macvlan', mode: 'bridge' } })
    const twice = await rejection(rt.link.set('m2', { up: true }))
    expect(twice).toMatchObject({ reason: 'kernel', code: 'EADDRINUSE' })
    expect(twice.message).toMatch(/^link set m2 up=true: EADDRINUSE/)
  })
})

describe('adv-80 an IPv6 address', () => {
  const tentative = 0x40
  const failed = 0x08

  it('is usable at once without duplicate address detection, tentative with it, and shows that it failed', async () => {
    await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v0', netns: blue } } })
    await inside.link.set('v0', { up: true })
    await rt.link.set('v0', { up: true })
    await rt.link.wait('v0', link => link?.operstate === 'up')
    await inside.addr.add({ dev: 'v0', address: '2001:db8::1/64', flags: ['nodad'] })
    const flags = async (client: Client, address: string) =>
      (await client.addr.list({ dev: 'v0' })).find(a => a.address === address)?.flags ?? -1
    expect((await flags(inside, '2001:db8::1/64')) & tentative).toBe(0)
    await rt.addr.add({ dev: 'v0', address: '2001:db8::1/64' })
    await rt.addr.add({ dev: 'v0', address: '2001:db8::2/64' })
    await expect.poll(async () => (await flags(rt, '2001:db8::1/64')) & failed, { timeout: 20_000 }).toBe(failed)
    await expect
      .poll(async () => (await flags(rt, '2001:db8::2/64')) & (tentative | failed), { timeout: 20_000 })
      .toBe(0)
  })
})

describe('adv-81 what is given at creation', () => {
  it('is in the first event that tells of the link, in either namespace', async () => {
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    const { index: master } = await rt.link.get('br0')
    await using here = rt.monitor({ groups: ['link'] })
    await using there = inside.monitor({ groups: ['link'] })
    const address = '02:00:00:00:00:01'
    const peer = '02:00:00:00:00:02'
    await rt.link.add({
      name: 'v0',
      address,
      mtu: 1400,
      master: 'br0',
      info: { kind: 'veth', peer: { name: 'eth0', address: peer, mtu: 1300, netns: blue } },
    })
    const first = async (events: typeof here, name: string): Promise<MonitorEvent> => {
      for await (const event of events) if (event.type === 'link' && event.link.name === name) return event
      throw new Error('the monitor has ended')
    }
    expect(await first(there, 'eth0')).toMatchObject({ action: 'new', link: { address: peer, mtu: 1300 } })
    // The kernel enslaves after it has told of the link.
    expect(await first(here, 'v0')).toMatchObject({ action: 'new', link: { address, mtu: 1400 } })
    expect(await rt.link.get('v0')).toMatchObject({ address, mtu: 1400, master })
  })
})

describe('adv-67 a watch', () => {
  it('follows links that are renamed, moved away and back, and deleted from their other end', async () => {
    await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'w0', netns: blue } } })
    await rt.link.add({ name: 'v1', info: { kind: 'veth', peer: { name: 'w1', netns: blue } } })
    await using state = rt.watch({ link: true })
    await using far = inside.watch({ link: true })
    const reported: string[] = []
    const reading = (async () => {
      for await (const event of state) {
        if (event.type === 'link') reported.push(`${event.action} ${event.old?.name ?? ''}>${event.new?.name ?? ''}`)
      }
    })()
    const farReading = (async () => {
      for await (const _ of far);
    })()
    const held = (watch: typeof state) =>
      watch
        .current()
        .link.map(link => `${link.index} ${link.name}`)
        .sort()
    const dumped = async (client: Client) => (await client.link.list()).map(link => `${link.index} ${link.name}`).sort()
    const settled = async () => {
      await expect
        .poll(async () => ({ here: held(state), there: held(far) }))
        .toEqual({ here: await dumped(rt), there: await dumped(inside) })
    }
    await settled()
    await rt.link.set('v0', { name: 'renamed' })
    await settled()
    await rt.link.set('v1', { netns: blue })
    await settled()
    expect(held(state).join()).not.toContain('v1')
    using home = netns.current()
    await inside.link.set('v1', { netns: home })
    await settled()
    await inside.link.delete('w0')
    await settled()
    expect(held(state).join()).not.toContain('renamed')
    expect(reported).toContain('changed v0>renamed')
    expect(reported).toContain('removed renamed>')
    await state.close()
    await far.close()
    await Promise.all([reading, farReading])
  })
})

it('a handle that is closed while the send waits for its place stands for its own namespace', async () => {
  const others = [await open(), await open()]
  for (let i = 0; i < 16; i++) await rt.link.add({ name: `d${i}`, info: { kind: 'veth', peer: { name: `e${i}` } } })
  await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1' } } })
  // Both places of slow sends are taken.
  const busy = others.map((client, k) =>
    Promise.all(Array.from({ length: 8 }, (_, i) => client.link.delete(`d${8 * k + i}`))),
  )
  await Promise.resolve()
  const target = netns.open('blue')
  const moved = rt.link.set('v0', { netns: target })
  // It is packed: of the three clients at least one goes on in each turn, however long a turn is.
  for (let turn = 0; turn < 8; turn++) await nextTurn()
  const { fd } = target
  target.close()
  // It gets the number that the closed one had.
  using own = netns.current()
  expect(own.fd).toBe(fd)
  await moved
  await Promise.all(busy)
  expect(await names(inside)).toEqual(['v0'])
  for (const client of others) await client.close()
})
