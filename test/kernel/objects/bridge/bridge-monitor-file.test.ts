// An outside decoder for messages about bridges: what we encode, printed by `bridge -d monitor file`. It needs no kernel that can
// make them.
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeMessage, request } from '../../../../src/codec.js'
import { openSync } from '../../../../src/index.js'
import { littleEndian as le } from '../../../../src/wire/endian.js'
import { align4, viewOf } from '../../../../src/wire/nlmsghdr.js'
import { printedByBridge } from '../../../support/iproute2/monitor-file.js'

/** Indexes of two links that `bridge` can name. */
const low0 = 1002
const low1 = 1003

beforeAll(() => {
  using rt = openSync()
  rt.link.add({ name: 'low0', index: low0, info: { kind: 'ifb' } })
  rt.link.add({ name: 'low1', index: low1, info: { kind: 'ifb' } })
})

const event = (type: number, header: object, attrs: object): string =>
  printedByBridge(encodeMessage({ type, flags: 0, seq: 0, pid: 0, header, attrs }))

/**
 * The kernel sends the nests of the multicast database without NLA_F_NESTED, and bridge overlooks those that have it. `heads` are
 * the bytes in front of the attributes, nest by nest.
 */
function unflagged(bytes: Uint8Array, start: number, end: number, heads: readonly number[]): Uint8Array {
  const view = viewOf(bytes)
  for (let at = start; end - at >= 4; at += align4(view.getUint16(at, le))) {
    const type = view.getUint16(at + 2, le)
    if ((type & 0x8000) === 0) continue
    view.setUint16(at + 2, type & 0x7fff, le)
    unflagged(bytes, at + 4 + (heads[0] ?? 0), at + view.getUint16(at, le), heads.slice(1))
  }
  return bytes
}

/** struct br_port_msg behind the nlmsghdr. */
const MDB_ATTRIBUTES = 24
function mdbEvent(attrs: object, heads: readonly number[]): string {
  const bytes = encodeMessage({ type: 84, flags: 0, seq: 0, pid: 0, header: onLow0, attrs })
  return printedByBridge(unflagged(bytes, MDB_ATTRIBUTES, bytes.length, heads))
}
const onLow0 = { family: 'bridge', ifindex: low0 }

describe('forwarding entries', () => {
  it.each<[string, Parameters<typeof request.fdb.add>[0], string]>([
    [
      'of a vxlan',
      { dst: '198.51.100.1', port: 4790, vni: 33, srcVni: 44, viaIfindex: low1 },
      '02:00:00:00:10:01 dev low0 dst 198.51.100.1 port 4790 vni 33 src_vni 44 via low1 self permanent',
    ],
    [
      'of a bridge',
      { vlan: 10, flags: ['master', 'sticky', 'ext-learned'], state: ['noarp', 'reachable'] },
      '02:00:00:00:10:01 dev low0 vlan 10 extern_learn master sticky static',
    ],
    ['of a nexthop', { nhId: 5 }, '02:00:00:00:10:01 dev low0 nhid 5 self permanent'],
  ])('%s', (_, spec, text) => {
    const { bytes } = request.fdb.add({ ifindex: low0, lladdr: '02:00:00:00:10:01', ...spec })
    expect(printedByBridge(bytes)).toBe(text)
  })
})

describe('multicast groups', () => {
  const printed = (info: object): string =>
    mdbEvent({ mdb: { entry: [{ info: [{ port: low1, ...info }] }] } }, [0, 0, 28])

  it('of a bridge', () => {
    expect(printed({ addr: '239.1.1.1', state: 'permanent', vid: 10, groupMode: 'exclude', rtprot: 'static' })).toBe(
      'dev low0 port low1 grp 239.1.1.1 permanent filter_mode exclude proto static vid 10',
    )
    expect(
      printed({
        addr: 'ff0e::1',
        state: 'temporary',
        flags: 8,
        source: '2001:db8::1',
        groupMode: 'include',
        rtprot: 'zebra',
      }),
    ).toBe('dev low0 port low1 grp ff0e::1 src 2001:db8::1 temp filter_mode include proto zebra blocked')
    expect(printed({ addr: '01:00:5e:01:02:03', state: 'permanent' })).toBe(
      'dev low0 port low1 grp 01:00:5e:01:02:03 permanent',
    )
  })

  it('of a vxlan', () => {
    expect(
      printed({
        addr: '239.1.1.1',
        state: 'permanent',
        srcList: { entry: [{ address: '192.0.2.1', timer: 0 }] },
        dst: '198.51.100.1',
        dstPort: 4790,
        vni: 33,
        srcVni: 44,
        viaIfindex: low0,
      }),
    ).toContain('source_list 192.0.2.1/0.00')
    expect(
      printed({ addr: '239.1.1.1', dst: '2001:db8::1', dstPort: 4790, vni: 33, srcVni: 44, viaIfindex: low0 }),
    ).toBe('dev low0 port low1 grp 239.1.1.1 temp dst 2001:db8::1 dst_port 4790 vni 33 src_vni 44 via low0')
  })

  it('and router ports', () => {
    expect(mdbEvent({ router: { port: [{ port: low1, type: 'perm', timer: 0 }] } }, [0, 4])).toContain('low1')
  })
})

describe('VLANs', () => {
  it('with their options', () => {
    const line = event(112, onLow0, {
      entry: [
        {
          info: { vid: 10, flags: 6 },
          range: 12,
          state: 'learning',
          mcastRouter: 2,
          neighSuppress: 1,
          mcastNGroups: 3,
          mcastMaxGroups: 40,
        },
      ],
    })
    for (const words of [
      'low0',
      '10-12',
      'PVID',
      'Egress Untagged',
      'state learning',
      'mcast_router 2',
      'neigh_suppress on',
      'mcast_n_groups 3',
      'mcast_max_groups 40',
    ])
      expect(line).toContain(words)
  })

  it('with options for the whole bridge', () => {
    const line = event(112, onLow0, {
      globalOptions: [{ id: 10, range: 20, mcastSnooping: 1, mcastQuerier: 0, mcastQueryIntvl: 12505n, msti: 3 }],
    })
    for (const words of ['10-20', 'mcast_snooping 1', 'mcast_querier 0', 'mcast_query_interval 12505', 'msti 3'])
      expect(line).toContain(words)
  })
})

describe('VNIs', () => {
  it('with their groups', () => {
    const line = event(120, { ...onLow0, flags: 0 }, { entry: [{ start: 100, end: 110, group: '198.51.100.1' }] })
    for (const words of ['low0', '100-110', '198.51.100.1']) expect(line).toContain(words)
    expect(event(121, { ...onLow0, flags: 0 }, { entry: [{ start: 7, group6: '2001:db8::9' }] })).toContain(
      '2001:db8::9',
    )
  })
})
