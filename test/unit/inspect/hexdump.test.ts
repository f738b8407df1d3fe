import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, hexdump, request } from '../../../src/codec.js'
import { arbitraryMessage } from '../../../src/testing.js'
import {
  type DumpVector,
  dumpMessages,
  fromHex,
  requestVectors,
  toHex,
  vectorFile,
} from '../../support/vector-bytes.js'

/** The bytes that a dump shows, in its order; each line names its offset. */
function output(text: string): string {
  let hex = ''
  for (const line of text.split('\n')) {
    const [, offset, bytes] = /^([0-9a-f]{4,}) {2,}((?:[0-9a-f]{2}(?: |$)){1,16})/.exec(line) ?? []
    if (offset === undefined || bytes === undefined) continue
    expect(Number.parseInt(offset, 16)).toBe(hex.length / 2)
    hex += bytes.replaceAll(' ', '')
  }
  return hex
}

/** What iproute2 and the kernel have sent once. */
const captured = (): Uint8Array[] => [
  ...[...requestVectors().values()].flat().map(vector => fromHex(vector.hex)),
  ...vectorFile<DumpVector[]>('dumps/rich.json').flatMap(dumpMessages),
  ...vectorFile<DumpVector[]>('dumps/bridge.json').flatMap(dumpMessages),
]

/** Numbers and text within a decoded message, with the ways to them; text of no bytes has no line. */
function* leaves(value: unknown, path = ''): Iterable<[path: string, value: number | bigint | string]> {
  if (value === '') return
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') yield [path, value]
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  for (const [key, member] of Object.entries(value)) if (!key.startsWith('$')) yield* leaves(member, `${path}.${key}`)
}

describe('hexdump', () => {
  it('says of each byte what it means', () => {
    const spec = { name: 'vx0', info: { kind: 'vxlan', id: 42, port: 4789 } } as const
    expect(
      hexdump(request.link.add(spec).bytes)
        .split('\n')
        .map(line => line.replace(/ +/g, ' ')),
    ).toEqual([
      '0000 4c 00 00 00 nlmsg_len 76',
      '0004 10 00 RTM_NEWLINK',
      '0006 01 06 nlmsg_flags REQUEST|EXCL|CREATE',
      '0008 00 00 00 00 nlmsg_seq 0',
      '000c 00 00 00 00 nlmsg_pid 0',
      '0010 00 family unspec',
      '0011 00 padding',
      '0012 00 00 type netrom',
      '0014 00 00 00 00 index 0',
      '0018 00 00 00 00 flags 0',
      '001c 00 00 00 00 change 0',
      '0020 08 00 03 00 nla_len 8, name',
      '0024 76 78 30 00 "vx0"',
      '0028 24 00 12 80 nla_len 36, linkinfo, nested',
      '002c 0a 00 01 00 nla_len 10, kind',
      '0030 76 78 6c 61 6e 00 "vxlan"',
      '0036 00 00 padding',
      '0038 14 00 02 80 nla_len 20, data, nested',
      '003c 08 00 01 00 nla_len 8, id',
      '0040 2a 00 00 00 42',
      '0044 06 00 0f 00 nla_len 6, port',
      '0048 12 b5 4789',
      '004a 00 00 padding',
    ])
  })

  it('finds the attributes behind bytes that the header counts', () => {
    const header = { family: 'inet6', ifindex: 3, icmpType: 134, opts: Uint8Array.of(25, 1, 0, 0, 0, 0, 4, 176, 8, 0) }
    const bytes = encodeMessage({ type: 68, flags: 0, seq: 0, pid: 0, header, attrs: { srcaddr: 'fe80::1' } as object })
    const lines = hexdump(bytes)
      .split('\n')
      .map(line => line.replace(/ +/g, ' '))
    expect(lines.slice(-5)).toEqual([
      '001a 00 00 00 00 00 00 padding',
      '0020 19 01 00 00 00 00 04 b0 08 00 opts',
      '002a 00 00 padding',
      '002c 14 00 01 00 nla_len 20, srcaddr',
      '0030 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 fe80::1',
    ])
  })

  it('reads labels and endpoint ids as they are written', () => {
    const texts = (bytes: Uint8Array) => hexdump(bytes).match(/(?<= {2})\S+$/gm) ?? []
    const mpls = request.route.add({ family: 'mpls', dst: '100', newdst: '200/300', dev: 'v0' })
    expect(texts(mpls.bytes)).toEqual(expect.arrayContaining(['100', '200/300']))
    const mctp = request.route.add({ family: 'mctp', dst: '9', gateway: '1:8' })
    expect(texts(mctp.bytes)).toEqual(expect.arrayContaining(['9', '1:8']))
  })

  it('reads acknowledgements with the words of the kernel', () => {
    const rejected = vectorFile<{ readonly name: string; readonly capped: boolean; readonly reply: string }[]>(
      'errors.json',
    ).find(({ name, capped }) => name === 'vxlan id out of range' && capped)
    const text = hexdump(fromHex(rejected?.reply ?? ''))
    expect(text).toContain('NLMSG_ERROR')
    expect(text).toContain('error -34 ERANGE')
    expect(text).toContain('nlmsg_flags CAPPED|ACK_TLVS')
    expect(text).toContain('"VXLAN ID must be lower than 16777216"')
    expect(text).toMatch(/nla_len 8, offset/)
  })

  it('says every value that decodeMessage gives', () => {
    const lacking = new Set<string>()
    for (const bytes of captured()) {
      const { header, attrs } = decodeMessage(bytes)
      const texts = hexdump(bytes).replaceAll(/^[0-9a-f]{4,} +([0-9a-f]{2}( |$))+/gm, '')
      for (const [path, value] of leaves({ header, attrs })) {
        const number = typeof value === 'string' ? [] : [`0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`]
        const aliases = [String(value), JSON.stringify(String(value)), ...number]
        if (!aliases.some(word => texts.includes(word))) lacking.add(`${path}: ${value}`)
      }
    }
    expect([...lacking]).toEqual([])
  })

  it('shows every byte of what iproute2 and the kernel have sent once, and knows all of it', () => {
    const all = captured()
    expect(all.length).toBeGreaterThan(1000)
    for (const bytes of all) {
      const text = hexdump(bytes)
      expect(output(text)).toBe(toHex(bytes))
      expect(text).not.toMatch(/nla_len \d+, type \d|no table|no attribute/)
    }
  })

  it('shows every byte of anything, broken or not, and never throws', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200, size: 'max' }),
      arbitraryMessage(fc).map(encodeMessage),
      fc.tuple(arbitraryMessage(fc).map(encodeMessage), fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
        const wrong = bytes.slice()
        wrong[16 + (at % Math.max(1, wrong.length - 16))] = value
        return wrong
      }),
    )
    fc.assert(
      fc.property(anything, bytes => {
        expect(output(hexdump(bytes))).toBe(toHex(bytes))
      }),
      { numRuns: 2000 },
    )
  })
})
