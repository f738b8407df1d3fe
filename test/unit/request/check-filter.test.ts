import { operation, single } from '../../support/tasks.js'
// What a list, dump or flush is given: a typo must not make it one of everything.

import { describe, expect, test } from 'vitest'
import { request } from '../../../src/codec.js'
import type { NetlinkError } from '../../../src/index.js'
import type { Task } from '../../../src/request/operation.js'
import { methods } from '../../../src/rtnetlink/methods.js'
import { thrown } from '../../support/vector-build.js'

/** Builders, and a filter that they take. */
const lists: readonly (readonly [string, (filter: never) => unknown, object])[] = [
  ['link', request.link.dump, { kind: 'veth', master: 1, family: 'unspec', extMask: 0, netns: { nsid: 1 } }],
  ['addr', request.addr.dump, { dev: 1, family: 2, scope: 0, label: 'x', address: '192.0.2.1', netns: { nsid: 1 } }],
  ['route', request.route.dump, { family: 'inet', table: 254, protocol: 4, type: 1, dev: 1 }],
  ['neigh', request.neigh.dump, { family: 'inet', dev: 1, master: 2, proxy: true, state: 2 }],
  ['neighTable', request.neighTable.dump, { family: 'inet', name: 'arp_cache' }],
  ['fdb', request.fdb.dump, { dev: 1, master: 2, vlan: 3, state: 2 }],
  ['fdb flush', request.fdb.flush, { dev: 1, viaIfindex: 2, vlan: 3, vni: 4, state: 2, flags: 2 }],
  ['mdb', request.mdb.dump, { dev: 1, vid: 2 }],
  ['mdb routers', request.mdb.dumpRouters, { dev: 1, vid: 2 }],
  ['mdb flush', request.mdb.flush, { dev: 1, port: 2, vid: 3, state: 'permanent', rtprot: 4, vni: 5 }],
  ['vlan', request.vlan.dump, { dev: 1, vid: 2, stats: true }],
  ['vlan global', request.vlan.dumpGlobal, { dev: 1, vid: 2 }],
  ['tunnel', request.tunnel.dump, { dev: 1, stats: true }],
  ['mst', request.mst.dump, { dev: 1 }],
  ['mrp', request.mrp.dump, { dev: 1 }],
  ['cfm', request.cfm.dump, { dev: 1 }],
  ['rule', request.rule.dump, { family: 'inet' }],
  ['qdisc', request.qdisc.dump, { dev: 1, parent: '1:', kind: 'tbf', invisible: true }],
  ['class', request.class.dump, { dev: 1, parent: '1:', kind: 'htb' }],
  [
    'filter',
    request.filter.dump,
    { dev: 1, parent: '1:', chain: 1, priority: 2, protocol: 'ip', kind: 'u32', terse: true },
  ],
  ['chain', request.chain.dump, { block: 1, chain: 2 }],
  ['action', request.action.dump, { kind: 'gact', sinceMs: 1, terse: true }],
  ['action flush', request.action.flush, { kind: 'gact' }],
  ['stats', request.stats.dump, { filterMask: 1, getFilters: { linkOffloadXstats: 1 } }],
  ['nexthop', request.nexthop.dump, { family: 0, dev: 1, master: 2, groups: true, fdb: true, protocol: 4, opFlags: 1 }],
  ['nexthopBucket', request.nexthopBucket.dump, { id: 1, nhId: 2, dev: 3, master: 4 }],
  ['mroute', request.mroute.dump, { family: 'inet', table: 254 }],
  ['mcaddr', request.mcaddr.dump, { family: 'inet6', dev: 1 }],
  ['acaddr', request.acaddr.dump, { dev: 1 }],
  ['netconf', request.netconf.dump, { family: 'inet' }],
]

