import { describe, expect, test } from 'vitest'
import {
  type Addr,
  decodeAddr,
  decodeLink,
  decodeMessage,
  decodeNeigh,
  decodeNeighTable,
  decodeNsid,
  decodeRoute,
  decodeRule,
  encodeMessage,
  flagNames,
  type Link,
  type Neigh,
  type Route,
  type Rule,
} from '../../src/codec.js'
import * as constants from '../../src/constants.js'
import { afEnum, rtProtocolEnum, rtScopeEnum } from '../../src/generated/common/tables.gen.js'
import { fuzzOne, oracleMessage } from '../../src/testing.js'
import { type DumpVector, dumpMessages, dumpVectors, toHex, unknownsOf, vectorFile } from '../support/vector-bytes.js'

type Dict = Readonly<Record<string, unknown>>

const dumps = vectorFile<DumpVector[]>('dumps/rich.json')
const dump = (name: string): DumpVector => {
  const found = dumps.find(candidate => candidate.dump === name)
  if (found === undefined) throw new Error(`no dump ${name}`)
  return found
}
const objects = <T>(name: string, decode: (payload: Uint8Array) => T): T[] =>
  dumpMessages(dump(name)).map(message => decode(message.subarray(16)))
const json = (name: string): readonly Dict[] => Object.values(dump(name).json)[0] ?? []

const links = objects('link', decodeLink)
const nameOf = (index: number | undefined): string | undefined => links.find(link => link.index === index)?.name

/** Spells a word as iproute2 and as the library do: lower case, letters and digits. */
const word = (value: unknown): string =>
  String(value)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

describe('what the kernel sends', () => {
  const all = [...dumpVectors()].flatMap(([name, each]) => each.map(dump => [`${name}, ${dump.dump}`, dump] as const))

  test.each(all)('%s: everything is understood, and written again', (_, each) => {
    const messages = dumpMessages(each)
    expect(messages.length).toBeGreaterThan(0)
    for (const bytes of messages) {
      const message = decodeMessage(bytes)
      // Linux 6.18 sends nothing that the 7.3 headers do not name.
      expect(unknownsOf(message.attrs)).toEqual([])
      expect(toHex(encodeMessage(message))).toBe(toHex(bytes))
      expect(oracleMessage(bytes)).toStrictEqual(message)
      fuzzOne(bytes)
    }
  })
})

/** Where a key of `ip -d` is called otherwise. */
const aliases: Readonly<Record<string, string>> = {
  bcqueuelen: 'bcQueueLen',
  usedbcqueuelen: 'bcQueueLenUsed',
  external: 'collectMetadata',
  remote6: 'group6',
  ttl: 'ttl',
  peer_notify_delay: 'peerNotifDelay',
  arp_missed_max: 'missedMax',
  supervision_addr: 'supervisionAddr',
  seq_nr: 'seqNr',
  encoding_sa: 'encodingSa',
  hsize: 'pdpHashsize',
}
/** Values that iproute2 computes or spells in a way of its own. */
const expectedAliases = new Set([
  'mode',
  'flags',
  'macaddr_data',
  'proto',
  'cipher_suite',
  'sci',
  'udp_csum',
  'ingress_qos',
  'egress_qos',
])
const aliasHere = new Set([
  'arp_all_targets',
  'erspan_dir',
  'primary_reselect',
  'fail_over_mac',
  'ad_select',
  'ad_lacp_rate',
  'bridge_id',
  'root_id',
  'hello_timer',
  'tcn_timer',
  'topology_change_timer',
  'gc_timer',
  'arp_validate',
])
const notReadHere = new Set(['primary', 'slave1', 'slave2', 'link', 'ikey', 'okey', 'limit'])

function agrees(theirs: unknown, ours: unknown): boolean {
  if (theirs === null) return ours === true
  if (typeof theirs === 'boolean') return theirs === (ours === true || ours === 1)
  if (Array.isArray(theirs) || typeof theirs === 'object') return JSON.stringify(theirs) === JSON.stringify(ours)
  if (typeof ours === 'bigint') return Number(ours) === theirs
  if (typeof theirs === 'number' || typeof ours === 'number')
    return (
      Number(theirs) === ours ||
      (theirs === 'on' && ours === 1) ||
      (theirs === 'off' && ours === 0) ||
      Number(`0x${theirs}`) === ours
    )
  return word(theirs) === word(ours) || (theirs === 'any' && (ours === '0.0.0.0' || ours === '::'))
}

