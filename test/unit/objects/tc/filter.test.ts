// Requests about filters: which flower keys are refused since the kernel would pass them over, what is filled in, and which deletes are refused.
import { describe, expect, it, test } from 'vitest'
import { decodeMessage, type FilterSpec, NetlinkError, request } from '../../../../src/codec.js'
import { thrown } from '../../../support/vector-build.js'

const { filter, chain } = request
const ref = { ifindex: 7, parent: 'egress' } as const
type Options = NonNullable<FilterSpec['options']>
type Keys = Omit<Extract<Options, { kind: 'flower' }>, 'kind'>

function rejection(call: () => unknown): NetlinkError {
  const error = thrown(call)
  if (!NetlinkError.is(error)) throw error
  return error
}

/** The attributes of a request, and the numbers of its header. */
function sent(made: { readonly bytes: Uint8Array }): Record<string, unknown> {
  const { attrs, header } = decodeMessage(made.bytes)
  return { ...header, ...attrs }
}

const flower = (protocol: FilterSpec['protocol'], keys: Keys) =>
  filter.add({ ...ref, protocol, options: { kind: 'flower', ...keys } })

describe('keys of flower that the kernel would not look at are refused', () => {
  test.each<[protocol: FilterSpec['protocol'], keys: Keys, key: string, needs: string]>([
    [undefined, { keyIpProto: 6, keyTcpDst: 22 }, 'keyIpProto', "keyEthType 'ip' or 'ipv6'"],
    ['all', { keyIpTos: 1 }, 'keyIpTos', "keyEthType 'ip' or 'ipv6'"],
    ['arp', { keyIpTtl: 1 }, 'keyIpTtl', "keyEthType 'ip' or 'ipv6'"],
    [undefined, { keyVlanId: 5 }, 'keyVlanId', 'keyNumOfVlans'],
    ['ip', { keyVlanId: 5 }, 'keyVlanId', "keyEthType '8021q' or '8021ad'"],
    ['8021q', { keyVlanId: 5, keyCvlanId: 6 }, 'keyCvlanId', 'keyVlanEthType'],
    ['8021q', { keyVlanEthType: 'ip', keyCvlanPrio: 6 }, 'keyCvlanPrio', 'keyVlanEthType'],
    [undefined, { keyNumOfVlans: 1, keyCvlanId: 6 }, 'keyCvlanId', 'keyNumOfVlans above 1'],
    // What says the type of the frame is the innermost tag.
    ['8021q', { keyVlanId: 5, keyIpProto: 6 }, 'keyIpProto', "keyEthType 'ip' or 'ipv6'"],
    ['ip', { keyNumOfVlans: 1, keyIpProto: 6 }, 'keyIpProto', "keyEthType 'ip' or 'ipv6'"],
    ['ip', { keyTcpDst: 22 }, 'keyTcpDst', 'keyIpProto 6'],
    ['ip', { keyTcpFlags: 2 }, 'keyTcpFlags', 'keyIpProto 6'],
    ['ip', { keyIpProto: 6, keyUdpDst: 53 }, 'keyUdpDst', 'keyIpProto 17'],
    ['ip', { keyIpProto: 17, keySctpSrc: 53 }, 'keySctpSrc', 'keyIpProto 132'],
    ['ip', { keyPortDstMin: 1, keyPortDstMax: 2 }, 'keyPortDstMin', 'keyIpProto 6, 17 or 132'],
    ['ip', { keyIcmpv4Type: 8 }, 'keyIcmpv4Type', "keyEthType 'ip' and keyIpProto 1"],
    ['ipv6', { keyIpProto: 1, keyIcmpv4Code: 8 }, 'keyIcmpv4Code', "keyEthType 'ip' and keyIpProto 1"],
    ['ip', { keyIpProto: 58, keyIcmpv6Type: 8 }, 'keyIcmpv6Type', "keyEthType 'ipv6' and keyIpProto 58"],
    ['ip', { keyIpProto: 6, keyL2tpv3Sid: 8 }, 'keyL2tpv3Sid', 'keyIpProto 115'],
    ['ip', { keyArpTip: '192.0.2.1' }, 'keyArpTip', "keyEthType 'arp' or 'rarp'"],
    ['ip', { keyMplsLabel: 5 }, 'keyMplsLabel', "keyEthType 'mpls-uc' or 'mpls-mc'"],
    ['ip', { keyCfm: { opcode: 1 } }, 'keyCfm', "keyEthType 'cfm'"],
    ['ip', { keyPppoeSid: 5 }, 'keyPppoeSid', "keyEthType 'ppp-ses'"],
    ['ppp-ses', { keyPppoeSid: 5, keyIpProto: 6 }, 'keyIpProto', "keyEthType 'ip' or 'ipv6'"],
    ['ip', { keyIpv4Dst: '192.0.2.1', keyIpv6Dst: '2001:db8::1' }, 'keyIpv6Dst', 'no IPv4 address'],
    ['ip', { keyIpv4DstMask: '255.0.0.0' }, 'keyIpv4DstMask', 'keyIpv4Dst'],
    ['ip', { keyTcpDstMask: 255 }, 'keyTcpDstMask', 'keyIpProto 6'],
  ])('%s %j', (protocol, keys, key, needs) => {
    for (const verb of [filter.add, filter.replace, filter.set]) {
      const options = { kind: 'flower', ...keys } as const
      const { code, fieldPath, message } = rejection(() => verb({ ...ref, priority: 1, protocol, options }))
      expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', `options.${key}`])
      expect(message).toContain(needs)
    }
  })

  test.each<[protocol: unknown, keys: object, field: string]>([
    ['802.1Q', { keyVlanId: 5 }, 'protocol'],
    ['ip', { keyIpProto: 'tcp', keyTcpDst: 22 }, 'options.keyIpProto'],
    [undefined, { keyEthType: 'ipv5', keyIpProto: 6 }, 'options.keyEthType'],
    ['8021q', { keyVlanId: 5, keyVlanEthType: 'ipv5', keyIpProto: 6 }, 'options.keyVlanEthType'],
  ])('and what they are judged by is refused first: %s %j', (protocol, keys, field) => {
    const { code, fieldPath } = rejection(() => flower(protocol as FilterSpec['protocol'], keys))
    expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', field])
  })

  test.each<[protocol: FilterSpec['protocol'], keys: Keys, key: string]>([
    ['8021q', { keyVlanId: 4096 }, 'keyVlanId'],
    ['8021q', { keyVlanPrio: 8 }, 'keyVlanPrio'],
    ['8021q', { keyVlanEthType: '8021q', keyCvlanId: 4096 }, 'keyCvlanId'],
    ['8021q', { keyVlanEthType: '8021q', keyCvlanPrio: 8 }, 'keyCvlanPrio'],
  ])('and those of which it would take a part: %s %j', (protocol, keys, key) => {
    const { code, fieldPath, message } = rejection(() => flower(protocol, keys))
    expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', `options.${key}`])
    expect(message).toContain('is greater than')
    expect(() => flower(protocol, { ...keys, [key]: Number(keys[key as keyof Keys]) - 1 })).not.toThrow()
  })

  it('in templates of chains too', () => {
    const options = { kind: 'flower', keyIpProto: 255, keyTcpDst: 0xffff } as const
    expect(rejection(() => chain.add({ ...ref, chain: 1, options })).fieldPath).toBe('options.keyIpProto')
    expect(() =>
      chain.add({ ...ref, chain: 1, options: { ...options, keyEthType: 'ip', keyIpProto: 6 } }),
    ).not.toThrow()
  })
})

