/** Addresses from their text: IPv4, IPv6, link-layer, MCTP endpoints. `address-text.ts` makes the text. */
import { littleEndian } from '../../wire/endian.js'

const le = littleEndian

/** Where the last `ip4At` has stopped: behind the address, or −1 when there is none. */
let stop = -1

/** Reads dotted IPv4 text up to its end or a slash, as 32 bits: four decimal numbers without leading zeros. */
function ip4At(text: string): number {
  const { length } = text
  let word = 0
  let dots = 0
  let value = -1
  let at = 0
  stop = -1
  for (; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code >= ZERO && code <= NINE) {
      // A digit behind a 0 would be octal to some readers.
      if (value === 0) return 0
      value = value < 0 ? code - ZERO : 10 * value + code - ZERO
      if (value > 255) return 0
    } else if (code === DOT) {
      if (value < 0 || dots === 3) return 0
      word = (word << 8) | value
      value = -1
      dots++
    } else if (code === SLASH) break
    else return 0
  }
  if (value < 0 || dots < 3) return 0
  stop = at
  return (word << 8) | value
}

function bytesOf(word: number): Uint8Array {
  return Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word)
}

/** Parses dotted IPv4 text into 4 bytes; `undefined` for anything but four decimal numbers without leading zeros. */
export function parseIp4(text: string): Uint8Array | undefined {
  const word = ip4At(text)
  return stop === text.length ? bytesOf(word) : undefined
}

const DOT = 46
const SLASH = 47
const ZERO = 48
const NINE = 57

/** Parses IPv6 text into 16 bytes; `undefined` for anything else, zones (`%eth0`) included. */
export function parseIp6(text: string): Uint8Array | undefined {
  ip6At(text)
  return stop === text.length ? groupBytes() : undefined
}

/** The groups of the address that `ip6At` has read last. */
const groups = new Uint16Array(8)

/** Reads IPv6 text up to its end or a slash into `groups`, and stops as `ip4At` does. */
function ip6At(text: string): void {
  const { length } = text
  let gap = -1
  let count = 0
  // The group that is being read, and where it began.
  let value = 0
  let start = 0
  let at = 0
  stop = -1
  for (; at < length; at++) {
    const code = text.charCodeAt(at)
    const digit = hexValue(code)
    if (digit >= 0) {
      if (at - start > 3) return
      value = (value << 4) | digit
    } else if (code === COLON) {
      if (at > start) {
        groups[count++] = value
        value = 0
      } else {
        // The second of two, which stand once, behind a group or at the beginning.
        if (gap >= 0 || (at === 0 && text.charCodeAt(++at) !== COLON)) return
        gap = count
      }
      start = at + 1
    } else break
  }
  let end = -1
  if (at < length && text.charCodeAt(at) !== SLASH) {
    // The last two groups may be written as an IPv4 address.
    const word = ip4At(text.slice(start))
    if (stop >= 0) {
      groups[count++] = word >>> 16
      groups[count++] = word
      end = start + stop
    }
  } else if (at > start) {
    groups[count++] = value
    end = at
  } else if (gap === count) end = at
  stop = spread(count, gap) ? end : -1
}

/** Puts zeros between the groups for the `::` that stood behind `gap` of them, −1 for none; tells whether there are as many as there must be. */
function spread(count: number, gap: number): boolean {
  if (gap < 0) return count === 8
  // It stands for one group of zeros or more.
  if (count > 7) return false
  for (let from = count - 1, to = 7; to >= gap; to--) groups[to] = from >= gap ? (groups[from--] ?? 0) : 0
  return true
}

/** Gives two of the groups in 32 bits. */
function twoGroups(first: number): number {
  return ((groups[first] ?? 0) << 16) | (groups[first + 1] ?? 0)
}

function groupBytes(): Uint8Array {
  const bytes = new Uint8Array(16)
  groups.forEach((group, index) => {
    bytes[2 * index] = group >> 8
    bytes[2 * index + 1] = group
  })
  return bytes
}

/** Gives the value of a hexadecimal digit, −1 for any other character. */
function hexValue(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO
  const letter = code | 0x20
  return letter >= LOWER_A && letter <= LOWER_F ? letter - LOWER_A + 10 : -1
}

const LOWER_A = 97
const LOWER_F = 102
const COLON = 58

/** Parses IPv4 or IPv6 text. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIp6(text) : parseIp4(text)
}

/** Parses `02:00:00:00:00:01`, any number of bytes; `''` is an empty address. */
export function parseMac(text: string): Uint8Array | undefined {
  const count = (text.length + 1) / 3
  if (text === '') return new Uint8Array(0)
  if (!Number.isInteger(count)) return undefined
  const bytes = new Uint8Array(count)
  return putMac(text, bytes, 0) ? bytes : undefined
}