describe('links', () => {
  const theirs = json('link')

  test('are those that ip shows', () => {
    expect(links.map(link => [link.index, link.name])).toEqual(theirs.map(link => [link['ifindex'], link['ifname']]))
  })

  test.each(links.map((link, at) => [link.name, link, theirs[at] ?? {}] as const))(
    '%s',
    (_name, link: Link, output) => {
      const names = flagNames(link.flags, constants, 'IFF_').map(name => name.toUpperCase().replaceAll('-', '_'))
      // ip hides IFF_RUNNING, and says M-DOWN and NO-CARRIER that are no flags.
      const flags = (output['flags'] as string[]).filter(flag => flag !== 'M-DOWN' && flag !== 'NO-CARRIER')
      expect(names.filter(name => name !== 'RUNNING').sort()).toEqual(flags.sort())
      expect(link.mtu).toBe(output['mtu'])
      expect(link.txqlen).toBe(output['txqlen'] ?? 0)
      expect(link.numTxQueues).toBe(output['num_tx_queues'])
      expect(link.operstate).toBe(String(output['operstate']).toLowerCase())
      expect(String(link.group)).toBe(output['group'] === 'default' ? '0' : output['group'])
      expect(link.ifalias).toBe(output['ifalias'])
      expect(link.propList?.altIfname).toEqual(output['altnames'])
      expect(link.linkNetnsid).toBe(output['link_netnsid'])
      expect(nameOf(link.master)).toBe(output['master'])
      if (typeof output['link'] === 'string' && link.linkNetnsid === undefined)
        expect(nameOf(link.link)).toBe(output['link'])
      // Tunnels have IP addresses there, which ip shows without colons.
      if (output['link_type'] === 'ether') expect(link.address).toBe(output['address'])
      if (output['link_type'] === 'ether') expect(link.broadcast).toBe(output['broadcast'])
      const info = output['linkinfo'] as Dict | undefined
      expect(link.kindName).toBe(info?.['info_kind'])
      expect(link.slaveKindName).toBe(info?.['info_slave_kind'])
      const kinds = link.info?.kind === 'other' ? [] : [link.info?.kind]
      if (link.info !== undefined) expect(kinds).toEqual([info?.['info_kind']])
    },
  )

  test('have the options that ip shows', () => {
    let compared = 0
    const seen = new Set<string>()
    for (const [at, link] of links.entries()) {
      const info = (theirs[at]?.['linkinfo'] as Dict | undefined)?.['info_data'] as Dict | undefined
      const ours = (link.info ?? {}) as Dict
      for (const [key, value] of Object.entries(info ?? {})) {
        const field = aliases[key] ?? key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
        if (expectedAliases.has(key) || aliasHere.has(key) || notReadHere.has(key) || !(field in ours)) continue
        compared++
        seen.add(`${String(ours['kind'])}.${key}`)
        if (!agrees(value, ours[field]))
          expect({ [`${link.name} ${key}`]: ours[field] }).toEqual({ [`${link.name} ${key}`]: value })
      }
    }
    expect(compared).toBeGreaterThan(250)
    expect(seen.size).toBeGreaterThan(120)
  })

  test('have the options that are spelled otherwise', () => {
    const info = (name: string) => links.find(link => link.name === name)?.info
    expect(info('vl0')).toMatchObject({ id: 10, protocol: '8021q', flags: { flags: 3 } })
    expect(info('vl0')).toMatchObject({
      ingressQos: {
        mapping: [
          { from: 1, to: 2 },
          { from: 3, to: 4 },
        ],
      },
    })
    expect(info('vl1')).toStrictEqual({ kind: 'vlan', id: 11, protocol: '8021ad' })
    expect(info('bo0')).toMatchObject({ mode: 'activebackup', primary: 23 })
    expect(info('bo1')).toMatchObject({ mode: '8023ad', adActorSystem: '02:00:00:00:00:ad' })
    expect(info('bo2')).toMatchObject({ arpIpTarget: ['192.0.2.1', '192.0.2.3'], nsIp6Target: ['2001:db8::1'] })
    expect(info('mv1')).toMatchObject({ macaddrData: { macaddr: ['02:00:00:00:00:92', '02:00:00:00:00:91'] } })
    expect(info('vx0')).toMatchObject({ link: 10, portRange: { low: 0, high: 0 }, limit: 1000, udpCsum: 1 })
    expect(info('t6')).toMatchObject({ encapLimit: 7, ttl: 33, flowinfo: 0x1012345 })
    expect(info('vti9')).toMatchObject({ ikey: 0x01020304, okey: 6 })
    expect(info('er9')).toMatchObject({ ikey: 30, erspanIndex: 123, erspanVer: 1 })
    expect(info('hs0')).toMatchObject({ supervisionAddr: '01:15:4e:00:01:2d' })
  })

  test('of bridges have their VLANs', () => {
    const vlans = objects('link of bridges, BRVLAN', decodeLink).flatMap(link => {
      const afSpec = (link.afSpec ?? {}) as { vlanInfo?: readonly { vid: number; flags: number }[] }
      return afSpec.vlanInfo === undefined ? [] : [{ ifname: link.name, vlans: afSpec.vlanInfo }]
    })
    const output = (dump('link of bridges, BRVLAN').json['bridge -j vlan show'] ?? []) as unknown as readonly {
      ifname: string
      vlans: readonly { vlan: number; flags?: readonly string[] }[]
    }[]
    const bits: Readonly<Record<string, number>> = { PVID: 2, 'Egress Untagged': 4 }
    expect(vlans).toEqual(
      output.map(({ ifname, vlans: each }) => ({
        ifname,
        vlans: each.map(({ vlan, flags }) => ({
          vid: vlan,
          flags: (flags ?? []).reduce((sum, flag) => sum + (bits[flag] ?? NaN), 0),
        })),
      })),
    )
  })
})

