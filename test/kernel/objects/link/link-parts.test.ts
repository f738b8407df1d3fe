// Parts of links that drivers and protocols fill in: settings of IPv4, statistics of CAN, ports of virtual functions.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attributes, decodeLink, encodeMessage, type LinkAttrs } from '../../../../src/codec.js'
import { IFLA_VF_INFO, IFLA_VF_STATS, IFLA_VFINFO_LIST, RTM_NEWLINK } from '../../../../src/constants.js'
import { NetlinkError, openSync } from '../../../../src/index.js'
import * as netns from '../../../../src/netns.js'
import { littleEndian as le } from '../../../../src/wire/endian.js'
import { viewOf } from '../../../../src/wire/nlmsghdr.js'
import { run } from '../../../support/iproute2/iproute.js'

beforeEach(() => {
  using rt = openSync()
  rt.link.add({ name: 'p0', info: { kind: 'ifb' } })
})

afterEach(() => {
  using rt = openSync()
  rt.link.delete('p0')
})

const setting = (key: string): string => netns.sysctl(netns.current(), `net.ipv4.conf.p0.${key}`).trim()

describe('IFLA_INET_CONF', () => {
  it('changes the settings that are named, as /proc shows', () => {
    using rt = openSync()
    const before = rt.link.get('p0').afSpec?.inet?.conf ?? []
    rt.link.set('p0', {
      afSpec: { inet: { conf: { arpIgnore: 2, rpFilter: 1, igmpv2UnsolicitedReportInterval: 7000 } } },
    })
    expect([setting('arp_ignore'), setting('rp_filter')]).toEqual(['2', '1'])
    expect(setting('igmpv2_unsolicited_report_interval')).toBe('7000')
    const after = rt.link.get('p0').afSpec?.inet?.conf ?? []
    // IPV4_DEVCONF_ARP_IGNORE is 19, …: the array begins with 1.
    expect([after[18], after[7], after[26]]).toEqual([2, 1, 7000])
    expect(after.filter((value, index) => value !== before[index])).toHaveLength(3)
  })

  it('that was read can be written, changed and put back', () => {
    using rt = openSync()
    const link = rt.link.get('p0')
    const conf = [...(link.afSpec?.inet?.conf ?? [])]
    conf[18] = 1
    rt.link.set('p0', { ...link, afSpec: { inet: { conf } } })
    expect(setting('arp_ignore')).toBe('1')
    rt.link.set('p0', { afSpec: { inet: { conf: link.afSpec?.inet?.conf } } })
    expect(rt.link.get('p0').afSpec?.inet?.conf).toEqual(link.afSpec?.inet?.conf)
  })

  it('is refused for a setting that the kernel does not have', () => {
    using rt = openSync()
    const conf: number[] = []
    conf[99] = 1
    try {
      rt.link.set('p0', { afSpec: { inet: { conf } } })
    } catch (error) {
      expect(NetlinkError.is(error) && error.code).toBe('EINVAL')
      return
    }
    throw new Error('it was taken')
  })
})

/** Clears NLA_F_NESTED of IFLA_VF_INFO and IFLA_VF_STATS: the kernel sends them without, and `ip` takes no others. */
function bareVfInfo(message: Uint8Array): void {
  const clear = (nest: number, type: number): number => {
    const found = [...attributes(message.subarray(nest))].find(attr => attr.type === type)
    if (found === undefined) return message.length
    viewOf(message).setUint16(nest + found.offset + 2, type, le)
    return nest + found.offset + 4
  }
  clear(clear(clear(32, IFLA_VFINFO_LIST), IFLA_VF_INFO), IFLA_VF_STATS)
}

/** Lets `ip` print a link that a driver of ours could have reported. */
function printed(attrs: LinkAttrs): string {
  const message = encodeMessage({
    type: RTM_NEWLINK,
    flags: 0,
    seq: 0,
    pid: 0,
    header: { family: 'unspec', type: 'ether', index: 77, flags: 0, change: 0 },
    attrs: { name: 'made0', mtu: 1500, ...attrs } as LinkAttrs,
  })
  // What is encoded decodes to the same.
  expect(decodeLink(message.subarray(16)).$unknown).toBeUndefined()
  bareVfInfo(message)
  const stamp = new Uint8Array(24)
  viewOf(stamp).setUint32(0, stamp.length, le)
  viewOf(stamp).setUint16(4, 15, le)
  const directory = mkdtempSync(join(tmpdir(), 'rtmon-'))
  try {
    writeFileSync(join(directory, 'events'), Buffer.concat([stamp, message]))
    return run(`ip -s -d monitor file ${join(directory, 'events')}`).replace(/\s+/g, ' ')
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('ip -s -d monitor file', () => {
  it('prints the statistics of a CAN device', () => {
    const xstats = { busError: 11, errorWarning: 12, errorPassive: 13, busOff: 14, arbitrationLost: 15, restarts: 16 }
    const text = printed({ linkinfo: { kind: 'can', xstats: { kind: 'can', ...xstats }, data: { kind: 'can' } } })
    expect(text).toContain('re-started bus-errors arbit-lost error-warn error-pass bus-off 16 11 15 12 13 14')
  })

  it('prints what an adapter says of its virtual functions', () => {
    const mac = new Uint8Array(32)
    mac.set([2, 0, 0, 0, 0, 9])
    const broadcast = new Uint8Array(32).fill(255)
    const text = printed({
      numVf: 1,
      vfinfoList: {
        info: [
          {
            mac: { vf: 0, mac },
            broadcast: { broadcast },
            vlan: { vf: 0, vlan: 5, qos: 3 },
            txRate: { vf: 0, rate: 200 },
            rate: { vf: 0, minTxRate: 10, maxTxRate: 200 },
            spoofchk: { vf: 0, setting: 1 },
            linkState: { vf: 0, linkState: 1 },
            trust: { vf: 0, setting: 1 },
            // All of them: `ip` takes each for granted.
            stats: {
              rxPackets: 1001n,
              txPackets: 1002n,
              rxBytes: 1003n,
              txBytes: 1004n,
              broadcast: 1005n,
              multicast: 1006n,
              rxDropped: 1007n,
              txDropped: 1008n,
            },
          },
        ],
      },
    } as LinkAttrs)
    expect(text).toContain('vf 0')
    expect(text).toContain('02:00:00:00:00:09')
    expect(text).toContain('vlan 5, qos 3')
    expect(text).toContain('max_tx_rate 200Mbps')
    for (const value of [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008]) expect(text).toContain(String(value))
  })

  it('prints the reserved bits of vxlan', () => {
    const text = printed({
      linkinfo: { kind: 'vxlan', data: { kind: 'vxlan', id: 9, reservedBits: 0xf00ff00ff00ff0n } },
    })
    expect(text).toContain('reserved_bits 0xf00ff00ff00ff0')
  })
})

describe('decodeLink', () => {
  it('reads the handles of a devlink port and of a pin', () => {
    const message = encodeMessage({
      type: RTM_NEWLINK,
      flags: 0,
      seq: 0,
      pid: 0,
      header: { family: 'unspec', index: 2 },
      attrs: {
        name: 'eth0',
        devlinkPort: { busName: 'pci', devName: '0000:03:00.0', portIndex: 1 },
        dpllPin: { id: 4 },
      } as LinkAttrs,
    })
    expect(decodeLink(message.subarray(16))).toMatchObject({
      devlinkPort: { busName: 'pci', devName: '0000:03:00.0', portIndex: 1 },
      dpllPin: { id: 4 },
    })
  })
})
