// Networks on top of a link: macvlan and ipvlan in all their modes, VLANs. The parent is one end of a veth pair whose other
// end is in the namespace of a router.
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import {
  createNetwork,
  listNetworks,
  type NetworkMode,
  type NetworkSpec,
  openNetwork,
  removeNetwork,
} from '../../../src/network.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'
import { files, ping, state, talk } from '../../support/network.js'
import { withSteps } from '../../support/network-steps.js'
import { requireKind, requireTool } from '../../support/probe.js'

const names = ['router', 'blue', 'red']

beforeEach(() => {
  for (const name of names) {
    using space = netns.create(name)
    using rt = openSync({ netns: space })
    rt.link.set('lo', { up: true })
  }
  using rt = openSync()
  rt.link.add({ name: 'p0', up: true, info: { kind: 'veth', peer: { name: 'r0', netns: 'router' } } })
  // A container's name that is taken here is none of its business (adv-75).
  rt.link.add({ name: 'eth0', info: { kind: 'veth', peer: { name: 'other' } } })
  using router = openSync({ netns: 'router' })
  router.link.set('r0', { up: true })
  router.addr.add({ dev: 'r0', address: '10.91.0.1/24' })
  router.addr.add({ dev: 'r0', address: 'fd00:91::1/64', flags: ['nodad'] })
})

afterEach(async () => {
  for (const { name } of await listNetworks()) await removeNetwork(name, { force: true })
  ip('link del p0')
  ip('link del eth0')
  for (const name of names) netns.delete(name)
})

const subnets = ['10.91.0.0/24', 'fd00:91::/64']

/** Connects two containers; tells what each shows of its link. */
async function connected(spec: NetworkSpec): Promise<readonly Record<string, unknown>[]> {
  await using network = await createNetwork(spec)
  const { interfaces, ips } = await network.connect('blue')
  expect(interfaces.map(({ name, sandbox }) => [name, sandbox])).toEqual([
    [network.settings.link, undefined],
    ['eth0', 'blue'],
  ])
  expect(ips.map(({ address, interface: at }) => [address, at])).toEqual([
    ['10.91.0.2/24', 1],
    ['fd00:91::2/64', 1],
  ])
  if (spec.mode !== 'passthru') await network.connect('red')
  // The link of that name here is as it was.
  expect(ipShow('link show dev eth0')).toMatchObject([{ linkinfo: { info_kind: 'veth' } }])
  return ['blue', 'red'].flatMap(name => ipShow(`-n ${name} link`).filter(({ ifname }) => ifname === 'eth0'))
}

interface Linkinfo {
  readonly linkinfo: { readonly info_kind: string; readonly info_data: Readonly<Record<string, unknown>> }
}

/** What passes between the containers, and to the router. */
function reached(): { readonly beside: boolean; readonly router: boolean } {
  const six = ping('blue', 'fd00:91::1', 1)
  const router = ping('blue', '10.91.0.1', 1)
  expect(six).toBe(router)
  const beside = ping('blue', '10.91.0.3', 1)
  expect(ping('blue', 'fd00:91::3', 1)).toBe(beside)
  return { beside, router }
}

