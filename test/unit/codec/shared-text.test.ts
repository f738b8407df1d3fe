import { describe, expect, test } from 'vitest'
import { ip4Text, ip6Text, macText, prefixText } from '../../../src/codec/text/address-text.js'
import { Recent, RecentLong } from '../../../src/codec/text/shared-text.js'
import { readText } from '../../../src/codec/text/text.js'
import { s64, u64 } from '../../../src/codec/wide.js'
import { toHex } from '../../support/vector-bytes.js'

describe('texts that repeat', () => {
  test('are held from the second time on, and only for their own key', () => {
    const recent = new Recent()
    for (let key = -2000; key < 2000; key++) {
      expect(recent.get(key)).toBeUndefined()
      recent.put(key, `first ${key}`)
      recent.put(key, `second ${key}`)
      expect(recent.get(key)).toBe(`second ${key}`)
    }
  })

  test('are never taken for another of the same hash', () => {
    // 31 * 'A' + 'a' is 31 * 'B' + 'B'.
    const texts = ['Aa', 'BB', 'AaAa', 'BBBB', 'AaBB', 'BBAa', 'A', 'Aa\0x']
    for (let round = 0; round < 4; round++) {
      for (const text of texts) {
        const bytes = new TextEncoder().encode(text)
        expect(readText(bytes, 0, bytes.length)).toBe(text.split('\0')[0])
      }
    }
  })

  test('do not mix up link-layer addresses that differ in one byte', () => {
    for (let round = 0; round < 4; round++) {
      for (const at of [0, 1, 2, 3, 4, 5]) {
        const bytes = Uint8Array.of(255, 255, 255, 255, 255, 255)
        bytes[at] = 0xfe
        const text = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':')
        expect(macText(bytes, 0, 6)).toBe(text)
      }
      expect(macText(new Uint8Array(6).fill(255), 0, 6)).toBe('ff:ff:ff:ff:ff:ff')
    }
  })

  test('do not mix up IPv6 addresses of the same hash, nor those that differ in one group', () => {
    const recent = new RecentLong()
    // More than there are slots, which differ in one word.
    for (let word = 0; word < 4; word++) {
      for (let value = 0; value < 1000; value++) {
        const [a = 0, b = 0, c = 0, d = 0] = [7, 7, 7, 7].with(word, Math.imul(value, 0x01000193))
        const text = `${word} ${value}`
        expect(recent.get(a, b, c, d)).toBeUndefined()
        expect([recent.put(a, b, c, d, 'first'), recent.put(a, b, c, d, text)]).toEqual(['first', text])
        expect(recent.get(a, b, c, d)).toBe(text)
      }
    }
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 16; at++) {
        const bytes = new Uint8Array(16).fill(0x11)
        bytes[at] = 0x12
        const text = toHex(bytes).replace(/....(?!$)/g, '$&:')
        expect([ip6Text(bytes, 0), ip6Text(bytes, 0), ip6Text(bytes, 0)]).toEqual([text, text, text])
      }
    }
  })

  test('do not mix up addresses whatever came before them', () => {
    const bytes = new Uint8Array(8)
    const near = [0, 1, 9, 10, 99, 100, 255]
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 20_000; index++) {
        // Most share their first bytes with the one before, as in a dump.
        if (index % 7 === 0) bytes[index % 6] = near[(index * 31 + round) % near.length] ?? 0
        for (const at of [3, 5]) bytes[at] = (index * 13 + at) & 255
        const dotted = bytes.subarray(0, 4).join('.')
        expect(ip4Text(bytes, 0)).toBe(dotted)
        expect(prefixText(bytes, 0, 4, 32)).toBe(`${dotted}/32`)
        expect(prefixText(bytes, 0, 4, 24)).toBe(`${dotted}/24`)
        expect(macText(bytes, 0, 6)).toBe([...bytes.subarray(0, 6)].map(x => x.toString(16).padStart(2, '0')).join(':'))
      }
    }
  })
})

test('64-bit numbers are read whole, the zeros too', () => {
  const view = new DataView(new ArrayBuffer(16))
  for (const value of [0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0xffff_ffff_ffff_ffffn, 1n << 63n]) {
    view.setBigUint64(4, value, true)
    expect(u64(view, 4, true)).toBe(value)
    expect(s64(view, 4, true)).toBe(BigInt.asIntN(64, value))
    view.setBigUint64(4, value, false)
    expect(u64(view, 4, false)).toBe(value)
  }
})
