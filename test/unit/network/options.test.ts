// Values of another sort than an option's: each is refused with its field, and none is taken in silence.
import { describe, expect, it } from 'vitest'
import { checkConnectOptions } from '../../../src/network/connection/connect-options.js'
import { planLab } from '../../../src/network/lab/plan.js'
import { settingsOf } from '../../../src/network/settings.js'

const link = { endpoints: ['a', 'b'] }
const lab = (given: object) => () => planLab({ hosts: ['a', 'b'], links: [link], ...given } as never)

const cases: readonly (readonly [string, (given: never) => unknown, readonly object[]])[] = [
  [
    'a network',
    given => settingsOf({ name: 'web', ...(given as object) }),
    [
      { name: 5 },
      { driver: 5n },
      { subnets: 5 },
      { subnets: [5n] },
      { gateway: 5 },
      { mtu: '1400' },
      { internal: 'no' },
      { vlan: 5n },
      { bridge: 1 },
      { mac: 5n },
      { reserved: 'x' },
    ],
  ],
  [
    'a connection',
    given => checkConnectOptions(given),
    [
      { ifname: 5n },
      { addresses: 'x' },
      { addresses: [5n] },
      { mac: 5n },
      { mtu: 5n },
      { aliases: 5 },
      { defaultRoute: 1 },
      { routes: 5 },
      { hairpin: 'x' },
      { isolated: 0 },
    ],
  ],
]

describe.each(cases)('%s', (_, check, wrong) => {
  it.each(wrong)('is refused with %o', given => {
    const [fieldPath] = Object.keys(given)
    expect(() => check(given as never)).toThrow(expect.objectContaining({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath }))
  })
})

describe('a part', () => {
  it.each<[string, () => unknown]>([
    ['routes[0].metric', () => checkConnectOptions({ routes: [{ dst: 'default', metric: '1' }] } as never)],
    ['routes[0].gateway', () => checkConnectOptions({ routes: [{ dst: 'default', gateway: 5 }] } as never)],
    ['hosts.a.forward', lab({ hosts: { a: { forward: 'no' }, b: {} } })],
    ['hosts.a.gateway', lab({ hosts: { a: { gateway: 5 }, b: {} } })],
    ['links[0].rate', lab({ links: [{ ...link, rate: 10n }] })],
    ['links[0].loss', lab({ links: [{ ...link, loss: '1' }] })],
    ['links[0].ends[0].addresses', lab({ links: [{ endpoints: [{ node: 'a', addresses: '10.0.0.1/24' }, 'b'] }] })],
    ['switches.s.stp', lab({ switches: { s: { stp: 1 } } })],
  ])('is refused by its field %s', (fieldPath, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath }))
  })
})