describe('keys of flower that the kernel looks at are sent', () => {
  test.each<[protocol: FilterSpec['protocol'], keys: Keys]>([
    [undefined, { keyEthType: 'ip', keyIpProto: 6, keyTcpDst: 22, keyTcpDstMask: 0xff }],
    [0x800, { keyIpProto: 6, keyPortDstMin: 22, keyPortDstMax: 23 }],
    [undefined, { keyEthType: 0x8100, keyVlanId: 5 }],
    [undefined, { keyNumOfVlans: 1, keyVlanId: 5, keyVlanEthType: 'ip', keyIpProto: 17, keyUdpSrc: 7 }],
    [undefined, { keyNumOfVlans: 2, keyVlanPrio: 5, keyCvlanId: 6, keyCvlanEthType: 'ipv6', keyIpProto: 6 }],
    ['8021ad', { keyVlanEthType: '8021q', keyCvlanId: 6, keyCvlanEthType: 'arp', keyArpOp: 1 }],
    ['8021q', { keyVlanEthType: 'ppp-ses', keyPppoeSid: 6, keyPppProto: 0x57, keyIpProto: 58, keyIcmpv6Type: 1 }],
    ['ppp-ses', { keyPppProto: 0x281, keyMplsLabel: 5 }],
    ['rarp', { keyArpTip: '192.0.2.1' }],
    [undefined, { keyIpv4Dst: '192.0.2.1', keyEncKeyId: 1, keyEncUdpDstPort: 4789, keyEthDst: '02:00:00:00:00:01' }],
    [undefined, { keyTcpDst: undefined, keyVlanId: undefined }],
  ])('%s %j', (protocol, keys) => {
    expect(sent(flower(protocol, keys))).toMatchObject({ kind: 'flower' })
  })

  it('with the outermost type, where the kernel has said the innermost', () => {
    const read = { keyEthType: 'ip', keyNumOfVlans: 2, keyCvlanId: 5, keyCvlanEthType: 'ip', keyIpProto: 6 } as const
    expect(sent(flower('8021ad', read))).toMatchObject({ options: { keyEthType: '8021ad', keyCvlanEthType: 'ip' } })
    expect(sent(flower('8021q', { keyEthType: 'ip', keyVlanId: undefined, keyIpProto: 6 }))).toMatchObject({
      options: { keyEthType: 'ip' },
    })
  })
})

