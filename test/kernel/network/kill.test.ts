// adv-76: a process that is killed with SIGKILL after each single step leaves nothing that disconnect and remove do not clean,
// and nothing that keeps another from doing it anew.
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { createNetwork, type NetworkSpec, openNetwork, removeNetwork, type StepMessage } from '../../../src/network.js'
import { followed, state } from '../../support/network.js'
import { killedAt, withSteps, workerEndedAt } from '../../support/network-steps.js'
import { requireKind } from '../../support/probe.js'

const plain: NetworkSpec = { name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] }
const internal: NetworkSpec = { ...plain, internal: true, mtu: 1400 }
const options = { hairpin: true, routes: [{ dst: '10.1.0.0/16' }] }

/** The names of leases' links and their addresses are random. */
const settled = (): string[] => state('blue').map(line => line.replace(/veth[0-9a-f]{8}|(?:[0-9a-f]{2}:){5}.*/g, '*'))

/** What there is of a network that was made, whatever its index. */
async function made(): Promise<string[]> {
  await followed()
  return settled().map(line => line.replace(/^(.*: )\d+: br-web/, '$1br-web'))
}

// What each consists of is asked before anything is tested.
const stepsOf = {
  create: [
    'record',
    'bridge',
    'sysctls',
    'gateway 10.89.0.1',
    'gateway fd00:89::1',
    'forwarding IPv4',
    'forwarding IPv6',
    'up',
  ],
  internal: [
    'record',
    'bridge',
    'sysctls',
    'gateway 10.89.0.1',
    'gateway fd00:89::1',
    'rule 400 10.89.0.0/24',
    'rule 401 10.89.0.0/24',
    'rule 400 fd00:89::/64',
    'rule 401 fd00:89::/64',
    'rule 401 inet br-web',
    'rule 401 inet6 br-web',
    'up',
  ],
  connect: ['lease', 'link', 'port', 'sysctls', 'addresses', 'up', 'routes', 'usable', 'done'],
}
const undone = {
  remove: ['gateway fd00:89::1', 'gateway 10.89.0.1', 'bridge', 'record'],
  disconnect: ['link', 'lease'],
}

beforeAll(async () => {
  using blue = netns.create('blue')
  using rt = openSync({ netns: blue })
  rt.link.set('lo', { up: true })
  // Forwarding stays on, and IPv6 keeps the groups that it has joined: both are not the subject here.
  await using _once = await createNetwork(plain)
  await removeNetwork('web')
})

afterEach(() => removeNetwork('web', { force: true }))

async function create(spec: NetworkSpec): Promise<void> {
  await using _network = await createNetwork(spec)
}

async function connect(): Promise<void> {
  await using network = await openNetwork('web')
  await network.connect('blue', options)
}

async function disconnect(): Promise<void> {
  await using network = await openNetwork('web')
  await network.disconnect('blue')
}

/** All steps; on the one slow processor of User-mode Linux, where each child takes four seconds, one of them. */
function some(steps: readonly string[]): readonly string[] {
  return steps.filter((_, i) => process.env['RIK_ENGINE'] === undefined || i === 1)
}

it('has a kill for every step', async () => {
  const spies = { create: plain, internal }
  for (const [name, spec] of Object.entries(spies)) {
    expect(
      await withSteps(
        () => {},
        () => create(spec),
      ),
    ).toEqual(stepsOf[name as keyof typeof spies])
    if (name === 'create') expect(await withSteps(() => {}, connect)).toEqual(stepsOf.connect)
    const undoing: string[] = []
    if (name === 'create') {
      await withSteps(({ step, phase }) => phase === 'undone' && undoing.push(step), disconnect)
      expect(undoing.splice(0)).toEqual(undone.disconnect)
    }
    await withSteps(
      ({ step, phase }) => phase === 'undone' && undoing.push(step),
      () => removeNetwork('web'),
    )
    if (name === 'create') expect(undoing).toEqual(undone.remove)
  }
})

async function kill(step: string, phase: 'done' | 'undone', text: string): Promise<void> {
  expect(await killedAt(step, phase, text)).toMatchObject({ signal: 'SIGKILL', stderr: '', stdout: '' })
}

describe.each([
  ['create', plain],
  ['internal', internal],
] as const)('adv-76: killed while it creates a network (%s)', (name, spec) => {
  it.each(some(stepsOf[name]))('after %s', async step => {
    const before = settled()
    const text = `await network.createNetwork(${JSON.stringify(spec)})`
    await kill(step, 'done', text)
    await removeNetwork('web')
    expect(settled()).toEqual(before)
    await create(spec)
    const once = await made()
    await removeNetwork('web')
    await kill(step, 'done', text)
    await create(spec)
    expect(await made()).toEqual(once)
    await removeNetwork('web')
    expect(settled()).toEqual(before)
  })
})

describe('adv-76: killed while it removes a network', () => {
  it.each(some(undone.remove))('after %s', async step => {
    const before = settled()
    await create(plain)
    await kill(step, 'undone', "await network.removeNetwork('web')")
    await removeNetwork('web')
    expect(settled()).toEqual(before)
  })
})

