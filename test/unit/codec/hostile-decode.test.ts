import { describe, expect, test } from 'vitest'
import { decodeAddr, decodeLink, decodeMessage, decodeRoute, encodeMessage, type Remark } from '../../../src/codec.js'
import { fuzzOne } from '../../../src/testing.js'
import { attr, type Bytes, message, newLink, newRoute, text, thrown, u16, u32 } from '../../support/vector-build.js'

const IFLA_IFNAME = 3
const IFLA_MTU = 4
const IFLA_STATS64 = 23
const IFLA_AF_SPEC = 26
const IFLA_LINKINFO = 18
const IFLA_INFO_DATA = 2

/** Decodes a link's attributes, and checks on the way that they are written again as they came. */
function attrsOf(...attrs: Bytes[]): unknown {
  const bytes = newLink(...attrs)
  const decoded = decodeMessage(bytes)
  expect(encodeMessage(decoded)).toStrictEqual(bytes)
  fuzzOne(bytes)
  return decoded.attrs
}

function remarksOf(bytes: Uint8Array): Remark[] {
  const remarks: Remark[] = []
  decodeMessage(bytes, remarks)
  return remarks
}

const unknown = (type: number, data: Bytes, flags = {}) => ({
  type,
  nested: false,
  netByteOrder: false,
  data: Uint8Array.from(data),
  ...flags,
})
const name = attr(IFLA_IFNAME, text('e'))

describe('broken lengths', () => {
  test.each([0, 1, 2, 3, 200])('adv-07, adv-08: nla_len %i ends the set, what came before is kept', length => {
    const bytes = newLink(name, attr(IFLA_MTU, u32(1500), length))
    const rest = attr(IFLA_MTU, u32(1500), length)
    expect(decodeMessage(bytes).attrs).toEqual({ name: 'e', $unknown: [unknown(-1, rest)] })
    expect(remarksOf(bytes)).toEqual([{ code: 'malformed-attribute', offset: 40, path: '' }])
    expect(encodeMessage(decodeMessage(bytes))).toStrictEqual(bytes)
  })

  test('adv-09: an empty attribute is an empty string, and no u32', () => {
    expect(attrsOf(attr(IFLA_IFNAME), attr(IFLA_MTU))).toEqual({ name: '', $unknown: [unknown(IFLA_MTU, [])] })
    expect(remarksOf(newLink(attr(IFLA_MTU)))).toEqual([{ code: 'short-attribute', offset: 32, path: 'mtu' }])
  })

  test('adv-10: the last attribute needs no padding', () => {
    const bytes = newLink([5, 0, 3, 0, 101])
    expect(decodeMessage(bytes).attrs).toEqual({ name: 'e' })
    expect(remarksOf(bytes)).toEqual([])
  })

  test.each([1, 2, 3])('adv-11: %i bytes behind the last attribute are dropped and remarked', size => {
    const bytes = newLink(name, new Array<number>(size).fill(1))
    expect(decodeMessage(bytes).attrs).toEqual({ name: 'e' })
    expect(remarksOf(bytes)).toMatchObject([{ code: 'trailing-bytes', offset: 40 }])
  })

  test.each([1, 2, 3])('%i bytes are no nest, and are kept', size => {
    const data = new Array<number>(size).fill(1)
    const bytes = newLink(attr(IFLA_LINKINFO, data))
    expect(decodeMessage(bytes).attrs).toEqual({ $unknown: [unknown(IFLA_LINKINFO, data)] })
    expect(remarksOf(bytes)).toMatchObject([{ code: 'short-attribute', offset: 32 }])
    expect(encodeMessage(decodeMessage(bytes))).toStrictEqual(bytes)
  })

  test('a numbered nest with a broken length is kept whole; what lies behind its last element is remarked', () => {
    const bond = (...targets: Bytes[]) =>
      newLink(
        attr(IFLA_LINKINFO, [
          ...attr(1, text('bond')),
          ...attr(
            2,
            attr(
              8,
              targets.flatMap(each => [...each]),
            ),
          ),
        ]),
      )
    const whole = [...attr(0, [192, 0, 2, 1]), ...attr(1, [192, 0, 2, 2], 99)]
    const broken = bond(whole)
    expect(decodeMessage(broken).attrs).toEqual({
      linkinfo: { kind: 'bond', data: { kind: 'bond', $unknown: [unknown(8, whole)] } },
    })
    expect(remarksOf(broken)).toEqual([
      { code: 'malformed-value', offset: 48, path: 'linkinfo.data(bond).arpIpTarget' },
    ])
    expect(encodeMessage(decodeMessage(broken))).toStrictEqual(broken)
    const trailing = bond(attr(0, [192, 0, 2, 1]), [1, 2])
    expect(decodeLink(trailing.subarray(16)).info).toEqual({ kind: 'bond', arpIpTarget: ['192.0.2.1'] })
    expect(remarksOf(trailing)).toMatchObject([{ code: 'trailing-bytes', offset: 60 }])
  })

  test('adv-12: a short scalar keeps its bytes, of a long one the low bytes count', () => {
    expect(attrsOf(attr(IFLA_MTU, [1, 2, 3]))).toEqual({ $unknown: [unknown(IFLA_MTU, [1, 2, 3])] })
    expect(attrsOf(attr(IFLA_MTU, [...u32(1500), 0, 0, 0, 0]))).toEqual({ mtu: 1500 })
  })
})