describe('what a filter is not told', () => {
  test.each(['basic', 'cgroup', 'flower', 'matchall'] as const)('options of %s', kind => {
    for (const verb of [filter.add, filter.replace])
      expect(verb({ ...ref, handle: 1, kind }).bytes).toEqual(verb({ ...ref, handle: 1, options: { kind } }).bytes)
    expect(sent(filter.set({ ...ref, priority: 1, kind }))).not.toHaveProperty('options')
  })

  it('takes its protocol for flower', () => {
    expect(sent(filter.add({ ...ref, protocol: 'ip', kind: 'flower' }))).toMatchObject({
      options: { keyEthType: 'ip' },
    })
  })

  test.each(['fw', 'route', 'u32', 'nosuchkind'])('of %s is nothing', kind => {
    expect(sent(filter.add({ ...ref, kind }))).not.toHaveProperty('options')
  })

  it('is which states of a connection count, where that is those that are named', () => {
    const maskOf = (more: object) =>
      sent(filter.add({ ...ref, options: { kind: 'flower', keyCtState: ['tracked', 'established'], ...more } }))
    expect(maskOf({})).toMatchObject({ options: { keyCtState: 0b1010, keyCtStateMask: 0b1010 } })
    expect(maskOf({ keyCtStateMask: 0b1011 })).toMatchObject({ options: { keyCtStateMask: 0b1011 } })
  })

  it('is the length of a program, also of one that was read', () => {
    const ops = [{ code: 6, jt: 0, jf: 0, k: 0 }]
    for (const opsLen of [undefined, 9]) {
      const options = { kind: 'bpf', ops, opsLen } as const
      const act = [{ options }]
      expect(sent(filter.add({ ...ref, options: { ...options, act } }))).toMatchObject({
        options: { opsLen: 1, act: [{ options: { opsLen: 1, ops } }] },
      })
      expect(sent(request.action.add({ options }))).toMatchObject({ tab: [{ options: { opsLen: 1, ops } }] })
    }
  })

  it('is what the kernel wants of an action that is named by its kind', () => {
    const alone = filter.add({ ...ref, options: { kind: 'matchall', act: [{ kind: 'gact', index: 9 }] } })
    expect(sent(alone)).toMatchObject({ options: { act: [{ options: { parms: { index: 9, action: 'ok' } } }] } })
    const act = [{ kind: 'nosuchkind', index: 9 }]
    expect(sent(filter.add({ ...ref, options: { kind: 'matchall', act } }))).toMatchObject({ options: { act } })
  })
})