describe('adv-76: killed while it connects a container', () => {
  const text = `const web = await network.openNetwork('web')\nawait web.connect('blue', ${JSON.stringify(options)})`

  it.each(some(stepsOf.connect))('after %s', async step => {
    const outside = settled()
    const before = await used()
    await kill(step, 'done', text)
    {
      await using network = await openNetwork('web')
      const [container] = (await network.inspect()).containers
      expect(container?.state).toBe(step === 'done' ? 'connected' : 'incomplete')
    }
    await disconnect()
    expect(settled().map(withoutLast)).toEqual(before.map(withoutLast))
    // Another process connects it.
    await kill(step, 'done', text)
    await connect()
    {
      await using network = await openNetwork('web')
      const { containers } = await network.inspect()
      expect(containers).toMatchObject([{ name: 'blue', state: 'connected' }])
    }
    await disconnect()
    expect(settled().map(withoutLast)).toEqual(before.map(withoutLast))
    // Without a disconnect: what is incomplete does not keep a network from being removed.
    await kill(step, 'done', text)
    await removeNetwork('web', { force: step === 'done' })
    expect(settled()).toEqual(outside)
  })

  it.each(some(undone.disconnect))('or disconnects one, after %s', async step => {
    const before = await used()
    await connect()
    await kill(step, 'undone', "const web = await network.openNetwork('web')\nawait web.disconnect('blue')")
    await disconnect()
    expect(settled().map(withoutLast)).toEqual(before.map(withoutLast))
    await removeNetwork('web')
  })
})

describe('adv-76: killed while it disconnects all', () => {
  const two = async (): Promise<void> => {
    await using network = await openNetwork('web')
    for (const ifname of ['eth0', 'eth1']) await network.connect('blue', { ifname, defaultRoute: false })
  }

  it('whose leases it writes down once', async () => {
    await create(plain)
    await two()
    const undoing: string[] = []
    const isUndone = ({ step, phase }: StepMessage) => phase === 'undone' && undoing.push(step)
    await using network = await openNetwork('web')
    await withSteps(isUndone, () => network.disconnectAll())
    expect(undoing.splice(0)).toEqual(['link', 'link', 'lease'])
    await two()
    using rt = openSync({ netns: 'blue' })
    for (const name of ['eth0', 'eth1']) rt.link.delete(name)
    await withSteps(isUndone, () => network.collect())
    expect(undoing).toEqual(['link', 'link', 'lease'])
    expect((await network.inspect()).containers).toEqual([])
  })

  it.each(some(undone.disconnect))('after %s', async step => {
    const before = await used()
    await two()
    await kill(step, 'undone', "const web = await network.openNetwork('web')\nawait web.disconnectAll()")
    await using network = await openNetwork('web')
    await network.disconnectAll()
    expect(settled().map(withoutLast)).toEqual(before.map(withoutLast))
    await two()
    await kill(step, 'undone', "await network.removeNetwork('web', { force: true })")
    await removeNetwork('web')
  })
})

describe('a Worker that is ended while it connects a container', () => {
  it.each(some(stepsOf.connect))('after %s', async step => {
    await create(plain)
    await using network = await openNetwork('web')
    const ended = () =>
      workerEndedAt(
        step,
        'done',
        `await (await network.openNetwork('web')).connect('blue', ${JSON.stringify(options)})`,
      )
    await ended()
    const state = step === 'done' ? 'connected' : 'incomplete'
    expect((await network.inspect()).containers).toMatchObject([{ name: 'blue', state }])
    await network.connect('blue', options)
    await network.disconnect('blue')
    await ended()
    await network.disconnect('blue')
    expect((await network.inspect()).containers).toEqual([])
    using inside = openSync({ netns: 'blue' })
    expect(inside.link.list().map(({ name }) => name)).toEqual(['lo'])
  })

  it('is at it until then, and after what this thread has done', async () => {
    await create(plain)
    await using network = await openNetwork('web')
    await network.connect('blue', { ifname: 'eth1' })
    await workerEndedAt('link', 'done', `await (await network.openNetwork('web')).connect('blue')`, async () => {
      const [, container] = (await network.inspect()).containers
      expect(container).toMatchObject({ ifname: 'eth0', state: 'connecting' })
      expect(await network.collect()).toEqual([])
      for (const call of [network.connect('blue'), network.disconnect('blue', { ifname: 'eth0' })]) {
        await expect(call).rejects.toMatchObject({ code: 'EBUSY' })
      }
      await network.disconnect('blue', { ifname: 'eth1' })
      expect((await network.inspect()).containers).toMatchObject([{ state: 'connecting' }])
    })
    await network.disconnect('blue')
    expect((await network.inspect()).containers).toEqual([])
  })
})

describe('adv-76: killed while it connects a container by macvlan', () => {
  it.for(some(['lease', 'link', 'name']))('after %s', async (step, context) => {
    requireKind(context, 'macvlan')
    const spec = { name: 'lan', driver: 'macvlan', parent: 'eth0', subnets: ['10.90.0.0/24'] } as const
    using rt = openSync()
    // Where the kernel looks for the container's name here it is taken: the link has a temporary one at first.
    rt.link.add({ name: 'eth0', up: true, info: { kind: 'veth', peer: { name: 'other' } } })
    rt.link.set('other', { up: true })
    await (await createNetwork(spec)).close()
    await kill(step, 'done', "const lan = await network.openNetwork('lan')\nawait lan.connect('blue')")
    await using network = await openNetwork('lan')
    await network.connect('blue')
    await network.disconnect('blue')
    await kill(step, 'done', "const lan = await network.openNetwork('lan')\nawait lan.connect('blue')")
    await network.disconnect('blue')
    using inside = openSync({ netns: 'blue' })
    expect(inside.link.list().map(({ name }) => name)).toEqual(['lo'])
    expect((await network.inspect()).containers).toEqual([])
    await removeNetwork('lan')
    rt.link.delete('eth0')
  })
})

/** Creates a network that has had a container: with the first carrier the bridge gets its link-local address. */
async function used(): Promise<string[]> {
  await create(plain)
  await connect()
  await disconnect()
  return settled()
}

/** Which address was handed out last is remembered. */
function withoutLast(line: string): string {
  return line.replace(/"last":\{.*?\}/, '"last":{}')
}