describe('strings', () => {
  test.each([
    ['without a NUL', text('eth0'), 'eth0'],
    ['with an inner NUL', [...text('e'), 0, ...text('x')], 'e'],
    ['with two NULs', [...text('e'), 0, 0], 'e'],
    ['not UTF-8', [0xff, 0x41, 0xc3], '\udcffA\udcc3'],
    ['UTF-8', text('ü€𝄞'), 'ü€𝄞'],
  ])('adv-13: %s', (_, bytes, expected) => {
    const packet = newLink(attr(IFLA_IFNAME, bytes))
    const decoded = decodeMessage(packet)
    expect(decoded.attrs).toEqual({ name: expected })
    const again = encodeMessage(decoded)
    // The same bytes up to the first NUL, zeros from it on.
    const nul = bytes.indexOf(0)
    expect([...again.subarray(36, 36 + bytes.length)]).toEqual(
      bytes.map((byte, at) => (nul >= 0 && at >= nul ? 0 : byte)),
    )
    expect(again.length).toBe(packet.length)
  })
})

describe('types and flags', () => {
  test.each([0x8000, 0x4000, 0xc000])('adv-14: flag bits %i are cut off, and written again', flags => {
    expect(attrsOf(attr(IFLA_MTU | flags, u32(1500)))).toEqual({ mtu: 1500 })
    expect(attrsOf(attr(5000 | flags, [1]))).toEqual({
      $unknown: [unknown(5000, [1], { nested: (flags & 0x8000) !== 0, netByteOrder: (flags & 0x4000) !== 0 })],
    })
  })

  test('adv-15: a nest needs no flag', () => {
    expect(attrsOf(attr(IFLA_LINKINFO, attr(1, text('dummy'))))).toEqual({ linkinfo: { kind: 'dummy' } })
  })

  test('adv-16: what is unknown is kept in order, nested or not', () => {
    const data = [...attr(1, u16(7)), ...attr(99, [1]), ...attr(98, [2])]
    const linkinfo = attr(IFLA_LINKINFO, [...attr(1, text('vlan')), ...attr(2, data), ...attr(77, [3])])
    expect(attrsOf(attr(1000, [9]), linkinfo, attr(900))).toEqual({
      $unknown: [unknown(1000, [9]), unknown(900, [])],
      linkinfo: {
        kind: 'vlan',
        data: { kind: 'vlan', id: 7, $unknown: [unknown(99, [1]), unknown(98, [2])] },
        $unknown: [unknown(77, [3])],
      },
    })
    const other = attr(IFLA_LINKINFO, [...attr(1, text('zzz')), ...attr(2, [1, 2, 3, 4, 5])])
    expect(attrsOf(other)).toEqual({
      linkinfo: { kind: 'zzz', data: { kind: 'other', name: 'zzz', data: Uint8Array.of(1, 2, 3, 4, 5) } },
    })
    expect(decodeLink(newLink(other).subarray(16))).toMatchObject({
      kindName: 'zzz',
      info: { kind: 'other', name: 'zzz' },
    })
    expect(remarksOf(newLink(linkinfo)).map(({ code, path }) => [code, path])).toEqual(
      [
        ['unknown-attribute', 'linkinfo.data(vlan).99'],
        ['unknown-attribute', 'linkinfo.data(vlan).98'],
        ['unknown-attribute', 'linkinfo.77'],
      ].sort((a, b) => (a[1] === 'linkinfo.77' ? -1 : b[1] === 'linkinfo.77' ? 1 : 0)),
    )
  })

  test('adv-17: of two attributes the last counts, and the message has both', () => {
    const bytes = newLink(attr(IFLA_MTU, u32(1)), attr(IFLA_MTU, u32(2)))
    expect(decodeLink(bytes.subarray(16)).mtu).toBe(2)
    const message = decodeMessage(bytes)
    expect(encodeMessage(message)).toEqual(bytes)
    const attrs = message.attrs as { mtu?: number | undefined }
    attrs.mtu = 3
    expect(encodeMessage(message)).toEqual(newLink(attr(IFLA_MTU, u32(1)), attr(IFLA_MTU, u32(3))))
    attrs.mtu = undefined
    expect(encodeMessage(message)).toEqual(newLink())
  })

  test('adv-17: the message has both where the last is kept, since no sibling says what they are', () => {
    const first = attr(IFLA_INFO_DATA, u32(1))
    const last = attr(IFLA_INFO_DATA, u32(2))
    const bytes = newLink(attr(IFLA_LINKINFO, [...first, ...first, ...last]))
    const message = decodeMessage(bytes)
    const { linkinfo } = message.attrs as { linkinfo: { $unknown?: object[] | undefined } }
    expect(linkinfo.$unknown).toMatchObject([{ type: IFLA_INFO_DATA, data: Uint8Array.of(2, 0, 0, 0) }])
    expect(encodeMessage(message)).toEqual(bytes)
    linkinfo.$unknown = undefined
    expect(encodeMessage(message)).toEqual(newLink(attr(IFLA_LINKINFO, [])))
  })
})