test('addresses are those that ip shows', () => {
  const addrs = objects('addr', decodeAddr)
  const output = json('addr').flatMap(link =>
    ((link['addr_info'] ?? []) as Dict[]).map(each => ({ ...each, index: link['ifindex'] }) as Dict),
  )
  const project = (addr: Addr): Dict => ({
    index: addr.index,
    family: addr.family,
    address: addr.address.split('/')[0],
    prefixlen: Number((addr.peer ?? addr.address).split('/')[1]),
    scope: addr.scope,
    label: addr.label,
    valid: addr.cacheinfo?.valid,
    peer: addr.peer?.split('/')[0],
    broadcast: addr.broadcast,
  })
  const theirs = output.map(each => ({
    index: each['index'],
    family: each['family'],
    address: each['local'],
    prefixlen: each['prefixlen'],
    scope: each['scope'] === 'global' ? 'universe' : each['scope'],
    label: each['label'],
    valid: each['valid_life_time'],
    peer: each['address'],
    broadcast: each['broadcast'],
  }))
  const byKey = (list: readonly Dict[]) =>
    list.toSorted((a, b) => (`${a['index']} ${a['address']}` < `${b['index']} ${b['address']}` ? -1 : 1))
  expect(byKey(addrs.map(project))).toEqual(byKey(theirs))
})

const tables: Readonly<Record<string, number>> = { main: 254, local: 255, default: 253 }
const numberOf = (table: { value: (name: string) => number | undefined }, name: unknown): unknown =>
  table.value(name === 'global' ? 'universe' : String(name)) ?? Number(name)

/** Writes `/32` and `/128` where ip leaves them out. */
const prefix = (text: unknown): unknown =>
  typeof text !== 'string' || text === 'default' || text.includes('/')
    ? text
    : `${text}/${text.includes(':') ? 128 : 32}`

describe.each(['route inet', 'route inet6'])('%s', name => {
  const routes = objects(name, decodeRoute)
  const output = json(name)
  test.each(routes.map((route, at) => [`${at} ${route.dst}`, route, output[at] ?? {}] as const))(
    '%s',
    (_, route: Route, theirs) => {
      expect(routes).toHaveLength(output.length)
      expect(route.dst).toBe(prefix(theirs['dst']))
      expect(route.type).toBe(theirs['type'])
      expect(route.gateway).toBe(theirs['gateway'])
      expect(nameOf(route.oif)).toBe(theirs['dev'])
      expect(route.table).toBe(tables[String(theirs['table'])] ?? Number(theirs['table']))
      expect(numberOf(rtProtocolEnum, route.protocol)).toBe(numberOf(rtProtocolEnum, theirs['protocol']))
      expect(numberOf(rtScopeEnum, route.scope)).toBe(numberOf(rtScopeEnum, theirs['scope']))
      expect(route.prefsrc).toBe(theirs['prefsrc'])
      expect(route.priority).toBe(theirs['metric'])
      expect(route.tos).toBe(Number(theirs['tos'] ?? 0))
      expect(route.pref).toBe(theirs['pref'])
      const hops = theirs['nexthops'] as Dict[] | undefined
      expect(route.multipath?.map(hop => [hop.gateway, hop.via?.addr, nameOf(hop.ifindex), hop.hops + 1])).toEqual(
        hops?.map(hop => [hop['gateway'], (hop['via'] as Dict | undefined)?.['host'], hop['dev'], hop['weight']]),
      )
      const metrics = ((theirs['metrics'] ?? []) as Dict[])[0]
      if (metrics?.['mtu'] !== undefined) expect(route.metrics?.mtu).toBe(metrics['mtu'])
    },
  )
})

