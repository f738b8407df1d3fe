import { littleEndian } from '../wire/endian.js'
import { EnumTable } from './enum-table.js'
import type { Codec, SubTable } from './table.js'
import { parseIp, parseMac } from './text/address.js'
import { ip4Text, ip6Text, macText, prefix4Text, prefixText } from './text/address-text.js'
import { quote } from './text/quote.js'

const le = littleEndian

/** RTA_VIA: a gateway of another family. */
export interface Via {
  family: 'inet' | 'inet6' | 'packet' | number
  /** IP address, or MAC for `packet`. */
  addr: string
}

const viaFamilies = new EnumTable({ inet: 2, inet6: 10, packet: 17 })

/** struct rtvia: u16 family, then the address to the end (include/uapi/linux/rtnetlink.h). */
export const via: Codec = {
  decode(bytes, view, start, length) {
    if (length < 2) return undefined
    const family = view.getUint16(start, le)
    const size = length - 2
    if ((family === 2 && size !== 4) || (family === 10 && size !== 16)) return undefined
    const at = start + 2
    return {
      family: viaFamilies.name(family),
      addr: family === 2 ? ip4Text(bytes, at) : family === 10 ? ip6Text(bytes, at) : macText(bytes, at, size),
    }
  },
  encode(encoder, _attr, value) {
    const { family, addr } = encoder.dictOf(value)
    const number = typeof family === 'string' ? viaFamilies.value(family) : family
    const ip = number === 2 || number === 10
    const bytes = typeof addr === 'string' ? (ip ? parseIp(addr) : parseMac(addr)) : undefined
    if (typeof number !== 'number') throw encoder.fail(`family ${quote(family)} is none of inet, inet6, packet`)
    if (bytes === undefined || (ip && bytes.length !== (number === 2 ? 4 : 16)))
      throw encoder.fail(`${quote(addr)} is no ${quote(family)} address`)
    encoder.value('u16', {}, number)
    encoder.writer.append(bytes)
  },
}

/** Formats one MPLS label stack entry (label:20 tc:3 bottom:1 ttl:8): `100`; `undefined` when it is not a plain last label. */
export function labelText(view: DataView, at: number): string | undefined {
  const entry = view.getUint32(at, false)
  return (entry & 0xfff) === 0x100 ? String(entry >>> 12) : undefined
}

/** Parses `100/200` into a label stack; `undefined` for anything else. */
export function labelBytes(text: string): Uint8Array | undefined {
  if (!/^\d{1,7}(\/\d{1,7})*$/.test(text)) return undefined
  const labels = text.split('/').map(Number)
  if (labels.some(label => label >= 2 ** 20)) return undefined
  const bytes = new Uint8Array(4 * labels.length)
  const view = new DataView(bytes.buffer)
  for (const [index, label] of labels.entries())
    view.setUint32(4 * index, label * 4096 + (index === labels.length - 1 ? 0x100 : 0), false)
  return bytes
}

/** A label stack as `ip` writes it: `100/200`. tc and ttl are 0: the kernel refuses others (nla_get_labels, net/mpls/af_mpls.c). */
export const mplsLabels: Codec = {
  decode(_bytes, view, start, length) {
    if (length === 0 || length % 4 !== 0) return undefined
    const labels: number[] = []
    for (let at = start; at < start + length; at += 4) {
      const entry = view.getUint32(at, false)
      if ((entry & 0xfff) !== (at + 4 === start + length ? 0x100 : 0)) return undefined
      labels.push(entry >>> 12)
    }
    return labels.join('/')
  },
  encode(encoder, _attr, value) {
    const bytes = typeof value === 'string' ? labelBytes(value) : undefined
    if (bytes === undefined) throw encoder.fail(`${quote(value)} is no label stack like 100/200`)
    encoder.writer.append(bytes)
  },
}

/** A flag that the kernel sends as u8 and takes as an empty attribute (IFLA_VXLAN_TTL_INHERIT, drivers/net/vxlan/vxlan_core.c). */
export const flagOrU8: Codec = {
  decode: (bytes, _view, start, length) => length === 0 || bytes[start] !== 0,
  encode(encoder, _attr, value, wire) {
    if (typeof value !== 'boolean') throw encoder.fail('must be true or false')
    if (wire === undefined || wire === 0) return
    encoder.value('u8', {}, value)
    encoder.writer.reserve(wire - 1)
  },
  absent: (value, wire) => value === false && wire === 0,
}

/** RTA_EXPIRES: 32 bits in a request about an IPv6 route (seconds), 64 of a multicast route (hundredths); both are a number. */
export const u32OrU64: Codec = {
  decode(_bytes, view, start, length) {
    if (length < 8) return length < 4 ? undefined : view.getUint32(start, le)
    const value = Number(view.getBigUint64(start, le))
    return Number.isSafeInteger(value) ? value : undefined
  },
  encode(encoder, _attr, value, wire) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw encoder.fail('must be a number')
    const size = (wire !== undefined && wire >= 8) || value > 0xffffffff ? 8 : 4
    encoder.value(size === 8 ? 'u64' : 'u32', {}, size === 8 ? BigInt(value) : value)
    encoder.writer.reserve(Math.max(0, (wire ?? size) - size))
  },
}

/** Formats a prefix attribute whose length stands in the header: `default` for length 0. */
export function prefixField(bytes: Uint8Array, at: number, length: number, prefix: number): string {
  return prefix === 0 ? 'default' : prefixText(bytes, at, length, prefix)
}

/** Formats an IPv4 prefix, its address in 32 bits, as `prefixField` does. */
export function prefix4Field(word: number, prefix: number): string {
  return prefix === 0 ? 'default' : prefix4Text(word, prefix)
}

/** Formats a prefix whose address attribute is missing: all zeros. */
export function zeroPrefix(family: number, prefix: number): string {
  return prefixText(new Uint8Array(16), 0, family === 10 ? 16 : 4, prefix)
}

/** Compares two byte ranges. */
export function sameBytes(bytes: Uint8Array, a: number, aLength: number, b: number, bLength: number): boolean {
  if (aLength !== bLength) return false
  for (let index = 0; index < aLength; index++) if (bytes[a + index] !== bytes[b + index]) return false
  return true
}

/** Makes what a kind without data decodes to. */
export function emptyKind<T>(sub: SubTable, kind: string): T {
  return (sub.byName(kind) === undefined ? { kind: 'other', name: kind, data: new Uint8Array(0) } : { kind }) as T
}