describe('structs and wide numbers', () => {
  const stats = (count: number) => Array.from({ length: count }, (_, at) => [...u32(at + 1), 0, 0, 0, 0]).flat()

  test('adv-18: a shorter struct lacks members, a longer one has a tail', () => {
    const short = attrsOf(attr(IFLA_STATS64, stats(23))) as { stats64: Record<string, unknown> }
    expect(short.stats64).toMatchObject({ rxPackets: 1n, rxCompressed: 22n, txCompressed: 23n })
    expect('rxNohandler' in short.stats64).toBe(false)
    const long = attrsOf(attr(IFLA_STATS64, [...stats(25), 7, 7])) as { stats64: Record<string, unknown> }
    expect(long.stats64).toMatchObject({ rxOtherhostDropped: 25n, $tail: Uint8Array.of(7, 7) })
  })

  test('adv-19, adv-20: 64 bits at an odd offset, above 2⁵³, negative 32 bits, unsigned 32 bits', () => {
    const all = new Array<number>(8).fill(0xff)
    const shifted = attrsOf(name, attr(IFLA_STATS64, [...all, ...stats(24)])) as { stats64: { rxPackets: bigint } }
    expect(shifted.stats64.rxPackets).toBe(2n ** 64n - 1n)
    expect(attrsOf(attr(46, u32(0xffffffff)))).toEqual({ targetNetnsid: -1 })
    const bytes = newLink()
    new DataView(bytes.buffer).setUint32(12, 0xae9ce33d, true)
    expect(decodeMessage(bytes).pid).toBe(0xae9ce33d)
  })
})

