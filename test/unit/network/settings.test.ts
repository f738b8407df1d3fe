// What a network may be asked to be, what is filled in, and the addresses that it hands out.
import { describe, expect, it } from 'vitest'
import {
  type ConnectOptions,
  type ContainerRoute,
  checkConnectOptions,
} from '../../../src/network/connection/connect-options.js'
import { chooseAddresses } from '../../../src/network/leases/addresses.js'
import type { Lease, NetworkFile } from '../../../src/network/leases/store.js'
import { changedSettings, type NetworkSpec, settingsOf } from '../../../src/network/settings.js'

describe('settings', () => {
  it('are filled in', () => {
    expect(settingsOf({ name: 'web' })).toMatchObject({
      driver: 'bridge',
      subnets: [],
      internal: false,
      link: 'br-web',
    })
    const long = settingsOf({ name: 'a-network-with-a-long-name' })
    expect(long.link).toMatch(/^br-[0-9a-f]{12}$/)
    expect(settingsOf({ name: 'web' }).mac).toBe(settingsOf({ name: 'web' }).mac)
    expect(settingsOf({ name: 'web' }).mac).not.toBe(long.mac)
    const upper = settingsOf({ name: 'm', driver: 'macvlan', parent: 'p0', vlan: 10, subnets: ['10.0.0.0/24'] })
    expect(upper).toMatchObject({ link: 'p0.10', mode: 'bridge', subnets: [{ gateway: '10.0.0.1' }] })
    expect(upper).not.toHaveProperty('mac')
    const spec: NetworkSpec = { name: 'i', driver: 'ipvlan', parent: 'p0', internal: true, subnets: ['10.0.0.0/24'] }
    expect(settingsOf(spec)).toMatchObject({ link: 'p0', mode: 'l2', subnets: [{ subnet: '10.0.0.0/24' }] })
    expect(settingsOf(spec).subnets[0]).not.toHaveProperty('gateway')
    const gateway = ['fd00::9', '10.0.0.254']
    expect(settingsOf({ name: 'g', subnets: ['10.0.0.0/24', 'fd00::/64'], gateway }).subnets).toEqual([
      { subnet: '10.0.0.0/24', gateway: '10.0.0.254' },
      { subnet: 'fd00::/64', gateway: 'fd00::9' },
    ])
  })

  it.each<[NetworkSpec, string]>([
    [{ name: '' }, 'name'],
    [{ name: '../x' }, 'name'],
    [{ name: 'x'.repeat(65) }, 'name'],
    [{ name: 'x', driver: 'bond' as 'bridge' }, 'driver'],
    [{ name: 'x', driver: 'toString' as 'bridge' }, 'driver'],
    [{ name: 'x', driver: 'macvlan' }, 'parent'],
    [{ name: 'x', parent: 'p0' }, 'parent'],
    [{ name: 'x', mode: 'l2' }, 'mode'],
    [{ name: 'x', driver: 'macvlan', parent: 'p0', mode: 'l2' }, 'mode'],
    [{ name: 'x', driver: 'macvlan', parent: 'p0', flag: 'vepa' }, 'flag'],
    [{ name: 'x', driver: 'ipvlan', parent: 'p0', mac: '02:00:00:00:00:01' }, 'mac'],
    [{ name: 'x', driver: 'ipvlan', parent: 'p0', bridge: 'b0' }, 'bridge'],
    [{ name: 'x', bridge: 'a-name-of-16-byt' }, 'bridge'],
    [{ name: 'x', driver: 'macvlan', parent: 'wlp0s20f0u1i3', vlan: 10 }, 'parent'],
    [{ name: 'x', bridge: 'br%d' }, 'bridge'],
    [{ name: 'x', bridge: 'br/0' }, 'bridge'],
    [{ name: 'x', bridge: '..' }, 'bridge'],
    [{ name: 'x', bridge: '' }, 'bridge'],
    [{ name: 'x', mtu: 67 }, 'mtu'],
    [{ name: 'x', mtu: 1279, subnets: ['fd00::/64'] }, 'mtu'],
    [{ name: 'x', vlan: 4095 }, 'vlan'],
    [{ name: 'x', subnets: ['10.0.0.0/8', '10.1.0.0/16'] }, 'subnets[1]'],
    [{ name: 'x', subnets: ['fd00::/64', '10.0.0.0'] }, 'subnets[1]'],
    [{ name: 'x', subnets: ['10.0.0.0/8'], gateway: '11.0.0.1' }, 'gateway'],
    [{ name: 'x', subnets: ['10.0.0.0/8'], gateway: 'router' }, 'gateway'],
    [{ name: 'x', subnets: ['10.0.0.0/24'], gateway: '10.0.0.0' }, 'gateway'],
    [{ name: 'x', subnets: ['10.0.0.0/24'], gateway: '10.0.0.255' }, 'gateway'],
    [{ name: 'x', subnets: ['10.0.0.0/24'], gateway: '10.0.0.1/25' }, 'gateway'],
    [{ name: 'x', subnets: ['10.0.0.0/24'], gateway: ['10.0.0.1', '10.0.0.2'] }, 'gateway'],
    [{ name: 'x', reserved: ['10.0.0.1/8'] }, 'reserved'],
    [{ name: 'x', subnet: '10.0.0.0/8' } as NetworkSpec, 'subnet'],
    [{ name: 'x', toString: () => 'x' } as NetworkSpec, 'toString'],
  ])('%j are refused', (spec, fieldPath) => {
    let error: unknown
    try {
      settingsOf(spec)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })

  it('say which there are', () => {
    const words = 'name, driver, subnets, gateway, mtu, internal, vlan, parent, mode, flag, bridge, mac, reserved'
    const misspelt = { name: 'x', subnet: '10.0.0.0/8', subnets: undefined } as NetworkSpec
    expect(() => settingsOf(misspelt)).toThrow(`a network has no such option, but ${words} (at subnet)`)
    expect(() => settingsOf(undefined as never)).toThrow(new TypeError(`a network is { ${words} }`))
    expect(settingsOf({ name: 'x', subnet: undefined } as NetworkSpec).subnets).toEqual([])
  })

  it.each<[ConnectOptions, string]>([
    [{ address: '10.0.0.2' } as ConnectOptions, 'address'],
    [{ routes: [{ dst: 'default' }, { dst: 'default', via: '10.0.0.1' } as ContainerRoute] }, 'routes[1].via'],
  ])('%j are refused to a connection', (options, fieldPath) => {
    let error: unknown
    try {
      checkConnectOptions(options)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })

  it('tell what differs', () => {
    const one = settingsOf({ name: 'x', subnets: ['10.0.0.0/8'] })
    expect(changedSettings(one, settingsOf({ name: 'x', subnets: ['10.0.0.0/8'] }))).toEqual([])
    expect(changedSettings(one, settingsOf({ name: 'x', mtu: 1400, internal: true }))).toEqual([
      'internal',
      'mtu',
      'subnets',
    ])
  })
})

function file(spec: Omit<NetworkSpec, 'name'>, taken: readonly string[] = [], last = {}): NetworkFile {
  const lease: Lease = { container: '1', name: 'blue', ifname: 'eth0', addresses: taken, options: {} }
  return { boot: '', settings: settingsOf({ name: 'x', ...spec }), leases: [lease], last }
}

describe('addresses', () => {
  it('are the next free ones of each subnet', () => {
    const two = { subnets: ['10.0.0.0/24', 'fd00::/64'] }
    expect(chooseAddresses(file(two), []).addresses).toEqual(['10.0.0.2/24', 'fd00::2/64'])
    const { addresses, last } = chooseAddresses(file(two, ['10.0.0.2/24'], { '10.0.0.0/24': '10.0.0.9' }), [])
    expect(addresses).toEqual(['10.0.0.10/24', 'fd00::2/64'])
    expect(last).toEqual({ '10.0.0.0/24': '10.0.0.10', 'fd00::/64': 'fd00::2' })
  })

  it('begin anew behind the last, pass over what is taken and what is reserved', () => {
    const small = { subnets: ['10.0.0.0/29'], reserved: ['10.0.0.4/31', '10.0.0.6'] }
    const next = (taken: readonly string[], last: string): string | undefined =>
      chooseAddresses(file(small, taken, { '10.0.0.0/29': last }), []).addresses[0]
    expect(next(['10.0.0.2/29'], '10.0.0.6')).toBe('10.0.0.3/29')
    expect(next(['10.0.0.2/29'], '10.0.0.3')).toBe('10.0.0.3/29')
    expect(() => next(['10.0.0.2/29', '10.0.0.3/29'], '10.0.0.3')).toThrow('ENOSPC: 10.0.0.0/29 has no free address')
  })

  it('are those that were asked for, reserved ones too', () => {
    const two = { subnets: ['10.0.0.0/24', 'fd00::/64'], reserved: ['10.0.0.128/25'] }
    const { addresses, last } = chooseAddresses(file(two), ['10.0.0.200', 'FD00::A', '10.0.0.201/24'])
    expect(addresses).toEqual(['10.0.0.200/24', '10.0.0.201/24', 'fd00::a/64'])
    expect(last).toEqual({})
  })

  it.each([
    [['10.0.0.2'], 'EADDRINUSE'],
    [['10.0.0.1'], 'EADDRINUSE'],
    [['10.0.1.1'], 'ERR_NETLINK_BAD_VALUE'],
    [['10.0.0.0'], 'ERR_NETLINK_BAD_VALUE'],
    [['10.0.0.255'], 'ERR_NETLINK_BAD_VALUE'],
    [['blue'], 'ERR_NETLINK_BAD_VALUE'],
    [['10.0.0.9/16'], 'ERR_NETLINK_BAD_VALUE'],
    [['10.0.0.9', '10.0.0.9/24'], 'ERR_NETLINK_BAD_VALUE'],
  ])('%j are refused', (expected, code) => {
    let error: unknown
    try {
      chooseAddresses(file({ subnets: ['10.0.0.0/24'] }, ['10.0.0.2/24']), expected)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code })
  })
})