describe('macvlan', () => {
  it.for<[NetworkMode, boolean, boolean]>([
    ['bridge', true, true],
    ['private', false, true],
    // What is sent to the switch comes back only from one that can do that.
    ['vepa', false, true],
    ['passthru', false, true],
    // Frames from addresses that are not in the list are not taken.
    ['source', false, false],
  ])('adv-75: in mode %s is in the container under its name at once', async ([mode, beside, router], context) => {
    requireKind(context, 'macvlan')
    requireTool(context, 'ping')
    const before = state(...names)
    const links = await connected({ name: 'lan', driver: 'macvlan', parent: 'p0', mode, subnets })
    for (const link of links as unknown as Linkinfo[]) {
      expect(link.linkinfo).toMatchObject({ info_kind: 'macvlan', info_data: { mode } })
    }
    expect(reached()).toEqual({ beside, router })
    if (mode === 'bridge') {
      expect(await talk('tcp', 'blue', 'red', '10.91.0.3')).toBe('hello')
      expect(await talk('udp', 'blue', 'red', 'fd00:91::3')).toBe('hello')
    }
    await removeNetwork('lan', { force: true })
    expect(withoutLinkLocal(state(...names))).toEqual(withoutLinkLocal(before))
  })

  it('adv-79: says what the kernel says, and undoes', async context => {
    requireKind(context, 'macvlan')
    await using network = await createNetwork({ name: 'lan', driver: 'macvlan', parent: 'p0', subnets })
    await network.connect('blue', { mac: '02:00:00:00:00:77' })
    const before = withoutLinkLocal(state(...names).map(withoutLast))
    const twin = network.connect('red', { mac: '02:00:00:00:00:77' })
    await expect(twin).rejects.toMatchObject({ code: 'EADDRINUSE', step: 'up', reason: 'kernel' })
    await expect(network.connect('red', { hairpin: true })).rejects.toMatchObject({ fieldPath: 'hairpin' })
    expect(withoutLinkLocal(state(...names).map(withoutLast))).toEqual(before)
    // A parent that is a port already takes no macvlan.
    ip('link add name b0 type bridge')
    ip('link set other master b0')
    await using second = await createNetwork({ name: 'busy', driver: 'macvlan', parent: 'other', subnets })
    await expect(second.connect('red')).rejects.toMatchObject({ code: 'EBUSY', step: 'link' })
    ip('link del b0')
    const none = createNetwork({ name: 'none', driver: 'macvlan', parent: 'nothing' })
    await expect(none).rejects.toMatchObject({ code: 'ENODEV', step: 'parent' })
  })

  it('undoes at each step, and leaves a container that has gone', async context => {
    requireKind(context, 'macvlan')
    await using network = await createNetwork({ name: 'lan', driver: 'macvlan', parent: 'p0', subnets })
    const steps = await withSteps(
      () => {},
      () => network.connect('blue'),
    )
    await network.disconnect('blue')
    const before = withoutLinkLocal(state(...names).map(withoutLast))
    for (const at of steps) {
      const stop = new AbortController()
      const failed = withSteps(
        ({ step, phase }) => step === at && phase === 'start' && stop.abort(new Error(at)),
        () => network.connect('blue', { signal: stop.signal }),
      )
      await expect(failed).rejects.toThrow(at)
      expect(withoutLinkLocal(state(...names).map(withoutLast)), at).toEqual(before)
    }
    await network.connect('red')
    netns.delete('red')
    await network.disconnect('red')
    expect((await network.inspect()).containers).toEqual([])
    netns.create('red').close()
    // Somebody has deleted its link.
    await network.connect('red')
    ip('-n red link del eth0')
    await network.disconnect('red')
    await network.connect('red')
  })

  it('is taken from a container that has lost its name but lives on', async context => {
    requireKind(context, 'macvlan')
    await using network = await createNetwork({ name: 'lan', driver: 'macvlan', parent: 'p0', subnets })
    await network.connect('blue')
    const child = netns.spawn('blue', 'sleep', ['60'])
    try {
      netns.delete('blue')
      await network.disconnect('blue')
      expect((await network.inspect()).containers).toEqual([])
      using inside = openSync({ netns: { pid: child.pid ?? 0 } })
      expect(inside.link.list().map(({ name }) => name)).toEqual(['lo'])
    } finally {
      child.kill()
      netns.create('blue').close()
    }
  })

  it('is taken from containers that only a descriptor and a mount hold', async context => {
    requireKind(context, 'macvlan')
    await using network = await createNetwork({ name: 'lan', driver: 'macvlan', parent: 'p0', subnets })
    using handle = netns.create()
    using inside = openSync({ netns: handle })
    await network.connect(handle)
    using blue = openSync({ netns: 'blue' })
    await network.connect('blue')
    run('touch /run/sandbox')
    run('mount --bind /run/netns/blue /run/sandbox')
    netns.delete('blue')
    try {
      await removeNetwork('lan', { force: true })
      expect(inside.link.list().map(({ name }) => name)).toEqual(['lo'])
      expect(blue.link.list().map(({ name }) => name)).toEqual(['lo'])
    } finally {
      run('umount /run/sandbox')
      netns.create('blue').close()
    }
  })

  it('of an internal network has no way out', async context => {
    requireKind(context, 'macvlan')
    const spec = { name: 'lan', driver: 'macvlan', parent: 'p0', subnets, internal: true } as const
    await using network = await createNetwork(spec)
    expect((await network.connect('blue')).routes).toEqual([])
    expect(ipShow('-n blue route').map(({ dst }) => dst)).toEqual(['10.91.0.0/24'])
  })

  it('is watched: containers that come, change and go', async context => {
    requireKind(context, 'macvlan')
    await using network = await createNetwork({ name: 'lan', driver: 'macvlan', parent: 'p0', subnets })
    await network.connect('blue')
    await using events = network.watch()
    const seen: string[] = []
    const reading = (async () => {
      for await (const event of events) {
        const { name = '', addresses = [] } = event.type === 'container' ? (event.new ?? event.old) : {}
        seen.push(event.type === 'container' ? `${event.action} ${name} ${addresses.length}` : event.type)
      }
    })()
    await expect.poll(() => seen).toEqual(['added blue 2', 'ready'])
    seen.length = 0
    await network.connect('red')
    await expect.poll(() => seen).toEqual(['added red 2'])
    ip('-n red addr add 192.0.2.1/24 dev eth0')
    await expect.poll(() => seen).toEqual(['added red 2', 'changed red 3'])
    seen.length = 0
    netns.delete('red')
    await expect.poll(() => seen).toEqual(['removed red 3'])
    netns.create('red').close()
    await events.close()
    await reading
  })
})

