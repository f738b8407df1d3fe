// Connecting once more: what means the same is the same, what somebody has taken apart is made anew, and nobody's address is given away.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { openContainer } from '../../../src/network/connection/containers.js'
import { isIntact } from '../../../src/network/connection/endpoints.js'
import { Host } from '../../../src/network/host.js'
import { readStore } from '../../../src/network/leases/store.js'
import {
  type ConnectOptions,
  createNetwork,
  listNetworks,
  NetworkError,
  type NetworkOptions,
  type NetworkSpec,
  openNetwork,
  orphanedVeths,
  type RemoveNetworkOptions,
  removeNetwork,
  vethPeer,
} from '../../../src/network.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'
import { makeContainer, ping } from '../../support/network.js'
import { withSteps } from '../../support/network-steps.js'
import { requireTool } from '../../support/probe.js'

const web: NetworkSpec = { name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'], mtu: 1400 }
const names = ['blue', 'red']

beforeEach(() => names.forEach(makeContainer))

afterEach(async () => {
  for (const { name } of await listNetworks()) await removeNetwork(name, { force: true })
  for (const name of names) {
    try {
      netns.delete(name)
    } catch (error) {
      if (!NetlinkError.is(error) || error.code !== 'ENOENT') throw error
    }
  }
})

describe('the same once more', () => {
  const expected: ConnectOptions = {
    addresses: ['10.89.0.9', 'fd00:89::9'],
    mac: '02:aa:00:00:00:01',
    routes: [{ dst: '10.1.0.0/16' }],
  }

  it.each<[string, ConnectOptions]>([
    [
      'with what is there anyway',
      { ...expected, ifname: 'eth0', mtu: 1400, hairpin: false, isolated: false, aliases: [] },
    ],
    ['with addresses in another order', { ...expected, addresses: ['fd00:89::9', '10.89.0.9'] }],
    ['with addresses spelled otherwise', { ...expected, addresses: ['10.89.0.9/24', 'FD00:89:0::9/64'] }],
    ['with a MAC address in capitals', { ...expected, mac: '02:AA:00:00:00:01' }],
    ['with the gateway that is the default', { ...expected, routes: [{ dst: '10.1.0.0/16', gateway: '10.89.0.1' }] }],
  ])('is the same %s', async (_, options) => {
    await using network = await createNetwork(web)
    const first = await network.connect('blue', expected)
    const [link] = ipShow('-n blue link show eth0')
    expect(await network.connect('blue', options)).toEqual(first)
    expect(ipShow('-n blue link show eth0')).toEqual([link])
  })

  it.each<[string, ConnectOptions]>([
    ['addresses', { ...expected, addresses: ['10.89.0.9'] }],
    ['addresses', { ...expected, addresses: ['10.89.0.9', 'fd00:89::9', '192.0.2.1'] }],
    ['addresses', { ...expected, addresses: ['10.89.0.9/16', 'fd00:89::9'] }],
    ['mac', { ...expected, mac: '02:aa:00:00:00:02' }],
    ['mtu', { ...expected, mtu: 1300 }],
    ['routes', { ...expected, routes: [{ dst: '10.1.0.0/16', gateway: null }] }],
    ['aliases', { ...expected, aliases: ['db'] }],
    ['hairpin', { ...expected, hairpin: true }],
    ['defaultRoute', { ...expected, defaultRoute: false }],
  ])('is not the same with other %s', async (field, options) => {
    await using network = await createNetwork(web)
    await network.connect('blue', expected)
    await expect(network.connect('blue', options)).rejects.toMatchObject({ code: 'EEXIST', differs: [field] })
  })
})

it('an abort that came before ends a call that has nothing to do, too', async () => {
  await using network = await createNetwork(web)
  await network.connect('blue')
  const aborted = { signal: AbortSignal.abort(new Error('enough')) }
  for (const call of [
    () => network.connect('blue', aborted),
    () => network.disconnect('red', aborted),
    () => network.disconnectAll(aborted),
    () => removeNetwork('nothing', aborted),
    () => listNetworks(aborted),
  ]) {
    await expect(call()).rejects.toThrow('enough')
  }
  expect((await network.inspect()).containers).toMatchObject([{ name: 'blue', state: 'connected' }])
})

describe('a connection that somebody has taken apart', () => {
  const hostLink = (): string => String(ipShow('link show type veth')[0]?.['ifname'])

  it.each<[string, () => unknown]>([
    ['the end in the container is down', () => ip('-n blue link set eth0 down')],
    ['the end in the container has no address', () => ip('-n blue addr flush dev eth0')],
    ['the end in the container lacks one address', () => ip('-n blue addr del 10.89.0.2/24 dev eth0')],
    ['the end in the container has gone', () => ip('-n blue link del eth0')],
    ['the end on the host is down', () => ip(`link set ${hostLink()} down`)],
    ['the end on the host is no port', () => ip(`link set ${hostLink()} nomaster`)],
    [
      'the end on the host is a port of another',
      () => {
        ip('link add br-other type bridge')
        ip(`link set ${hostLink()} master br-other`)
      },
    ],
    [
      'the bridge was deleted and made anew',
      async () => {
        ip('link del br-web')
        await (await createNetwork(web)).close()
      },
    ],
  ])('is made anew with its addresses when %s', async (_, harm) => {
    await using network = await createNetwork(web)
    const first = await network.connect('blue')
    await network.connect('red')
    await harm()
    const again = await network.connect('blue')
    expect(again.ips).toEqual(first.ips)
    expect(again.routes).toEqual(first.routes)
    const [there] = ipShow('-n blue addr show eth0')
    expect(there?.['operstate']).toBe('UP')
    const infos = there?.['addr_info'] as { local: string; prefixlen: number }[]
    expect(infos.map(({ local, prefixlen }) => `${local}/${prefixlen}`)).toEqual(
      expect.arrayContaining(first.ips.map(({ address }) => address)),
    )
    expect((await network.inspect()).containers.map(({ name }) => name).sort()).toEqual(['blue', 'red'])
    expect(ipShow('link show type veth')).toHaveLength(2)
    try {
      ip('link del br-other')
    } catch {
      // Only one of them makes it.
    }
  })

  it('is made anew when it is down and has its addresses, which IPv4 keeps', async () => {
    await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24'] })
    await network.connect('blue')
    ip('-n blue link set eth0 down')
    await network.connect('blue')
    expect(ipShow('-n blue link show eth0')[0]?.['operstate']).toBe('UP')
  })

  it('passes packets again', async context => {
    requireTool(context, 'ping')
    await using network = await createNetwork(web)
    await network.connect('blue')
    ip(`link set ${hostLink()} nomaster`)
    expect(ping('blue', '10.89.0.1', 1)).toBe(false)
    await network.connect('blue')
    expect(ping('blue', '10.89.0.1')).toBe(true)
  })

  it('is an error where its bridge has gone', async () => {
    await using network = await createNetwork(web)
    await network.connect('blue')
    ip('link del br-web')
    await expect(network.connect('blue')).rejects.toMatchObject({ code: 'ENODEV', step: 'link' })
    expect(ipShow('link show type veth')).toEqual([])
  })

  it('keeps its addresses when it cannot be made anew, or an abort ends that', async () => {
    await using network = await createNetwork(web)
    const { ips } = await network.connect('blue')
    ip('link del br-web')
    await expect(network.connect('blue')).rejects.toMatchObject({ code: 'ENODEV', step: 'link' })
    expect((await network.inspect()).containers).toMatchObject([{ name: 'blue', state: 'incomplete' }])
    await (await createNetwork(web)).close()
    expect((await network.connect('red')).ips).not.toEqual(ips)
    expect((await network.connect('blue')).ips).toEqual(ips)
    ip('-n blue link set eth0 down')
    const stop = new AbortController()
    await withSteps(
      ({ step }) => step === 'addresses' && stop.abort(),
      () => expect(network.connect('blue', { signal: stop.signal })).rejects.toThrow(/abort/),
    )
    expect(ipShow('-n blue link').map(({ ifname }) => ifname)).toEqual(['lo'])
    expect((await network.connect('blue')).ips).toEqual(ips)
    ip('-n blue link set eth0 name eth9')
    await expect(network.connect('blue', { addresses: ['10.89.0.3'] })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect((await network.connect('blue')).ips).toEqual(ips)
    await network.disconnect('blue')
    expect((await network.inspect()).containers).toMatchObject([{ name: 'red' }])
  })

  it('does not stand when its link goes while it is looked at', async () => {
    await using network = await createNetwork({ name: 'web' })
    await network.connect('blue')
    await using host = await Host.open({})
    await using container = await openContainer('blue')
    const [lease] = readStore(host.directory, 'web')?.leases ?? []
    if (lease === undefined) throw new Error('there is no lease')
    const { link } = container.rt
    const get: typeof link.get = async name => {
      const found = await link.get(name)
      ip('-n blue link del eth0')
      return found
    }
    // Its end on the host is not asked for: that goes with it.
    const { link: _, ...alone } = lease
    const rt = new Proxy(container.rt, {
      get: (target, key) => (key === 'link' ? { ...link, get } : Reflect.get(target, key, target)),
    })
    expect(await isIntact(host, network.settings, alone, container)).toBe(true)
    expect(await isIntact(host, network.settings, alone, { rt })).toBe(false)
  })

  it('keeps its routes as the container has them', async () => {
    await using network = await createNetwork(web)
    const first = await network.connect('blue')
    ip('-n blue route del default')
    expect(await network.connect('blue')).toEqual(first)
    expect(ipShow('-n blue route show default')).toEqual([])
  })
})

describe("the host's end under another name", () => {
  const rename = (from: string | undefined): void => {
    ip(`link set ${from} down`)
    ip(`link set ${from} name hosty`)
    ip('link set hosty up')
  }

  it('is that of a living container, which keeps its address', async () => {
    await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/30'] })
    rename((await network.connect('blue')).interfaces[1]?.name)
    await expect(network.connect('red')).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await network.collect()).toEqual([])
    expect((await network.connect('blue')).ips).toMatchObject([{ address: '10.89.0.2/30' }])
    expect((await network.inspect()).containers).toMatchObject([{ name: 'blue' }])
  })

  it('belongs to nobody who is to be deleted', async () => {
    await using network = await createNetwork(web)
    rename((await network.connect('blue')).interfaces[1]?.name)
    expect(await orphanedVeths()).toEqual([])
  })

  it.each<[string, (network: Awaited<ReturnType<typeof createNetwork>>) => Promise<unknown>]>([
    ['disconnect', network => network.disconnect('blue')],
    ['disconnectAll', network => network.disconnectAll()],
    ['removeNetwork', () => removeNetwork('web', { force: true })],
  ])('goes with %s', async (_, end) => {
    await using network = await createNetwork(web)
    await network.connect('red')
    rename((await network.connect('blue')).interfaces[1]?.name)
    await end(network)
    expect(ipShow('-n blue link').map(({ ifname }) => ifname)).toEqual(['lo'])
    expect(ipShow('link').map(({ ifname }) => ifname)).not.toContain('hosty')
  })
})

describe('a container that is started again', () => {
  it('gets its address back, though the kernel is not done with the former one', async () => {
    await using network = await createNetwork(web)
    const expected = { addresses: ['10.89.0.9'] }
    for (let round = 0; round < 5; round++) {
      await network.connect('blue', expected)
      netns.delete('blue')
      makeContainer('blue')
    }
    expect((await network.connect('blue', expected)).ips).toMatchObject([{ address: '10.89.0.9/24' }, {}])
    expect((await network.inspect()).containers).toHaveLength(1)
  })
})

describe('options that there are not', () => {
  const typo = { netsn: 'blue' } as NetworkOptions
  const bad = { code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'netsn' }

  it('take no other network, and look at no other place', async () => {
    await using network = await createNetwork(web)
    await expect(removeNetwork('web', typo)).rejects.toMatchObject(bad)
    await expect(removeNetwork('web', { forse: true } as RemoveNetworkOptions)).rejects.toMatchObject({
      fieldPath: 'forse',
    })
    await expect(removeNetwork('web', 'force' as RemoveNetworkOptions)).rejects.toThrow(TypeError)
    await expect(openNetwork('web', typo)).rejects.toMatchObject(bad)
    await expect(listNetworks(typo)).rejects.toMatchObject(bad)
    await expect(orphanedVeths(typo)).rejects.toMatchObject(bad)
    await expect(vethPeer('lo', typo)).rejects.toMatchObject(bad)
    await expect(network.disconnectAll({ force: true } as object)).rejects.toMatchObject({ fieldPath: 'force' })
    expect(() => network.watch({ sig: 1 } as object)).toThrow(NetworkError)
    expect((await listNetworks()).map(({ name }) => name)).toEqual(['web'])
  })
})

describe('what cannot be opened', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a container that is not there', async () => (await openNetwork('web')).connect('nosuch'), 'ENOENT'],
    ['a process that is not there', async () => (await openNetwork('web')).connect({ pid: 4_194_300 }), 'ESRCH'],
    ['a place that is not there', () => createNetwork(web, { netns: 'nosuch' }), 'ENOENT'],
    ['a place to look at', () => vethPeer('lo', { netns: 'nosuch' }), 'ENOENT'],
  ])('%s is a NetworkError', async (_, call, code) => {
    await (await createNetwork(web)).close()
    const error: unknown = await call().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({ code, differs: [], left: [] })
  })
})
