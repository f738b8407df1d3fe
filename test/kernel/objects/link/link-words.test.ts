// What a kind's driver wants said in other words than it says itself: no change is lost without a word.
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { type BlockingClient, type Link, type LinkSpec, openSync } from '../../../../src/index.js'
import { ipLink } from '../../../support/iproute2/iproute.js'
import { requireKind } from '../../../support/probe.js'

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
function output(name = 'n0'): Readonly<Record<string, unknown>> {
  const { linkinfo } = ipLink(name) as { linkinfo?: { info_data?: Record<string, unknown> } }
  return linkinfo?.info_data ?? {}
}

describe('a bond', () => {
  it('loses its targets to empty lists', context => {
    make(context, { kind: 'bond', mode: 'activebackup', arpInterval: 100, arpIpTarget: ['192.0.2.1', '192.0.2.2'] })
    rt.link.set('n0', { info: { kind: 'bond', nsIp6Target: ['2001:db8::1'] } })
    expect(output()).toMatchObject({ arp_ip_target: ['192.0.2.1', '192.0.2.2'], ns_ip6_target: ['2001:db8::1'] })
    rt.link.set('n0', { info: { kind: 'bond', arpIpTarget: [] } })
    expect(output()['arp_ip_target'] ?? []).toEqual([])
    expect(output()['ns_ip6_target']).toEqual(['2001:db8::1'])
    rt.link.set('n0', { info: { kind: 'bond', nsIp6Target: [] } })
    expect(output()['ns_ip6_target'] ?? []).toEqual([])
  })
})

describe('a bond with ports', () => {
  it('is not told again the mode that it has, by number or name', context => {
    make(context, { kind: 'bond', mode: 'tlb', miimon: 100 }, { up: true })
    rt.link.add({ name: 'n1', master: 'n0', info: { kind: 'veth', peer: { name: 'n2' } } })
    rt.link.set('n0', { info: { kind: 'bond', mode: 'tlb', miimon: 60 } })
    rt.link.set('n0', { info: { kind: 'bond', mode: 5, tlbDynamicLb: true, miimon: 50 } })
    expect(output()).toMatchObject({ mode: 'balance-tlb', miimon: 50 })
  })
})

describe('a bridge', () => {
  it('takes the options that are given without a mask, and with one turns them off', context => {
    make(context, { kind: 'bridge', multiBoolopt: { optval: 1 } })
    expect(output()).toMatchObject({ no_linklocal_learn: 1 })
    rt.link.set('n0', { info: { kind: 'bridge', multiBoolopt: { optmask: 1 } } })
    expect(output()).toMatchObject({ no_linklocal_learn: 0 })
  })

  it.for([0, 1])(
    'is made again as it was read (options %j), also where the kernel has no VLANs of bridges',
    (optval, context) => {
      make(context, { kind: 'bridge', ageingTime: 12_300, multiBoolopt: { optval } })
      const read = rt.link.get('n0')
      rt.link.delete('n0')
      rt.link.add(read)
      const settled = ({ info }: Link) => {
        const { ageingTime, multiBoolopt, vlanFiltering } = info?.kind === 'bridge' ? info : {}
        return { ageingTime, multiBoolopt, vlanFiltering }
      }
      expect(settled(read).ageingTime).toBe(12_300)
      expect(settled(rt.link.get('n0'))).toEqual(settled(read))
    },
  )
})

describe('a macvlan', () => {
  const macaddrData = { macaddr: ['02:00:00:00:00:01', '02:00:00:00:00:02'] }

  it('is given the addresses of its sources without a mode', context => {
    make(context, { kind: 'macvlan', mode: 'source', macaddrData }, { link: 'low0' })
    expect(output()).toMatchObject({ macaddr_count: 2 })
    rt.link.set('n0', { info: { kind: 'macvlan', macaddrData: { macaddr: ['02:00:00:00:00:03'] } } })
    expect(output()).toMatchObject({ macaddr_data: ['02:00:00:00:00:03'] })
    rt.link.set('n0', { info: { kind: 'macvlan', macaddrMode: 'add', macaddr: '02:00:00:00:00:04' } })
    expect(output()).toMatchObject({ macaddr_count: 2 })
    const read = rt.link.get('n0')
    rt.link.set(read.index, { ...read, info: { kind: 'macvlan', macaddrData: {} } })
    expect(output()).toMatchObject({ macaddr_count: 0 })
  })

  it('leaves the mode of sources by the data that was read', context => {
    make(context, { kind: 'macvlan', mode: 'source', macaddrData }, { link: 'low0' })
    const { info } = rt.link.get('n0')
    rt.link.set('n0', { info: { ...(info?.kind === 'macvlan' ? info : {}), kind: 'macvlan', mode: 'bridge' } })
    expect(output()).toMatchObject({ mode: 'bridge' })
  })
})