describe('depth and length', () => {
  test('adv-21: nests of nests are bounded, and kept', () => {
    const levels = 5000
    const body: number[] = []
    for (let left = levels; left > 0; left--)
      body.push(...u16(12 * left), ...u16(9), ...u16(12 * left - 4), 0, 0, 0, 0, 0, 0)
    const bytes = newRoute(body)
    const decoded = decodeMessage(bytes)
    expect(encodeMessage(decoded)).toStrictEqual(bytes)
    let depth = 0
    for (
      let at = decoded.attrs as { multipath?: { multipath?: never }[] } | undefined;
      at?.multipath !== undefined;
      at = at.multipath[0]
    )
      depth++
    expect(depth).toBe(16)
    expect(decodeRoute(bytes.subarray(16)).multipath).toHaveLength(1)
    let linkinfo: number[] = []
    for (let level = 0; level < 1000; level++) {
      const peer = attr(1, [...new Array<number>(16).fill(0), ...linkinfo])
      linkinfo = attr(IFLA_LINKINFO, [...attr(1, text('veth')), ...attr(2, peer)])
    }
    const links = newLink(linkinfo)
    expect(encodeMessage(decodeMessage(links))).toStrictEqual(links)
    expect(remarksOf(links).map(({ code }) => code)).toEqual(['too-deep'])
  })

  test.each([IFLA_MTU, 9999, 52])('adv-22: 16,375 empty attributes of type %i take linear time', type => {
    const bytes = newLink(...new Array<number[]>(16375).fill(attr(type)))
    decodeMessage(bytes)
    const times = [0, 1, 2].map(() => {
      const start = process.cpuUsage()
      remarksOf(bytes)
      decodeMessage(bytes)
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    })
    // Quadratic work took 1.5 s here; linear takes 5 to 20 ms of processor time.
    expect(Math.min(...times)).toBeLessThan(200)
  })
})

