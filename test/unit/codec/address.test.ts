import koffi from 'koffi'
import { describe, expect, test } from 'vitest'
import { parseIp, parseIp4, parseIp6, parseMac, parsePrefix } from '../../../src/codec/text/address.js'
import { ip4Text, ip6Text, macText, prefixText } from '../../../src/codec/text/address-text.js'
import { readText, textBytes } from '../../../src/codec/text/text.js'
import { fromHex, toHex } from '../../support/vector-bytes.js'

/** What glibc's inet_ntop prints (taken with python3's socket.inet_ntop), by the bytes. */
const inetNtop: readonly (readonly [hex: string, text: string])[] = [
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['00000000000000000000000000010000', '::0.1.0.0'],
  ['00000000000000000000000000010002', '::0.1.0.2'],
  ['000000000000000000000000c0000201', '::192.0.2.1'],
  ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
  ['00000000000000000000ffff00000000', '::ffff:0.0.0.0'],
  ['0000000000000000ffff0000c0000201', '::ffff:0:c000:201'],
  ['0000000000000000000000010000000f', '::1:0:f'],
  ['00000000000000000001000000000000', '::1:0:0:0'],
  ['00010000000000000000000000000000', '1::'],
  ['00010000000000000000000000000001', '1::1'],
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010db8000100000001000000010001', '2001:db8:1:0:1:0:1:1'],
  ['20010db8000100010001000100010000', '2001:db8:1:1:1:1:1:0'],
  ['00000db8000100010001000100010001', '0:db8:1:1:1:1:1:1'],
  ['fe800000000000000000000000001234', 'fe80::1234'],
  ['ff020000000000000000000100000002', 'ff02::1:0:2'],
  ['00000000000100000000000100000000', '::1:0:0:1:0:0'],
  ['00010002000300040005000600070008', '1:2:3:4:5:6:7:8'],
  ['ffffffffffffffffffffffffffffffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['0064ff9b0000000000000000c0000201', '64:ff9b::c000:201'],
]

describe('IPv6', () => {
  test.each(inetNtop)('%s is %s, both ways', (hex, text) => {
    expect(ip6Text(fromHex(hex), 0)).toBe(text)
    expect(toHex(parseIp6(text) ?? new Uint8Array(0))).toBe(hex)
  })

  test('whatever groups are zero, new, again, and with a prefix, as inet_ntop of this machine prints it', () => {
    const ntop = koffi.load('libc.so.6').func('const char *inet_ntop(int, const void *, _Out_ uint8_t *, uint32_t)')
    const inet6 = (bytes: Uint8Array) => String(ntop(10, bytes, Buffer.alloc(46), 46))
    expect(inet6(fromHex('20010db8000000000000000000000001'))).toBe('2001:db8::1')
    for (const values of [[0x2001, 0xdb8, 0xffff, 1, 0x80, 0xabc, 0x7fff, 0x8000], new Array<number>(8).fill(0xffff)]) {
      const all = Array.from({ length: 256 }, (_, mask) => {
        const view = new DataView(new ArrayBuffer(16))
        values.forEach((value, group) => {
          view.setUint16(2 * group, (mask >> group) & 1 ? 0 : value)
        })
        return new Uint8Array(view.buffer)
      })
      const texts = all.map(inet6)
      // The third time a text is remembered, if none of its neighbours has taken its place.
      for (let round = 0; round < 3; round++)
        expect(all.flatMap(each => [ip6Text(each, 0), ip6Text(each, 0)])).toEqual(texts.flatMap(text => [text, text]))
      expect(all.map(each => prefixText(each, 0, 16, 64))).toEqual(texts.map(text => `${text}/64`))
    }
  })

  test.each([
    ['2001:DB8::0001', '20010db8000000000000000000000001'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
  ])('%s may be written', (text, hex) => {
    expect(toHex(parseIp6(text) ?? new Uint8Array(0))).toBe(hex)
  })

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6:7:8:9:1.2.3.4',
    '1::2:3:4:5:6:7:8',
    '1::2::3',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4:5',
    ' ::1',
    '::1 ',
    '1:2:3:4:5:6:7:',
    ':1:2:3:4:5:6:7',
    ':1',
    '1::2:',
    '::1:',
    '::x',
  ])('adv-37: %j is none', text => {
    expect(parseIp6(text)).toBeUndefined()
  })
})