describe('a geneve', () => {
  it('is given a TTL beside the word that it is not inherited', context => {
    const info = { kind: 'geneve', id: 5, remote: '192.0.2.1' } as const
    make(context, { ...info, ttlInherit: 0, ttl: 7 })
    expect(output()).toMatchObject({ ttl: 7 })
    rt.link.set('n0', { info: { kind: 'geneve', ttlInherit: false, ttl: 33 } })
    expect(output()).toMatchObject({ ttl: 33 })
    rt.link.set('n0', { info: { kind: 'geneve', ttlInherit: true } })
    expect(rt.link.get('n0').info).toMatchObject({ ttlInherit: 1 })
    const read = rt.link.get('n0')
    rt.link.set(read.index, { ...read, info: { kind: 'geneve', ttlInherit: 0, ttl: 9 } })
    expect(rt.link.get('n0').info).toMatchObject({ ttlInherit: 0, ttl: 9 })
  })
})

describe('a vxlan', () => {
  it('whose packets say where they go learns nothing unless it is told to, as with ip, and takes GPE', context => {
    make(context, { kind: 'vxlan', gpe: true, collectMetadata: 1, port: 4790 })
    expect(output()).toMatchObject({ external: true, gpe: null, learning: false })
    rt.link.delete('n0')
    make(context, { kind: 'vxlan', collectMetadata: true, learning: 1, port: 4790 })
    expect(rt.link.get('n0').info).toMatchObject({ learning: 1 })
    rt.link.delete('n0')
    make(context, { kind: 'vxlan', id: 5, collectMetadata: 0, port: 4790 })
    expect(rt.link.get('n0').info).toMatchObject({ learning: 1 })
  })

  it.for([{ id: 5 }, { collectMetadata: 1, gpe: true }, { id: 5, remcsumRx: 1 }])(
    'of %j is made again as it was read, with the bits that are reserved',
    (info, context) => {
      make(context, { kind: 'vxlan', port: 4790, ...info })
      const read = rt.link.get('n0')
      rt.link.delete('n0')
      rt.link.add(read)
      expect(rt.link.get('n0').info).toEqual(read.info)
    },
  )
})

describe('a tunnel over IPv6', () => {
  const endpoints = { local: '2001:db8::2', remote: '2001:db8::1', encapLimit: undefined } as const
  const keys = { iflags: 0x3000, oflags: 0x3000, ikey: 30, okey: 30, erspanVer: 1, erspanIndex: 5 } as const

  it.for(['ip6tnl', 'ip6gre', 'ip6gretap', 'ip6erspan'] as const)(
    'of kind %s has its packets take further tunnels, as with ip, unless it is told otherwise',
    (kind, context) => {
      make(context, kind === 'ip6erspan' ? { kind, ...endpoints, ...keys } : { kind, ...endpoints })
      expect(rt.link.get('n0').info).toMatchObject({ encapLimit: 4 })
      rt.link.set('n0', { info: { kind, encapLimit: 0 } })
      const none = rt.link.get('n0')
      expect(none.info).toMatchObject({ encapLimit: 0 })
      rt.link.set('n0', { info: { kind, fwmark: 5 } })
      expect(rt.link.get('n0').info).toEqual({ ...none.info, fwmark: 5 })
      rt.link.delete('n0')
      rt.link.add(none)
      expect(rt.link.get('n0').info).toEqual(none.info)
    },
  )
})

describe('a GRE tunnel', () => {
  const endpoints = { local: '192.0.2.2', remote: '192.0.2.1' }
  const endpoints6 = { local: '2001:db8::2', remote: '2001:db8::1' }
  it.for([
    { kind: 'gre', ...endpoints },
    { kind: 'gretap', ...endpoints },
    { kind: 'ip6gre', ...endpoints6 },
    { kind: 'ip6gretap', ...endpoints6 },
  ] as const)('of kind $kind has the keys that it is given', (info, context) => {
    make(context, { ...info, okey: 7 })
    expect(output()).toMatchObject({ okey: '0.0.0.7' })
    expect(output()).not.toHaveProperty('ikey')
    rt.link.set('n0', { info: { kind: info.kind, ikey: 9 } })
    expect(output()).toMatchObject({ ikey: '0.0.0.9', okey: '0.0.0.7' })
    const read = rt.link.get('n0')
    rt.link.delete('n0')
    rt.link.add(read)
    expect(rt.link.get('n0').info).toEqual(read.info)
  })
})