describe('a place of filters', () => {
  it('is the root qdisc where no other is named', () => {
    expect(sent(filter.dump({ ifindex: 7, parent: 'root' }))).toMatchObject({ parent: 0 })
    expect(filter.dump({ ifindex: 7, parent: 'root' }).bytes).toEqual(filter.dump({ ifindex: 7 }).bytes)
    expect(sent(chain.get({ ifindex: 7, parent: 'root' }))).toMatchObject({ parent: 0 })
    expect(sent(request.qdisc.delete({ ifindex: 7, parent: 'root' }))).toMatchObject({ parent: 0xffff_ffff })
  })
})

describe('a delete', () => {
  test.each([
    { handle: 1, kind: 'flower' },
    { handle: 1 },
    { kind: 'flower' },
    { protocol: 'ip' },
    { priority: 0, protocol: 'ip', chain: 3 },
    { handle: '800::1', kind: 'u32' },
  ] as const)('without a priority is of a chain and nothing else: %j', more => {
    const { code, fieldPath } = rejection(() => filter.delete({ ...ref, ...more }))
    expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', 'priority'])
  })

  it('names what it can name', () => {
    expect(sent(filter.delete({ ...ref, chain: 3, handle: 0, kind: '' }))).toMatchObject({ handle: 0, chain: 3 })
    expect(sent(filter.delete({ ...ref, priority: 1, handle: 3, kind: 'basic' }))).toMatchObject({ handle: 3 })
    expect(sent(filter.delete({ ...ref, priority: 1, handle: 3, kind: 'cgroup' }))).toMatchObject({ handle: 0 })
  })
})

describe('options that are none are refused, naming the field', () => {
  const cycle: Record<string, unknown> = { kind: 'container' }
  cycle['matches'] = [cycle, cycle]
  const basic = (treeList: unknown) => ({ kind: 'basic', ematches: { treeList } })

  test.each([
    ['text', 'flower', ''],
    ['null', null, ''],
    ['matches that are text', basic('x'), '.ematches.treeList'],
    ['matches that are null', basic(null), '.ematches.treeList'],
    ['a match that is null', basic([null]), '.ematches.treeList[0]'],
    ['brackets without matches', basic([{ kind: 'container' }]), '.ematches.treeList[0].matches'],
    ['brackets of a number', basic([{ kind: 'container', matches: 5 }]), '.ematches.treeList[0].matches'],
    ['brackets that hold themselves', basic([cycle]), undefined],
    ['matches without end', basic(new Array(2 ** 32 - 1)), undefined],
    ['an action that is null', { kind: 'matchall', act: [null] }, '.act[0]'],
    ['instructions that are null', { kind: 'bpf', ops: null }, '.ops'],
    ['a selector that is null', { kind: 'u32', sel: null, classid: 1 }, '.sel'],
  ])('%s', (_, options, path) => {
    for (const call of [
      () => filter.add({ ...ref, options: options as never }),
      () => chain.add({ dev: 1, parent: '1:', chain: 1, options: options as never }),
    ]) {
      const { code, fieldPath } = rejection(call)
      expect(code).toBe('ERR_NETLINK_BAD_VALUE')
      if (path !== undefined) expect(fieldPath).toBe(`options${path}`)
    }
  })
})

test('a filter has 32 actions at most, of which the kernel would overlook more', () => {
  const acting = (length: number) => ({
    ...ref,
    options: { kind: 'basic', act: Array.from({ length }, () => ({ kind: 'gact' })) } as const,
  })
  expect(() => filter.add(acting(32))).not.toThrow()
  const { code, fieldPath } = rejection(() => filter.add(acting(33)))
  expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', 'options.act'])
})