/** Writes the bytes of a link-layer address, one for every 3 characters; gives false, perhaps halfway, for what is none. */
export function putMac(text: string, bytes: Uint8Array, start: number): boolean {
  for (let from = 0, to = start; from < text.length; from += 3, to++) {
    const high = hexValue(text.charCodeAt(from))
    const low = hexValue(text.charCodeAt(from + 1))
    if (high < 0 || low < 0 || (from + 2 < text.length && text.charCodeAt(from + 2) !== COLON)) return false
    bytes[to] = 16 * high + low
  }
  return true
}

/**
 * A prefix taken apart. Its address is kept in words of 32 bits: a Uint8Array of its own takes 250 bytes, and longer to make than the
 * text to parse.
 */
export class Prefix {
  readonly length: number
  /** Bytes of its address: 4 or 16; 0 for `default`. */
  readonly size: number
  /** The first 4 bytes. */
  readonly word: number
  /** The other 12, where there are 16. */
  readonly rest: Rest | undefined

  constructor(length: number, size: number, word: number, rest: Rest | undefined) {
    this.length = length
    this.size = size
    this.word = word
    this.rest = rest
  }

  /** AF_INET or AF_INET6; `undefined` for `default`. */
  get family(): number | undefined {
    return this.size === 4 ? AF_INET : this.size === 16 ? AF_INET6 : undefined
  }

  /** Itself, as the encoder takes an address; `undefined` for `default`. */
  get address(): Prefix | undefined {
    return this.size === 0 ? undefined : this
  }

  /** The address; `undefined` for `default`. */
  get bytes(): Uint8Array | undefined {
    if (this.size === 0) return undefined
    const bytes = new Uint8Array(this.size)
    this.write(new DataView(bytes.buffer), 0)
    return bytes
  }

  /** Writes the bytes of the address. */
  write(view: DataView, at: number): void {
    view.setInt32(at, this.word, false)
    this.rest?.write(view, at + 4)
  }
}

/** The second, third and fourth word of an IPv6 address. */
class Rest {
  readonly #second = twoGroups(2)
  readonly #third = twoGroups(4)
  readonly #fourth = twoGroups(6)

  write(view: DataView, at: number): void {
    view.setInt32(at, this.#second, false)
    view.setInt32(at + 4, this.#third, false)
    view.setInt32(at + 8, this.#fourth, false)
  }
}

/** Makes an IPv6 prefix of the address that was read last. */
function prefix6(length: number): Prefix {
  return new Prefix(length, 16, twoGroups(0), new Rest())
}

/** `default`: length 0, no address. */
export const defaultPrefix = new Prefix(0, 0, 0, undefined)

const AF_INET = 2
const AF_INET6 = 10

/**
 * Parses `192.0.2.0/24`, an address alone (a host prefix), or `default` (length 0, no bytes). Host bits are kept as given;
 * `undefined` for anything else, lengths beyond the family's included.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const word = ip4At(text)
  if (stop >= 0) {
    const length = lengthAt(text, stop, 32)
    return length < 0 ? undefined : new Prefix(length, 4, word, undefined)
  }
  if (text === 'default') return defaultPrefix
  ip6At(text)
  const length = stop < 0 ? -1 : lengthAt(text, stop, 128)
  return length < 0 ? undefined : prefix6(length)
}

/** Parses an address alone, as the host prefix that it is. */
export function parseHost(text: string): Prefix | undefined {
  const word = ip4At(text)
  if (stop === text.length) return new Prefix(32, 4, word, undefined)
  if (stop < 0) ip6At(text)
  return stop === text.length ? prefix6(128) : undefined
}

/** Reads the `/24` that may follow an address at `at`; without it the length is `most`, and −1 for what is no length. */
function lengthAt(text: string, at: number, most: number): number {
  const digits = text.length - at - 1
  if (digits < 0) return most
  if (digits === 0 || digits > 3 || (digits > 1 && text.charCodeAt(at + 1) === ZERO)) return -1
  let length = 0
  for (let index = at + 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < ZERO || code > NINE) return -1
    length = 10 * length + code - ZERO
  }
  return length <= most ? length : -1
}

/** Parses an endpoint id, alone or behind its network. */
export function parseEndpoint(text: string): Uint8Array | undefined {
  const [, network, endpoint] = /^(?:(\d{1,10}):)?(\d{1,3})$/.exec(text) ?? []
  if (endpoint === undefined || Number(endpoint) > 255) return undefined
  if (network === undefined) return Uint8Array.of(Number(endpoint))
  if (Number(network) > 0xffffffff) return undefined
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setUint32(0, Number(network), le)
  bytes[4] = Number(endpoint)
  return bytes
}