describe('IPv4', () => {
  test.each(['0.0.0.0', '255.255.255.255', '192.0.2.1', '10.0.0.255'])('%s, both ways', text => {
    expect(ip4Text(parseIp4(text) ?? new Uint8Array(4), 0)).toBe(text)
  })

  test.each([
    '',
    '1',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4.5',
    '1.2.3.-4',
    '0x1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4/24',
    '1..2.3',
    '::ffff:1.2.3.4',
  ])('adv-37: %j is none', text => {
    expect(parseIp4(text)).toBeUndefined()
  })
})

describe('prefixes', () => {
  test.each([
    ['192.0.2.0/24', 'c0000200', 24],
    ['192.0.2.77/24', 'c000024d', 24],
    ['192.0.2.1', 'c0000201', 32],
    ['0.0.0.0/0', '00000000', 0],
    ['2001:db8::/32', '20010db8000000000000000000000000', 32],
    ['::1', '00000000000000000000000000000001', 128],
  ])('%s', (text, hex, length) => {
    const prefix = parsePrefix(text)
    expect([toHex(prefix?.bytes ?? new Uint8Array(0)), prefix?.length]).toEqual([hex, length])
  })

  test('default has length 0 and no address', () => {
    expect(parsePrefix('default')).toMatchObject({ bytes: undefined, length: 0 })
  })

  test.each([
    '192.0.2.0/33',
    '::/129',
    '192.0.2.0/-1',
    '192.0.2.0/',
    '192.0.2.0/024',
    '192.0.2.0/2 4',
    '192.0.2.0/24/24',
    '2001:db8::x64',
    '2001:db8::1.2.3x64',
    '2001:db8::/64/64',
    '2001:db8:/64',
    '/24',
    'any',
  ])('adv-37: %s is none', text => {
    expect(parsePrefix(text)).toBeUndefined()
  })
})

describe('link-layer addresses', () => {
  test.each(['', '02:00:00:00:00:01', 'ff', '00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33'])(
    '%s, both ways',
    text => {
      const bytes = parseMac(text) ?? Uint8Array.of(1, 2, 3)
      expect(macText(bytes, 0, bytes.length)).toBe(text)
    },
  )

  test.each(['2:0:0:0:0:1', '02-00-00-00-00-01', '02:00:00:00:00:1g', '0200:0000:0001', ':', '02:'])(
    '%s is none',
    text => {
      expect(parseMac(text)).toBeUndefined()
    },
  )

  test('parseIp takes both families', () => {
    expect([parseIp('1.2.3.4')?.length, parseIp('::')?.length, parseIp('x')]).toEqual([4, 16, undefined])
  })
})

describe('text', () => {
  test.each([
    ['ascii', '6162', 'ab'],
    ['longer than a dozen', '61626364656667686970717273', 'abcdefghipqrs'],
    ['up to the first NUL', '61006200', 'a'],
    ['four bytes', 'f09d849e', '𝄞'],
    ['a byte order mark', 'efbbbf61', '\ufeffa'],
    ['a lone continuation', '6180', 'a\udc80'],
    ['a cut sequence', 'e282', '\udce2\udc82'],
    ['an overlong form', 'c0af', '\udcc0\udcaf'],
    ['a surrogate in UTF-8', 'eda080', '\udced\udca0\udc80'],
    ['beyond U+10FFFF', 'f4908080', '\udcf4\udc90\udc80\udc80'],
    ['a good one among bad ones', 'ffe282acff', '\udcff€\udcff'],
  ])('%s', (_, hex, text) => {
    const bytes = fromHex(hex)
    expect(readText(bytes, 0, bytes.length)).toBe(text)
    expect(toHex(textBytes(text) ?? new Uint8Array(0))).toBe(hex.split('00')[0])
  })

  test.each(['\0', 'a\0b', '\ud800', 'a\udfff', '\udbff\udc80x\ud800'])('%j cannot be written', text => {
    expect(textBytes(text)).toBeUndefined()
  })
})