describe('a filter', () => {
  test.each(lists)('of %s takes what it knows, and refuses the rest', (_, build, known) => {
    expect(() => build({ ...known, tabel: undefined } as never)).not.toThrow()
    expect(thrown(() => build({ ...known, tabel: 254 } as never))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'tabel',
    })
  })

  test.each(lists)('of %s takes nothing that is no number', (_, build, known) => {
    for (const key of Object.keys(known))
      expect(
        thrown(() => build({ ...known, [key]: Number.NaN } as never)),
        key,
      ).toMatchObject({
        code: 'ERR_NETLINK_BAD_VALUE',
      })
  })

  test.each(lists)('of %s holds no null, by which nothing could be filtered', (_, build, known) => {
    for (const key of Object.keys(known))
      expect(thrown(() => build({ ...known, [key]: null } as never))).toMatchObject({
        code: 'ERR_NETLINK_BAD_VALUE',
        fieldPath: key,
      })
  })

  // Nothing would be found by what no row is equal to, and a switch would be off.
  test.each<[string, (filter: never) => unknown, object]>([
    ['proxy', request.neigh.dump, { proxy: 'yes' }],
    ['name', request.neighTable.dump, { name: 5 }],
    ['vlan', request.fdb.dump, { vlan: '5' }],
    ['vid', request.mdb.dump, { vid: '5' }],
    ['dev', request.mdb.dump, { dev: {} }],
    ['vid', request.vlan.dump, { vid: '5' }],
    ['stats', request.vlan.dump, { stats: 1 }],
    ['stats', request.tunnel.dump, { stats: 1 }],
    ['dev', request.mst.dump, { dev: true }],
    ['kind', request.qdisc.dump, { kind: 5 }],
    ['invisible', request.qdisc.dump, { invisible: 1 }],
    ['parent', request.qdisc.dump, { parent: {} }],
    ['kind', request.class.dump, { dev: 1, kind: 5 }],
    ['kind', request.filter.dump, { dev: 1, kind: 5 }],
    ['terse', request.filter.dump, { dev: 1, terse: 1 }],
    ['terse', request.action.dump, { kind: 'gact', terse: 1 }],
    ['label', request.addr.dump, { label: 5 }],
  ])('whose %s is of another type is refused', (fieldPath, build, filter) => {
    expect(thrown(() => build(filter as never))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })

  test.each(lists)('of %s must be an object', (_, build) => {
    for (const filter of [null, 'v0', []]) {
      const error = thrown(() => build(filter as never))
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).toMatch(/takes a filter$/)
    }
  })

  test('that is refused says what there is', () => {
    const error = thrown(() => request.route.dump({ tabel: 254 } as never)) as NetlinkError
    expect(error.message).toBe(
      'route list tabel=254: ERR_NETLINK_BAD_VALUE: is nothing to filter by: family, table, protocol, type, dev are (at tabel)',
    )
  })
})

describe('what a get may say beside which', () => {
  test.each<[string, () => unknown]>([
    ['link64 as a mask', () => methods.stats.get('v0', { filtermask: ['link64'] } as never)],
    ['hardware as a mask', () => methods.stats.get('v0', { getFilters: { linkOffloadXstat: ['cpuHit'] } } as never)],
    ['statistics of a nexthop', () => methods.nexthop.get(1, { opflags: 1 } as never)],
    ['the link of a label', () => methods.addrLabel.get('2001:db8::1', { device: 'v0' } as never)],
  ])('is refused when nobody knows it: %s', (_, ask) => {
    expect(thrown(ask)).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
  })

  test('is there with a signal and a deadline', () => {
    const options = { signal: new AbortController().signal, timeoutMs: 1 }
    expect(single(methods.stats.get('v0', { ...options, filterMask: 1 })).request.summary).toBe(
      'stats get v0 filterMask=1',
    )
    expect(single(methods.nexthop.get(1, { ...options, opFlags: 1 })).request.summary).toBe('nexthop get 1 opFlags=1')
    expect(single(methods.addrLabel.get('::1', { ...options, dev: 1 })).request.summary).toBe(
      'addrlabel get address=::1 dev=1',
    )
  })
})

describe('a flush', () => {
  const flushes: readonly (readonly [string, (filter: never) => Task<number>, string])[] = [
    ['addr', methods.addr.flush, "{ family: 'inet' }"],
    ['route', methods.route.flush, '{ table: 254 }'],
    ['nexthop', methods.nexthop.flush, "{ family: 'unspec' }"],
  ]

  test.each(flushes)('of %s must be told what goes', (_, flush, all) => {
    for (const filter of [{}, { dev: undefined }, { family: undefined, dev: undefined }]) {
      const error = thrown(() => operation(flush(filter as never)).next()) as NetlinkError
      expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
      expect(error.message).toContain(`as ${all} does`)
    }
    for (const filter of [{ dev: null }, { family: null }])
      expect(thrown(() => operation(flush(filter as never)).next())).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
    for (const filter of [undefined, null])
      expect(thrown(() => operation(flush(filter as never)).next())).toBeInstanceOf(TypeError)
  })

  test.each(flushes)('of %s refuses what it does not know', (name, flush) => {
    const error = thrown(() => operation(flush({ dev: 1, metric: 100 } as never)).next()) as NetlinkError
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'metric' })
    expect(error.message).toContain(`${name} flush dev=1 metric=100: `)
  })

  test('asks for something: what is false does not', () => {
    const error = thrown(() => operation(methods.nexthop.flush({ groups: false })).next())
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
  })

  test('of addresses stays in its own namespace, and of nexthops takes nothing that filters none', () => {
    const other = thrown(() => operation(methods.addr.flush({ dev: 1, netns: { nsid: 1 } } as never)).next())
    expect(other).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'netns' })
    const flags = thrown(() => operation(methods.nexthop.flush({ opFlags: 1 } as never)).next())
    expect(flags).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'opFlags' })
  })
})