describe('ipvlan', () => {
  it.for<[NetworkMode, 'private' | 'vepa' | undefined, boolean, boolean]>([
    ['l2', undefined, true, true],
    ['l2', 'private', false, true],
    ['l2', 'vepa', false, true],
    ['l3', undefined, true, true],
    ['l3s', undefined, true, true],
  ])('in mode %s (%s) reaches what it should', async ([mode, flag, beside, router], context) => {
    requireKind(context, 'ipvlan')
    requireTool(context, 'ping')
    const before = state(...names)
    const spec: NetworkSpec = { name: 'lan', driver: 'ipvlan', parent: 'p0', mode, flag, subnets }
    const links = await connected(spec)
    for (const link of links as unknown as Linkinfo[]) {
      expect(link.linkinfo).toMatchObject({ info_kind: 'ipvlan', info_data: { mode } })
    }
    // In l3 modes neighbours are asked for by the parent, which must have an address: the router is told the way.
    if (mode === 'l2') expect(reached()).toEqual({ beside, router })
    else expect(ping('blue', '10.91.0.3')).toBe(beside)
    await using network = await openNetwork('lan')
    const rejected = network.connect('blue', { ifname: 'eth1', mac: '02:00:00:00:00:01' })
    await expect(rejected).rejects.toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'mac' })
    // The name is another's: that stays, and nothing of ours does.
    await using second = await createNetwork({ ...spec, name: 'second', subnets: ['10.92.0.0/24'] })
    const there = ipShow('-n blue link')
    await expect(second.connect('blue')).rejects.toMatchObject({ code: 'EEXIST', step: 'name' })
    expect(ipShow('-n blue link')).toEqual(there)
    await removeNetwork('second')
    await removeNetwork('lan', { force: true })
    expect(withoutLinkLocal(state(...names))).toEqual(withoutLinkLocal(before))
  })

  it('routes by the link alone in l3 modes', async context => {
    requireKind(context, 'ipvlan')
    await using network = await createNetwork({ name: 'lan', driver: 'ipvlan', parent: 'p0', mode: 'l3', subnets })
    expect((await network.connect('blue')).routes).toEqual([{ dst: '0.0.0.0/0' }, { dst: '::/0' }])
    const [route] = ipShow('-n blue route show default')
    expect(route).toMatchObject({ dst: 'default', dev: 'eth0' })
    expect(route).not.toHaveProperty('gateway')
  })
})

