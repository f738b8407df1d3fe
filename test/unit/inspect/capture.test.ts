// What tcpdump and rtmon have written (test/vectors/captures/capture.sh), and what is no capture.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeCapture } from '../../../src/codec.js'
import { unknownsOf } from '../../support/vector-bytes.js'

const file = (name: string): Uint8Array => readFileSync(new URL(`../../vectors/captures/${name}`, import.meta.url))

describe('a capture', () => {
  it('of tcpdump on an nlmon link holds requests, answers and notifications with their times', () => {
    const all = [...decodeCapture(file('nlmon.pcap'))]
    expect(all.filter(({ to }) => to === 'kernel').length).toBeGreaterThan(5)
    expect(all.filter(({ to }) => to === 'user').length).toBeGreaterThan(10)
    const added = all.filter(({ to, message }) => to === 'kernel' && message.type === 16)
    expect(added.map(({ message }) => message.attrs)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'v0', linkinfo: expect.objectContaining({ kind: 'veth' }) }),
      ]),
    )
    const times = all.map(({ time }) => time ?? 0n)
    expect(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0n))).toBe(true)
    expect(new Date(Number((times[0] ?? 0n) / 1_000_000n)).getFullYear()).toBeGreaterThan(2025)
    for (const { message, protocol } of all) if (protocol === 0) expect(unknownsOf(message)).toEqual([])
  })

  it('of rtmon holds what the kernel told', () => {
    const all = [...decodeCapture(file('rtmon.bin'))]
    expect(all.every(({ to, protocol, time }) => to === 'user' && protocol === 0 && time !== undefined)).toBe(true)
    const names = all
      .filter(({ message }) => message.type === 16)
      .map(({ message }) => (message.attrs as { name?: string }).name)
    expect(names).toEqual(expect.arrayContaining(['v0', 'v1']))
    expect(all.some(({ message }) => message.type === 17)).toBe(true)
    for (const { message } of all) expect(unknownsOf(message)).toEqual([])
  })

  it('in the other byte order and with nanoseconds reads the same', () => {
    const bytes = file('nlmon.pcap').slice()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const swap = (at: number) => view.setUint32(at, view.getUint32(at, true), false)
    const length = view.getUint32(32, true)
    for (const at of [0, 16, 20, 24, 28, 32, 36]) swap(at)
    const [first] = decodeCapture(bytes.subarray(0, 40 + length))
    expect(first).toEqual([...decodeCapture(file('nlmon.pcap'))][0])
    view.setUint32(0, 0xa1b23c4d, false)
    const [finer] = decodeCapture(bytes.subarray(0, 40 + length))
    expect(finer?.time).toBeLessThan(first?.time ?? 0n)
  })

  it.each([
    ['of nothing', new Uint8Array(0)],
    ['of three bytes', new Uint8Array(3)],
    ['without its header', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0)],
    [
      'of Ethernet',
      (() => {
        const bytes = file('nlmon.pcap').slice()
        bytes[20] = 1
        return bytes
      })(),
    ],
    ['with a torn record', file('nlmon.pcap').subarray(0, 30)],
    ['with a record that is longer than the file', file('nlmon.pcap').subarray(0, 60)],
    ['of zeros', new Uint8Array(64)],
    ['with a torn message', file('rtmon.bin').subarray(0, 30)],
  ])('%s is refused', (_what, bytes) => {
    expect(() => [...decodeCapture(bytes)]).toThrow(expect.objectContaining({ code: 'ERR_NETLINK_BAD_MESSAGE' }))
  })

  it('of Wireshark is refused by its name', () => {
    const bytes = Uint8Array.of(10, 13, 13, 10, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255)
    expect(() => [...decodeCapture(bytes)]).toThrow(/a pcapng file, not pcap/)
  })

  it('yields what came before it breaks', () => {
    const whole = [...decodeCapture(file('rtmon.bin'))]
    const bytes = file('rtmon.bin')
    const seen: unknown[] = []
    expect(() => {
      for (const one of decodeCapture(bytes.subarray(0, bytes.length - 4))) seen.push(one)
    }).toThrow()
    expect(seen).toHaveLength(whole.length - 1)
  })
})
