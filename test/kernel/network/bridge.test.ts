// Bridge networks on the real kernel: what is made, what passes, and what does not.
import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError, open } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { createNetwork, listNetworks, type NetworkSpec, openNetwork, removeNetwork } from '../../../src/network.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'
import { files, followed, makeContainer, ping, state, talk } from '../../support/network.js'
import { requireTool, requireVlanFiltering } from '../../support/probe.js'

const web: NetworkSpec = { name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] }
const names = ['blue', 'red', 'green']

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

/** Deletes a namespace and waits until it is gone with its ends of pairs, some milliseconds later. */
async function deleted(name: string, left: number): Promise<void> {
  netns.delete(name)
  await expect.poll(() => ipShow('link show type veth').length).toBe(left)
}

describe('a bridge network', () => {
  it('is what was asked for, once however often it is created', async () => {
    const before = state()
    await using one = await createNetwork({ ...web, mtu: 1400 })
    await followed()
    const made = state()
    await using two = await createNetwork({ ...web, mtu: 1400 })
    await followed()
    expect(state()).toEqual(made)
    expect(two.settings).toEqual(one.settings)
    expect(one.settings).toEqual({
      name: 'web',
      driver: 'bridge',
      subnets: [
        { subnet: '10.89.0.0/24', gateway: '10.89.0.1' },
        { subnet: 'fd00:89::/64', gateway: 'fd00:89::1' },
      ],
      mtu: 1400,
      internal: false,
      mac: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
      reserved: [],
      link: 'br-web',
    })
    expect(await listNetworks()).toEqual([one.settings])
    const [link] = ipShow('link show dev br-web')
    expect(link).toMatchObject({ mtu: 1400, address: one.settings.mac, flags: expect.arrayContaining(['UP']) })
    const [{ addr_info }] = ipShow('addr show dev br-web') as [{ addr_info: Record<string, unknown>[] }]
    expect(addr_info.map(({ local, prefixlen, tentative }) => [local, prefixlen, tentative]).slice(0, 2)).toEqual([
      ['10.89.0.1', 24, undefined],
      ['fd00:89::1', 64, undefined],
    ])
    expect(netns.sysctl(netns.current(), 'net.ipv4.ip_forward')).toBe('1')
    expect(netns.sysctl(netns.current(), 'net.ipv6.conf.all.forwarding')).toBe('1')
    await removeNetwork('web')
    await removeNetwork('web')
    // IPv6 routers listen to more groups (anycast), which is what remains of forwarding.
    expect(state().filter(line => !line.includes('anycast'))).toEqual(before)
    expect(await listNetworks()).toEqual([])
    await expect(openNetwork('web')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says what differs from one that is there', async () => {
    await using _web = await createNetwork(web)
    await followed()
    const made = state()
    const again = createNetwork({ ...web, mtu: 1400, internal: true })
    await expect(again).rejects.toMatchObject({ code: 'EEXIST', differs: ['internal', 'mtu'], step: 'record' })
    await expect(again).rejects.toThrow('network create web, step record: EEXIST: network web differs in internal, mtu')
    const other = createNetwork({ name: 'other', subnets: ['10.0.0.0/8'] })
    await expect(other).rejects.toMatchObject({ code: 'EADDRINUSE', differs: ['subnets'], step: 'record' })
    const third = createNetwork({ name: 'third', bridge: 'br-web', subnets: ['10.90.0.0/24'] })
    await expect(third).rejects.toMatchObject({ code: 'EEXIST', differs: ['link'], step: 'record' })
    expect(state()).toEqual(made)
  })

  it('adv-77: refuses a link of its name that is no bridge, or another bridge, and leaves it', async () => {
    ip('link add name br-web type veth peer name other')
    const before = state()
    await expect(createNetwork(web)).rejects.toMatchObject({ code: 'EEXIST', differs: ['kind', 'mac'], step: 'bridge' })
    expect(state()).toEqual(before)
    ip('link del br-web')
    ip('link add name br-web type bridge')
    const bridged = state()
    await expect(createNetwork(web)).rejects.toMatchObject({ code: 'EEXIST', differs: ['mac'], step: 'bridge' })
    expect(state()).toEqual(bridged)
    ip('link del br-web')
  })

  it('connects containers that reach each other and the gateway', async context => {
    requireTool(context, 'ping')
    await using network = await createNetwork(web)
    const blue = await network.connect('blue')
    expect(blue).toEqual({
      interfaces: [
        { name: 'br-web', mac: network.settings.mac },
        { name: expect.stringMatching(/^veth[0-9a-f]{8}$/), mac: expect.any(String) },
        { name: 'eth0', mac: expect.any(String), sandbox: 'blue' },
      ],
      ips: [
        { address: '10.89.0.2/24', gateway: '10.89.0.1', interface: 2 },
        { address: 'fd00:89::2/64', gateway: 'fd00:89::1', interface: 2 },
      ],
      routes: [
        { dst: '0.0.0.0/0', gw: '10.89.0.1' },
        { dst: '::/0', gw: 'fd00:89::1' },
      ],
    })
    await network.connect('red', { mac: '02:00:00:00:00:09', mtu: 1300, addresses: ['10.89.0.9'], aliases: ['db'] })
    const [link] = ipShow('-n red link show dev eth0')
    expect(link).toMatchObject({ address: '02:00:00:00:00:09', mtu: 1300, operstate: 'UP' })
    // It is usable when connect returns: the first packet passes.
    for (const address of ['10.89.0.9', 'fd00:89::3', '10.89.0.1', 'fd00:89::1']) {
      expect(ping('blue', address), address).toBe(true)
    }
    for (const address of ['10.89.0.9', 'fd00:89::3']) {
      expect(await talk('tcp', 'blue', 'red', address)).toBe('hello')
      expect(await talk('udp', 'blue', 'red', address)).toBe('hello')
    }
    const home = netns.current()
    for (const address of ['10.89.0.1', 'fd00:89::1']) {
      expect(await talk('tcp', 'red', home, address)).toBe('hello')
      expect(await talk('udp', 'red', home, address)).toBe('hello')
    }
    home.close()
    const { containers } = await network.inspect()
    expect(containers.map(({ name, addresses, aliases, state }) => ({ name, addresses, aliases, state }))).toEqual([
      { name: 'blue', addresses: ['10.89.0.2/24', 'fd00:89::2/64'], aliases: [], state: 'connected' },
      { name: 'red', addresses: ['10.89.0.9/24', 'fd00:89::3/64'], aliases: ['db'], state: 'connected' },
    ])
  })

  it('gives one container several networks, and routes between networks', async context => {
    requireTool(context, 'ping')
    await using one = await createNetwork(web)
    await using two = await createNetwork({ name: 'two', subnets: ['10.90.0.0/24', 'fd00:90::/64'] })
    await one.connect('blue')
    const second = await two.connect('blue', { ifname: 'eth1' })
    // The container has its default routes by the first.
    expect(second.routes).toEqual([])
    await expect(two.connect('red', { routes: [{ dst: '10.1.0.0/16' }] })).resolves.toMatchObject({
      routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }, { dst: '10.1.0.0/16', gw: '10.90.0.1' }],
    })
    const doubled = two.connect('blue', { ifname: 'eth2', defaultRoute: true })
    await expect(doubled).rejects.toMatchObject({ code: 'EEXIST', step: 'routes' })
    await one.connect('green')
    // From one network to the other by the host.
    expect(ping('green', '10.90.0.3')).toBe(true)
    expect(ping('green', 'fd00:90::3')).toBe(true)
    expect(ping('blue', '10.90.0.3')).toBe(true)
    await two.disconnect('blue')
    expect(ipShow('-n blue link').map(({ ifname }) => ifname)).toEqual(['lo', 'eth0'])
  })

  it('connects once, says which options differ, and connects anew what somebody has deleted', async () => {
    await using network = await createNetwork(web)
    const first = await network.connect('blue', { isolated: true })
    expect(await network.connect('blue', { isolated: true })).toEqual(first)
    const other = network.connect('blue', { hairpin: true })
    await expect(other).rejects.toMatchObject({ code: 'EEXIST', differs: ['hairpin', 'isolated'] })
    await other.catch(error => expect(String(error.message)).toContain('network web: connect eth0 of blue'))
    ip('-n blue link del eth0')
    const recreated = await network.connect('blue', { isolated: true })
    expect(recreated.interfaces[1]?.name).not.toBe(first.interfaces[1]?.name)
    expect((await network.inspect()).containers).toHaveLength(1)
  })

  it('takes every kind of reference to a container', async () => {
    await using network = await createNetwork(web)
    const child = netns.spawn('blue', 'sleep', ['60'])
    try {
      const pid = child.pid ?? 0
      expect((await network.connect({ pid })).interfaces[2]?.sandbox).toBe(`/proc/${pid}/ns/net`)
      using handle = netns.open('red')
      expect((await network.connect(handle)).interfaces[2]?.sandbox).toBe(`net:[${handle.cookie}]`)
      expect((await network.connect({ path: '/run/netns/green' })).interfaces[2]?.sandbox).toBe('/run/netns/green')
      await network.disconnect('green')
      using green = netns.open('green')
      for (const ref of [{ fd: green.fd }, { path: `/proc/self/fd/${green.fd}` }]) {
        expect((await network.connect(ref)).interfaces[2]?.sandbox).toBe(`net:[${green.cookie}]`)
        await network.disconnect(ref)
        expect((await network.inspect()).containers).toHaveLength(2)
      }
      await network.connect({ fd: green.fd })
      await network.disconnect('blue')
      await network.disconnect('red')
      await network.disconnect('green')
      expect((await network.inspect()).containers).toEqual([])
    } finally {
      child.kill()
    }
  })

  it('keeps isolated ports from each other', async context => {
    requireTool(context, 'ping')
    await using network = await createNetwork(web)
    await network.connect('blue', { isolated: true })
    await network.connect('red', { isolated: true })
    await network.connect('green')
    expect(ping('blue', '10.89.0.3', 1)).toBe(false)
    expect(ping('blue', 'fd00:89::3', 1)).toBe(false)
    expect(ping('blue', '10.89.0.4')).toBe(true)
    expect(ping('red', 'fd00:89::4')).toBe(true)
    expect(ping('red', '10.89.0.1')).toBe(true)
  })

  it('keeps an internal network to itself, whoever adds routes and whatever turns on forwarding later', async context => {
    requireTool(context, 'ping')
    await using inner = await createNetwork({ ...web, internal: true })
    expect((await inner.connect('blue')).routes).toEqual([])
    await inner.connect('red')
    // A network beside it turns on forwarding, and has a container outside of ours.
    await using outer = await createNetwork({ name: 'out', subnets: ['10.90.0.0/24', 'fd00:90::/64'] })
    await outer.connect('green')
    await using inside = await open({ netns: 'blue' })
    await inside.route.add({ dst: 'default', gateway: '10.89.0.1' })
    await inside.route.add({ dst: 'default', gateway: 'fd00:89::1' })
    expect(ping('blue', '10.89.0.3')).toBe(true)
    expect(ping('blue', 'fd00:89::1')).toBe(true)
    for (const [from, address] of [
      ['blue', '10.90.0.2'],
      ['blue', 'fd00:90::2'],
      ['green', '10.89.0.2'],
      ['green', 'fd00:89::2'],
    ] as const) {
      expect(ping(from, address, 1), `${from} to ${address}`).toBe(false)
    }
    expect(await talk('udp', 'blue', 'green', '10.90.0.2', 1500)).not.toBe('hello')
    // The host reaches it.
    const home = netns.current()
    expect(ping(home, '10.89.0.2')).toBe(true)
    home.close()
  })

  it('is internal where the kernel has no IPv6, too', async () => {
    // As with ipv6.disable=1, where the kernel refuses rules of IPv6 (EAFNOSUPPORT).
    run('mount -t tmpfs tmpfs /proc/sys/net')
    try {
      await using _inner = await createNetwork({ name: 'inner', subnets: ['10.91.0.0/24'], internal: true })
      expect(ip('rule')).toContain('iif br-inner prohibit')
      expect(ip('-6 rule')).not.toContain('br-inner')
      await removeNetwork('inner')
    } finally {
      run('umount /proc/sys/net')
    }
  })

  it('is of one VLAN', async context => {
    requireVlanFiltering(context)
    await using network = await createNetwork({ ...web, vlan: 7 })
    const { interfaces } = await network.connect('blue')
    const port = interfaces[1]?.name ?? ''
    await using rt = await open()
    const vlans = await rt.vlan.list()
    const here = vlans.filter(({ ifindex }) => ifindex !== undefined)
    expect(here.map(({ vid }) => vid)).toEqual([7, 7])
    expect((await rt.link.get(port)).operstate).toBe('up')
    await expect(createNetwork({ ...web, vlan: 8 })).rejects.toMatchObject({ differs: ['vlan'] })
  })
})