describe('a VLAN', () => {
  const vlan: NetworkSpec = { name: 'lan', driver: 'macvlan', parent: 'p0', vlan: 10, subnets }

  function requireVlan(context: TestContext): void {
    requireKind(context, 'vlan')
    requireKind(context, 'macvlan')
  }

  it('is a link on the parent, which goes with the last network that stands on it', async context => {
    requireVlan(context)
    const before = state(...names)
    {
      await using one = await createNetwork(vlan)
      await using two = await createNetwork({ ...vlan, name: 'two', subnets: ['10.92.0.0/24'] })
      await one.connect('blue')
      await two.connect('blue', { ifname: 'eth1' })
    }
    expect(ipShow('link show dev p0.10')).toMatchObject([{ linkinfo: { info_kind: 'vlan', info_data: { id: 10 } } }])
    await removeNetwork('lan', { force: true })
    expect(ipShow('link show dev p0.10')).toHaveLength(1)
    await removeNetwork('two', { force: true })
    expect(withoutLinkLocal(state(...names))).toEqual(withoutLinkLocal(before))
    expect(files()).toEqual([])
  })

  it('is undone at each step', async context => {
    requireVlan(context)
    const before = withoutLinkLocal(state(...names))
    for (const at of ['record', 'vlan']) {
      const stop = new AbortController()
      // One that is aborted when the last step is over is not undone: it is there.
      const failed = withSteps(
        ({ step, phase }) => step === at && phase === 'start' && stop.abort(new Error(at)),
        () => createNetwork(vlan, { signal: stop.signal }),
      )
      await expect(failed).rejects.toThrow(at)
      expect(withoutLinkLocal(state(...names)), at).toEqual(before)
    }
    const none = createNetwork({ ...vlan, parent: 'nothing' })
    await expect(none).rejects.toMatchObject({ code: 'ENODEV', step: 'vlan' })
    expect(withoutLinkLocal(state(...names))).toEqual(before)
  })

  it('carries tagged frames to the router', async context => {
    requireVlan(context)
    requireTool(context, 'ping')
    ip('-n router link add link r0 name r0.10 type vlan id 10')
    ip('-n router addr flush dev r0')
    ip('-n router addr add 10.91.0.1/24 dev r0.10')
    ip('-n router link set r0.10 up')
    await using network = await createNetwork(vlan)
    await network.connect('blue')
    expect(ping('blue', '10.91.0.1')).toBe(true)
    await network.disconnect('blue')
    await removeNetwork('lan')
    await using plain = await createNetwork({ ...vlan, vlan: undefined, name: 'plain' })
    await plain.connect('blue')
    expect(ping('blue', '10.91.0.1', 1)).toBe(false)
  })

  it('that somebody else has made is used and left; another is refused', async context => {
    requireVlan(context)
    ip('link add link p0 name p0.10 type vlan id 10')
    await (await createNetwork(vlan)).close()
    await removeNetwork('lan')
    expect(ipShow('link show dev p0.10')).toHaveLength(1)
    ip('link del p0.10')
    ip('link add link p0 name p0.10 type vlan id 11')
    await expect(createNetwork(vlan)).rejects.toMatchObject({ code: 'EEXIST', differs: ['vlan'], step: 'vlan' })
    ip('link del p0.10')
    ip('link add link other name p0.10 type vlan id 10')
    await expect(createNetwork(vlan)).rejects.toMatchObject({ code: 'EEXIST', differs: ['parent'], step: 'vlan' })
    ip('link del p0.10')
    ip('link add name p0.10 type bridge')
    await expect(createNetwork(vlan)).rejects.toMatchObject({ code: 'EEXIST', differs: ['kind', 'parent'] })
    ip('link del p0.10')
    await using rt = await open()
    await expect(rt.link.get('p0.10')).rejects.toMatchObject({ code: 'ENODEV' })
  })
})

function withoutLast(line: string): string {
  return line.replace(/"last":\{.*?\}/, '')
}

/** What links of the machine have by themselves comes when it comes. */
function withoutLinkLocal(lines: readonly string[]): string[] {
  return lines.filter(line => !/fe80|ff00/.test(line)).map(line => line.replace(/ promiscuity \d+ allmulti \d+/, ''))
}