describe('selectors', () => {
  test('adv-23: IFLA_AF_SPEC is read by the family', () => {
    const inet = attr(IFLA_AF_SPEC, attr(2, []))
    expect(decodeLink(newLink(inet).subarray(16)).afSpec).toEqual({ inet: {} })
    const bridge = newLink(attr(IFLA_AF_SPEC, attr(2, u16(10))))
    bridge[16] = 7
    expect(decodeLink(bridge.subarray(16)).afSpec).toMatchObject({ $unknown: [unknown(2, u16(10))] })
    const vlan = newLink(attr(IFLA_AF_SPEC, attr(2, [...u16(2), ...u16(10)])))
    vlan[16] = 7
    expect(decodeLink(vlan.subarray(16)).afSpec).toEqual({ vlanInfo: [{ flags: 2, vid: 10 }] })
  })

  test('adv-24: DATA may come before KIND; without KIND it is raw', () => {
    const kind = attr(1, text('vlan'))
    const data = attr(2, attr(1, u16(5)))
    expect(attrsOf(attr(IFLA_LINKINFO, [...data, ...kind]))).toEqual({
      linkinfo: { kind: 'vlan', data: { kind: 'vlan', id: 5 } },
    })
    expect(decodeLink(newLink(attr(IFLA_LINKINFO, [...data, ...kind])).subarray(16)).info).toEqual({
      kind: 'vlan',
      id: 5,
    })
    expect(attrsOf(attr(IFLA_LINKINFO, data))).toEqual({ linkinfo: { $unknown: [unknown(2, attr(1, u16(5)))] } })
    expect(decodeLink(newLink(attr(IFLA_LINKINFO, data)).subarray(16)).info).toEqual({
      kind: 'other',
      name: '',
      data: Uint8Array.from(attr(1, u16(5))),
    })
  })

  test('adv-25: the wide attribute beats the narrow header member', () => {
    const addr = message(20, [2, 24, 0x80, 0, ...u32(5)], [attr(1, [192, 0, 2, 1]), attr(8, u32(0x280))])
    expect(decodeAddr(addr.subarray(16))).toMatchObject({ flags: 0x280, address: '192.0.2.1/24' })
    const route = newRoute(attr(15, u32(100000)))
    route[16 + 4] = 252
    expect(decodeRoute(route.subarray(16)).table).toBe(100000)
  })

  test('adv-26: default routes, gateways of another family, broken nexthops', () => {
    const route = (...attrs: Bytes[]) => decodeRoute(newRoute(...attrs).subarray(16))
    const whole = (family: number) =>
      decodeRoute(message(24, [family, 0, 0, 0, 254, 3, 0, 1, ...u32(0)]).subarray(16)).dst
    expect([whole(2), whole(10)]).toEqual(['default', 'default'])
    const zero = message(24, [2, 0, 0, 0, 254, 3, 0, 1, ...u32(0)], [attr(1, [0, 0, 0, 0])])
    expect(decodeRoute(zero.subarray(16)).dst).toBe('default')
    expect(route().dst).toBe('0.0.0.0/24')
    expect(route(attr(18, [...u16(10), ...new Array<number>(15).fill(0), 1])).via).toEqual({
      family: 'inet6',
      addr: '::1',
    })
    expect(route(attr(18, [...u16(10), 1, 2])).via).toBeUndefined()
    for (const hop of [
      [...u16(0), 0, 0, ...u32(1)],
      [...u16(7), 0, 0, ...u32(1)],
      [...u16(99), 0, 0, ...u32(1)],
      [8, 0, 0],
    ]) {
      expect(route(attr(9, hop))).toMatchObject({ $unknown: [unknown(9, hop)] })
    }
    const odd = [...u16(13), 0, 0, ...u32(1), 5, 0, 26, 0, 1, 0, 0, 0, ...u16(8), 0, 1, ...u32(2)]
    expect(route(attr(9, odd)).multipath).toEqual([
      { flags: 0, hops: 0, ifindex: 1, ttlPropagate: 1 },
      { flags: 0, hops: 1, ifindex: 2 },
    ])
  })
})

test('what is shorter than its fixed header, or of no known type, stays as it is', () => {
  for (const bytes of [message(16, [1, 2, 3]), message(9999, [1, 2, 3])]) {
    expect(decodeMessage(bytes).data).toEqual(Uint8Array.of(1, 2, 3))
    expect(encodeMessage(decodeMessage(bytes))).toStrictEqual(bytes)
  }
  expect(remarksOf(message(16, [1]))[0]?.code).toBe('short-header')
  expect(remarksOf(message(9999, [1]))[0]?.code).toBe('unknown-message')
  expect(thrown(() => decodeLink(Uint8Array.of(1)))).toMatchObject({
    code: 'ERR_NETLINK_BAD_MESSAGE',
    reason: 'decode',
  })
})

test('a Buffer is copied from, not looked into', () => {
  const buffer = Buffer.from(newLink(attr(5000, [1]), attr(IFLA_LINKINFO, [...attr(1, text('z')), ...attr(2, [2])])))
  const { attrs } = decodeMessage(buffer)
  const link = decodeLink(buffer.subarray(16))
  buffer.fill(9)
  expect(attrs).toMatchObject({ $unknown: [unknown(5000, [1])], linkinfo: { data: { data: Uint8Array.of(2) } } })
  expect(link).toMatchObject({ $unknown: [unknown(5000, [1])], info: { data: Uint8Array.of(2) } })
})