describe('leaving', () => {
  it('adv-78: succeeds twice, and when the namespace, the link or the bridge has gone', async () => {
    const before = state()
    {
      await using network = await createNetwork(web)
      const { interfaces } = await network.connect('blue')
      await network.disconnect('blue')
      await network.disconnect('blue')
      await network.connect('blue')
      netns.delete('blue')
      await network.disconnect('blue')
      expect((await network.inspect()).containers).toEqual([])
      await network.connect('red')
      ip('-n red link del eth0')
      await network.disconnect('red')
      await network.connect('red')
      ip('link del br-web')
      await network.disconnect('red')
      expect(ipShow('-n red link').map(({ ifname }) => ifname)).toEqual(['lo'])
      expect(interfaces).toHaveLength(3)
    }
    await removeNetwork('web')
    await removeNetwork('web')
    netns.create('blue').close()
    expect(state().filter(line => !line.includes('anycast'))).toEqual(before)
    expect(files()).toEqual([])
  })

  it('succeeds when a file is left in place of the namespace', async () => {
    await using network = await createNetwork(web)
    const path = '/run/sandbox'
    writeFileSync(path, '')
    try {
      run(`mount --bind /run/netns/blue ${path}`)
      await network.connect({ path })
      run(`umount ${path}`)
      netns.delete('blue')
      await network.disconnect({ path })
      expect((await network.inspect()).containers).toEqual([])
    } finally {
      rmSync(path)
    }
    // The number of a descriptor is another's, here a socket's.
    const listing = run(`ls -l /proc/${process.pid}/fd`)
    const fd = /(\d+) -> socket:/.exec(listing)?.[1] ?? ''
    await network.disconnect({ path: `/proc/self/fd/${fd}` })
    // What never was a namespace is not overlooked where one is needed.
    await expect(network.connect({ path: '/etc/hostname' })).rejects.toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
  })

  it('leaves another bridge that has come in place of the own as it is', async () => {
    for (const spec of [web, { ...web, internal: true }]) {
      await (await createNetwork(spec)).close()
      ip('link del br-web')
      ip('link add br-web address 02:00:00:00:00:09 up type bridge')
      for (const address of ['10.89.0.1/24', 'fd00:89::1/64']) ip(`addr add ${address} dev br-web nodad`)
      const before = ip('addr show dev br-web scope global')
      await removeNetwork('web')
      expect(ip('addr show dev br-web scope global')).toBe(before)
      expect(await listNetworks()).toEqual([])
      expect(ip('rule')).not.toContain('prohibit')
      ip('link del br-web')
    }
  })

  it('is refused to a network while containers are in it, but not with force', async () => {
    await using network = await createNetwork(web)
    await network.connect('blue')
    await network.connect('red')
    await expect(removeNetwork('web')).rejects.toMatchObject({ code: 'EBUSY' })
    await removeNetwork('web', { force: true })
    expect(ipShow('link').map(({ ifname }) => ifname)).toEqual(['lo'])
    expect(files()).toEqual([])
    await expect(network.connect('blue')).rejects.toMatchObject({ code: 'ENOENT', step: 'lease' })
  })

  it('of containers that have gone is found out', async () => {
    await using network = await createNetwork({ name: 'small', subnets: ['10.89.0.0/29'] })
    await network.connect('blue')
    for (let i = 0; i < 4; i++) await network.connect('red', { ifname: `eth${i}` })
    await expect(network.connect('green')).rejects.toMatchObject({ code: 'ENOSPC', step: 'lease' })
    await deleted('blue', 4)
    expect((await network.connect('green')).ips).toMatchObject([{ address: '10.89.0.2/29' }])
    await deleted('green', 4)
    expect(await network.collect()).toMatchObject([{ name: 'green' }])
    await expect(removeNetwork('small')).rejects.toMatchObject({ code: 'EBUSY' })
    await deleted('red', 0)
    await removeNetwork('small')
    expect(files()).toEqual([])
  })
})