describe('a VLAN', () => {
  it('takes the flags that are named without a mask', context => {
    make(context, { kind: 'vlan', id: 5, flags: { flags: ['gvrp', 'loose-binding'] } }, { link: 'low0' })
    expect(output()['flags']).toEqual(['REORDER_HDR', 'GVRP', 'LOOSE_BINDING'])
    rt.link.set('n0', { info: { kind: 'vlan', flags: { flags: 8 } } })
    expect(output()['flags']).toEqual(['REORDER_HDR', 'GVRP', 'MVRP', 'LOOSE_BINDING'])
    rt.link.set('n0', { info: { kind: 'vlan', flags: { flags: 0, mask: 0b1110 } } })
    expect(output()['flags']).toEqual(['REORDER_HDR'])
    rt.link.set('n0', { info: { kind: 'vlan', flags: { flags: ['gvrp'], mask: ['reorder-hdr', 'gvrp'] } } })
    expect(output()['flags']).toEqual(['GVRP'])
  })

  it('is written and made with the data that was read', context => {
    make(context, { kind: 'vlan', id: 5, flags: { flags: 0b1000, mask: 0b1001 } }, { link: 'low0' })
    const { info } = rt.link.get('n0')
    if (info?.kind !== 'vlan') throw new Error('no VLAN')
    rt.link.set('n0', { info })
    rt.link.add({ name: 'n1', link: 'low0', info: { ...info, id: 6 } })
    expect([output('n0')['flags'], output('n1')['flags']]).toEqual([['MVRP'], ['MVRP']])
    rt.link.set('n1', { info: { kind: 'vlan', flags: { flags: 1, mask: 0xffffffff } } })
    expect(output('n1')['flags']).toEqual(['REORDER_HDR'])
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

describe('a bond that was read', () => {
  it.for([
    { mode: 'roundrobin', packetsPerSlave: 3, resendIgmp: 5 },
    {
      mode: 'activebackup',
      arpInterval: 100,
      arpIpTarget: ['192.0.2.1'],
      arpValidate: 1,
      failOverMac: 2,
      missedMax: 5,
    },
    { mode: 'xor', miimon: 50, updelay: 100, downdelay: 150, xmitHashPolicy: 'layer34' },
    { mode: '8023ad', miimon: 100, adLacpRate: 1, adSelect: 1, adUserPortKey: 500, adActorSystem: '02:00:00:00:00:09' },
    { mode: 'tlb', miimon: 100, tlbDynamicLb: 0, lpInterval: 3 },
    { mode: 'alb', miimon: 100, peerNotifDelay: 200 },
  ] as const)('is made again in mode $mode', (options, context) => {
    make(context, { kind: 'bond', ...options }, { up: true })
    const read = rt.link.get('n0')
    expect(read.info).toMatchObject(options)
    if (read.info?.kind !== 'bond') throw new Error('no bond')
    // All of it can be given in a change, too.
    rt.link.set('n0', { info: { ...read.info, numPeerNotif: 7 } })
    expect(rt.link.get('n0').info).toEqual({ ...read.info, numPeerNotif: 7 })
    rt.link.set('n0', { info: { ...read.info } })
    rt.link.delete('n0')
    const again = rt.link.addAndGet(read)
    expect(again.info).toEqual(read.info)
    expect(again.flags & 1).toBe(1)
  })

  it('has its ports again, which it takes only down', context => {
    make(context, { kind: 'bond', mode: 'activebackup', miimon: 100 }, { up: true })
    rt.link.add({ name: 'n1', master: 'n0', info: { kind: 'veth', peer: { name: 'n2' } } })
    rt.link.set('n1', { slave: { kind: 'bond', queueId: 3, prio: 7 } })
    const read = rt.link.get('n1')
    rt.link.delete('n1')
    rt.link.add(read)
    expect(rt.link.get('n1')).toMatchObject({ master: read.master, slave: { kind: 'bond', queueId: 3, prio: 7 } })
    expect(rt.link.get('n1').flags & 1).toBe(1)
  })
})

describe('the port of a bridge that was read', () => {
  it.for([false, true])('is made again with its options (up %s)', (up, context) => {
    make(context, { kind: 'bridge' }, { up })
    rt.link.add({
      name: 'n1',
      up,
      master: 'n0',
      info: { kind: 'ifb' },
      slave: { kind: 'bridge', cost: 9, isolated: 1 },
    })
    const read = rt.link.get('n1')
    rt.link.delete('n1')
    rt.link.add(read)
    const { slave, flags } = rt.link.get('n1')
    expect(slave).toMatchObject({ kind: 'bridge', cost: 9, isolated: 1 })
    expect(flags & 1).toBe(Number(up))
  })
})

describe('a gtp', () => {
  it('makes its own sockets unless it is given some, also when it was read', context => {
    make(context, { kind: 'gtp', role: 'sgsn' })
    const read = rt.link.get('n0')
    rt.link.delete('n0')
    rt.link.add(read)
    expect(rt.link.get('n0').info).toEqual(read.info)
    rt.link.delete('n0')
    expect(() => rt.link.add({ name: 'n0', info: { kind: 'gtp', createSockets: 0 } })).toThrow('EINVAL')
  })
})

describe('an hsr', () => {
  it('is made again for the address that it reports', context => {
    requireKind(context, 'hsr')
    for (const name of ['low1', 'low2']) rt.link.add({ name, info: { kind: 'dummy' } })
    make(context, { kind: 'hsr', slave1: 'low1', slave2: 'low2', multicastSpec: 45, version: 1 })
    const read = rt.link.get('n0')
    expect(read.info).toMatchObject({ supervisionAddr: '01:15:4e:00:01:2d' })
    rt.link.delete('n0')
    rt.link.add(read)
    expect(rt.link.get('n0').info).toMatchObject({ supervisionAddr: '01:15:4e:00:01:2d' })
  })
})

it.for<[LinkSpec['info'] & object, object, object]>([
  [
    { kind: 'vxlan', id: 5, port: 4790 },
    { ageing: 77, learning: 0 },
    { ageing: 77, learning: false },
  ],
  [{ kind: 'vxlan', collectMetadata: 1, port: 4790 }, { ageing: 77 }, { ageing: 77, external: true }],
  [{ kind: 'geneve', id: 5, remote: '192.0.2.1' }, { ttl: 9 }, { ttl: 9 }],
  [{ kind: 'macsec', port: 5 }, { encrypt: 1 }, { encrypt: true }],
])(
  '%j has what is changed in its data as it was read, without the rest of the link',
  ([made, changed, shows], context) => {
    make(context, made, made.kind === 'macsec' ? { link: 'low0' } : {})
    const { info } = rt.link.get('n0')
    rt.link.set('n0', { info: { ...info, ...changed } as LinkSpec['info'] })
    expect(rt.link.get('n0').info).toEqual({ ...info, ...changed })
    expect(output()).toMatchObject(shows)
    rt.link.set('n0', { group: 7, info })
    expect(rt.link.get('n0')).toMatchObject({ group: 7, info })
  },
)

it.for([0, 1])('a bridge and its port, with STP %i, have what is changed in their data as it was read', stpState => {
  rt.link.add({ name: 'n0', up: true, info: { kind: 'bridge', stpState } })
  // Without a carrier, which the kernel wants for a state.
  rt.link.add({ name: 'n1', master: 'n0', info: { kind: 'ifb' } })
  const [{ info }, { slave }] = [rt.link.get('n0'), rt.link.get('n1')]
  rt.link.set('n0', { info: { ...info, ageingTime: 5000 } as LinkSpec['info'] })
  expect(output()).toMatchObject({ ageing_time: 5000, stp_state: stpState })
  rt.link.set('n1', { slave: { ...slave, isolated: true } as LinkSpec['slave'] })
  expect(rt.link.get('n1').slave).toMatchObject({ isolated: 1, state: 'disabled' })
  rt.link.set('n1', { slave, group: 7 })
  expect(rt.link.get('n1')).toMatchObject({ slave: { isolated: 0 }, group: 7 })
  rt.link.set('n1', { slave })
})

describe('a macsec', () => {
  it('without an SCI in its packets is made again with the one that it has', context => {
    make(context, { kind: 'macsec', port: 5, incSci: 0, es: 1, encrypt: 1, validation: 'check' }, { link: 'low0' })
    const read = rt.link.get('n0')
    expect(read.info).toMatchObject({ incSci: 0, es: 1, encrypt: 1 })
    rt.link.delete('n0')
    rt.link.add(read)
    expect(rt.link.get('n0').info).toEqual(read.info)
  })
})