test('route mpls: labels', () => {
  const routes = objects('route mpls', decodeRoute)
  const output = json('route mpls')
  const host = (via: unknown) => (via as Dict | undefined)?.['host']
  expect(
    routes.map(route => [
      route.dst,
      route.newdst,
      route.via?.addr,
      route.multipath?.map(hop => [hop.newdst, hop.via?.addr]),
    ]),
  ).toEqual(
    output.map(each => [
      each['dst'],
      each['to'],
      host(each['via']),
      (each['nexthops'] as Dict[] | undefined)?.map(hop => [hop['to'], host(hop['via'])]),
    ]),
  )
})

describe.each(['rule inet', 'rule inet6'])('%s', name => {
  const rules = objects(name, decodeRule)
  const output = json(name)
  test.each(rules.map((rule, at) => [`${rule.priority ?? 0}`, rule, output[at] ?? {}] as const))(
    '%s',
    (_, rule: Rule, theirs) => {
      expect(rules).toHaveLength(output.length)
      expect(rule.priority ?? 0).toBe(theirs['priority'])
      const src = theirs['src'] === 'all' ? undefined : theirs['src']
      expect(rule.src).toBe(theirs['srclen'] === undefined ? prefix(src) : `${src}/${theirs['srclen']}`)
      expect(rule.dst).toBe(
        theirs['dstlen'] === undefined ? prefix(theirs['dst']) : `${theirs['dst']}/${theirs['dstlen']}`,
      )
      if (theirs['table'] !== undefined)
        expect(rule.table).toBe(tables[String(theirs['table'])] ?? Number(theirs['table']))
      expect(rule.iifname).toBe(theirs['iif'])
      expect(rule.oifname).toBe(theirs['oif'])
      expect(rule.goto).toBe(theirs['goto'])
      expect(rule.uidRange?.start).toBe(theirs['uid_start'])
      expect(rule.tunId).toBe(theirs['tun_id'] === undefined ? undefined : BigInt(Number(theirs['tun_id'])))
      expect(rule.l3mdev === 1).toBe('l3mdev' in theirs)
      expect((rule.flags & constants.FIB_RULE_INVERT) !== 0).toBe('not' in theirs)
      expect(rule.tos).toBe(Number(theirs['tos'] ?? 0))
      expect(rule.protocol).toBe(theirs['protocol'])
    },
  )
})

describe.each(['neigh', 'neigh proxy', 'fdb'])('%s', name => {
  test('is what ip shows', () => {
    const neighs = objects(name, decodeNeigh)
    const output = json(name)
    const states = (neigh: Neigh) => flagNames(neigh.state, constants, 'NUD_').map(state => state.toUpperCase())
    const ours = neighs.map(neigh => [neigh.dst, neigh.lladdr, nameOf(neigh.ifindex), (neigh.flags & 128) !== 0])
    const theirs = output.map(each => [
      each['dst'],
      each['lladdr'] ?? each['mac'],
      each['dev'] ?? each['ifname'],
      'router' in each || ((each['flags'] ?? []) as string[]).includes('router'),
    ])
    if (name === 'neigh') expect(neighs.map(states)).toEqual(output.map(each => each['state']))
    // Tunnels have an IP address as their link-layer address: ip shows it as such.
    const plain = (rows: unknown[][]) => rows.map(row => row.map((cell, at) => (at === 1 ? asAddress(cell) : cell)))
    expect(plain(ours)).toEqual(theirs)
  })
})

/** Spells the bytes of a tunnel's link-layer address as ip does. */
function asAddress(cell: unknown): unknown {
  if (typeof cell !== 'string' || cell.split(':').length !== 4) return cell
  return cell
    .split(':')
    .map(byte => Number.parseInt(byte, 16))
    .join('.')
}

test('neighbour tables and namespace ids are those that ip shows', () => {
  const found = objects('neightbl', decodeNeighTable)
  // The order and, where a dump goes on in another datagram, the number of tables differ from one dump to the next.
  const rows = found.map(table => [
    numberOf(afEnum, table.family),
    table.name,
    table.thresh1,
    nameOf(table.parms?.ifindex),
  ])
  const theirs = json('neightbl').map(table => [
    numberOf(afEnum, table['family']),
    table['name'],
    table['thresh1'],
    table['dev'],
  ])
  expect(new Set(rows.map(row => row.join()))).toEqual(new Set(theirs.map(row => row.join())))
  expect(objects('nsid', decodeNsid).map(each => each.nsid)).toEqual(json('nsid').map(each => each['nsid']))
})
