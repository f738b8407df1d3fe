import { littleEndian as le } from '../../../src/wire/endian.js'
import { align4, viewOf } from '../../../src/wire/nlmsghdr.js'

export const RTM_NEWLINK = 16
export const RTM_DELLINK = 17
export const RTM_GETLINK = 18
export const RTM_NEWROUTE = 24
export const RTM_GETROUTE = 26
export const CREATE_EXCL = 0x600
export const AF_INET = 2

/** Builds an attribute with its padding. */
export function attr(type: number, data: Uint8Array | string | number): Uint8Array {
  const bytes = typeof data === 'number' ? u32(data) : typeof data === 'string' ? text(data) : data
  const out = new Uint8Array(align4(4 + bytes.length))
  viewOf(out).setUint16(0, 4 + bytes.length, le)
  viewOf(out).setUint16(2, type, le)
  out.set(bytes, 4)
  return out
}

/** Builds an ifinfomsg and what follows it. */
export function ifinfo(index: number, ...rest: Uint8Array[]): Uint8Array {
  const header = new Uint8Array(16)
  viewOf(header).setInt32(4, index, le)
  return join(header, ...rest)
}

/** Builds the payload that makes a link of a kind. */
export function newLink(name: string, kind: string, ...rest: Uint8Array[]): Uint8Array {
  return ifinfo(0, attr(3, name), ...rest, attr(18, attr(1, kind)))
}

/** Builds the payload that sets a link up. */
export function linkUp(index: number): Uint8Array {
  const bytes = ifinfo(index)
  viewOf(bytes).setUint32(8, 1, le)
  viewOf(bytes).setUint32(12, 1, le)
  return bytes
}

/** Builds the rtmsg of an IPv4 route dump. */
export function routeFilter(table: number, ...rest: Uint8Array[]): Uint8Array {
  return join(Uint8Array.of(AF_INET, 0, 0, 0, table, 0, 0, 0, 0, 0, 0, 0), ...rest)
}

/** Builds the payload of an IPv4 host route 10.x.y.z out of a link in table main. */
export function hostRoute(number: number, index: number): Uint8Array {
  const dst = Uint8Array.of(10, (number >> 16) & 255, (number >> 8) & 255, number & 255)
  return join(Uint8Array.of(AF_INET, 32, 0, 0, 254, 4, 253, 1, 0, 0, 0, 0), attr(1, dst), attr(4, index))
}

/** Reads the index of a link message. */
export function linkIndex(payload: Uint8Array): number {
  return viewOf(payload).getInt32(4, le)
}

/** Joins byte arrays. */
export function join(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value, le)
  return bytes
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`)
}
