// What a kind's driver wants said in other words than it says itself: no change is lost without a word.
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { type BlockingClient, type LinkSpec, openSync } from '../../src/index.js'
import { ipLink } from '../support/iproute.js'
import { requireKind } from '../support/probe.js'

let rt: BlockingClient

beforeEach(() => {
  rt = openSync()
  rt.link.add({ name: 'low0', info: { kind: 'ifb' } })
})

afterEach(() => {
  for (const { name, index } of rt.link.list()) if (name !== 'lo') rt.link.delete(index, { missingOk: true })
  rt.close()
})

/** Makes n0 of a kind that the kernel must have. */
function make(context: TestContext, info: NonNullable<LinkSpec['info']>, spec: LinkSpec = {}): void {
  requireKind(context, info.kind)
  rt.link.add({ name: 'n0', ...spec, info })
}

/** Gives what `ip` shows of the data of a link. */
function shown(name = 'n0'): Readonly<Record<string, unknown>> {
  const { linkinfo } = ipLink(name) as { linkinfo?: { info_data?: Record<string, unknown> } }
  return linkinfo?.info_data ?? {}
}

describe('a bond', () => {
  it('loses its targets to empty lists', context => {
    make(context, { kind: 'bond', mode: 'activebackup', arpInterval: 100, arpIpTarget: ['192.0.2.1', '192.0.2.2'] })
    rt.link.set('n0', { info: { kind: 'bond', nsIp6Target: ['2001:db8::1'] } })
    expect(shown()).toMatchObject({ arp_ip_target: ['192.0.2.1', '192.0.2.2'], ns_ip6_target: ['2001:db8::1'] })
    rt.link.set('n0', { info: { kind: 'bond', arpIpTarget: [] } })
    expect(shown()['arp_ip_target'] ?? []).toEqual([])
    expect(shown()['ns_ip6_target']).toEqual(['2001:db8::1'])
    rt.link.set('n0', { info: { kind: 'bond', nsIp6Target: [] } })
    expect(shown()['ns_ip6_target'] ?? []).toEqual([])
  })
})

describe('a macvlan', () => {
  const macaddrData = { macaddr: ['02:00:00:00:00:01', '02:00:00:00:00:02'] }

  it('is given the addresses of its sources without a mode', context => {
    make(context, { kind: 'macvlan', mode: 'source', macaddrData }, { link: 'low0' })
    expect(shown()).toMatchObject({ macaddr_count: 2 })
    rt.link.set('n0', { info: { kind: 'macvlan', macaddrData: { macaddr: ['02:00:00:00:00:03'] } } })
    expect(shown()).toMatchObject({ macaddr_data: ['02:00:00:00:00:03'] })
    rt.link.set('n0', { info: { kind: 'macvlan', macaddrMode: 'add', macaddr: '02:00:00:00:00:04' } })
    expect(shown()).toMatchObject({ macaddr_count: 2 })
    const read = rt.link.get('n0')
    rt.link.set(read.index, { ...read, info: { kind: 'macvlan', macaddrData: {} } })
    expect(shown()).toMatchObject({ macaddr_count: 0 })
  })

  it('leaves the mode of sources by the data that was read', context => {
    make(context, { kind: 'macvlan', mode: 'source', macaddrData }, { link: 'low0' })
    const { info } = rt.link.get('n0')
    rt.link.set('n0', { info: { ...(info?.kind === 'macvlan' ? info : {}), kind: 'macvlan', mode: 'bridge' } })
    expect(shown()).toMatchObject({ mode: 'bridge' })
  })
})

describe('a geneve', () => {
  it('is given a TTL beside the word that it is not inherited', context => {
    const info = { kind: 'geneve', id: 5, remote: '192.0.2.1' } as const
    make(context, { ...info, ttlInherit: 0, ttl: 7 })
    expect(shown()).toMatchObject({ ttl: 7 })
    rt.link.set('n0', { info: { kind: 'geneve', ttlInherit: false, ttl: 33 } })
    expect(shown()).toMatchObject({ ttl: 33 })
    rt.link.set('n0', { info: { kind: 'geneve', ttlInherit: true } })
    expect(rt.link.get('n0').info).toMatchObject({ ttlInherit: 1 })
    const read = rt.link.get('n0')
    rt.link.set(read.index, { ...read, info: { kind: 'geneve', ttlInherit: 0, ttl: 9 } })
    expect(rt.link.get('n0').info).toMatchObject({ ttlInherit: 0, ttl: 9 })
  })
})

describe('a VLAN', () => {
  it('takes the flags that are named without a mask', context => {
    make(context, { kind: 'vlan', id: 5, flags: { flags: ['gvrp', 'loose-binding'] } }, { link: 'low0' })
    expect(shown()['flags']).toEqual(['REORDER_HDR', 'GVRP', 'LOOSE_BINDING'])
    rt.link.set('n0', { info: { kind: 'vlan', flags: { flags: 8 } } })
    expect(shown()['flags']).toEqual(['REORDER_HDR', 'GVRP', 'MVRP', 'LOOSE_BINDING'])
    rt.link.set('n0', { info: { kind: 'vlan', flags: { flags: 0, mask: 0b1110 } } })
    expect(shown()['flags']).toEqual(['REORDER_HDR'])
  })

  it('is written and made with the data that was read', context => {
    make(context, { kind: 'vlan', id: 5, flags: { flags: 0b1000, mask: 0b1001 } }, { link: 'low0' })
    const { info } = rt.link.get('n0')
    if (info?.kind !== 'vlan') throw new Error('no VLAN')
    rt.link.set('n0', { info })
    rt.link.add({ name: 'n1', link: 'low0', info: { ...info, id: 6 } })
    expect([shown('n0')['flags'], shown('n1')['flags']]).toEqual([['MVRP'], ['MVRP']])
    rt.link.set('n1', { info: { kind: 'vlan', flags: { flags: 1, mask: 0xffffffff } } })
    expect(shown('n1')['flags']).toEqual(['REORDER_HDR'])
  })
})

describe('an externally controlled tunnel', () => {
  it.for(['gretap', 'ip6gretap', 'erspan', 'ip6erspan'] as const)('of kind %s is changed', (kind, context) => {
    make(context, { kind, collectMetadata: true })
    const before = rt.link.get('n0')
    rt.link.set('n0', { info: { kind, ttl: 0 } })
    expect(rt.link.get('n0').info).toEqual(before.info)
    rt.link.set('n0', { info: { kind, fwmark: 5 } })
    expect(rt.link.get('n0').info).toEqual({ ...before.info, fwmark: 5 })
    const read = rt.link.get('n0')
    rt.link.delete('n0')
    rt.link.add(read)
    expect(rt.link.get('n0').info).toEqual(read.info)
  })
})
