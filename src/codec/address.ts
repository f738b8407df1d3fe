/** Text of IPv4, IPv6 and link-layer addresses, both ways. IPv6 text is what glibc's inet_ntop (and so `ip`) prints. */
import { littleEndian } from '../wire/endian.js'
import { Recent, texts } from './shared-text.js'

const le = littleEndian

const dotted = (value: number): string => `${value >> 8}.${value & 255}`
const hexed = (value: number): string => `${hex8[value >> 8]}:${hex8[value & 255]}`
const hex8: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))
const slashes: readonly string[] = Array.from({ length: 256 }, (_, length) => `/${length}`)

// A decoded route costs 41 ns with these, 66 ns when its texts are made of four numbers and a length; what is not made is not
// collected either.
const ip4First = texts(value => `${dotted(value)}.`)
const ip4Second = texts(dotted)
const ip4SecondHost = texts(value => `${dotted(value)}/32`)
const octets: readonly string[] = Array.from({ length: 256 }, (_, value) => String(value))
const octetHosts = octets.map(octet => `${octet}/32`)
const ip6Group = texts(value => value.toString(16))
const ip6GroupColon = texts(value => `${value.toString(16)}:`)
const macPair = texts(hexed)
const macPairColon = texts(value => `${hexed(value)}:`)

// Gateways repeat, and so does all but the last byte of the addresses of one network or of one machine's containers. In the order of
// a hash table (20,000 neighbours) the texts of pairs are in no cache of the processor, those of single bytes are.
const recent = new Recent()
const ip4Front = new Recent()
const macFront4 = new Recent()
const macFront5 = new Recent()
const broadcast = 'ff:ff:ff:ff:ff:ff'

function pair(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (pair(bytes, at) << 16) | pair(bytes, at + 2)
}

/** Formats the 4 bytes at `at`: `192.0.2.1`. */
export function ip4Text(bytes: Uint8Array, at: number): string {
  return ip4WordText(wordAt(bytes, at))
}

/** Formats an IPv4 address in 32 bits, the first byte in the highest. */
export function ip4WordText(word: number): string {
  const known = recent.get(word)
  if (known !== undefined) return known
  const front = ip4FrontOf(word >>> 8)
  return recent.put(
    word,
    front === undefined ? ip4First(word >>> 16) + ip4Second(word & 0xffff) : front + octets[word & 255],
  )
}

/** Gives `192.0.2.`, which begins many addresses, for its 24 bits; `undefined` when it has not been seen lately. */
function ip4FrontOf(key: number): string | undefined {
  return (
    ip4Front.get(key) ?? (ip4Front.again(key) ? ip4Front.hold(key, `${ip4First(key >> 8)}${key & 255}.`) : undefined)
  )
}

/** Formats the 16 bytes at `at`: `2001:db8::1`, IPv4-mapped and compatible ones in dotted form as glibc does. */
export function ip6Text(bytes: Uint8Array, at: number): string {
  let best = -1
  let bestLength = 1
  let run = 0
  for (let group = 0; group < 8; group++) {
    run = bytes[at + 2 * group] === 0 && bytes[at + 2 * group + 1] === 0 ? run + 1 : 0
    if (run > bestLength) {
      bestLength = run
      best = group - run + 1
    }
  }
  const mapped = best === 0 && bestLength === 5 && bytes[at + 10] === 255 && bytes[at + 11] === 255
  if (mapped || (best === 0 && bestLength === 6)) return (mapped ? '::ffff:' : '::') + ip4Text(bytes, at + 12)
  let text = ''
  for (let group = 0; group < 8; group++) {
    if (group === best) {
      text += group === 0 ? '::' : ':'
      group += bestLength - 1
    } else text += (group < 7 ? ip6GroupColon : ip6Group)(pair(bytes, at + 2 * group))
  }
  return text
}

/**
 * Formats an address of 4, 16 or no bytes, or an endpoint id of MCTP: 1 byte (`8`), or 8 with its network in front (`1:8`,
 * struct mctp_fq_addr). The caller has checked the length.
 */
export function ipText(bytes: Uint8Array, at: number, length: number): string {
  if (length === 4) return ip4Text(bytes, at)
  if (length === 16) return ip6Text(bytes, at)
  if (length === 0) return ''
  const endpoint = String(bytes[at + (length === 8 ? 4 : 0)] ?? 0)
  return length === 8 ? `${new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, le)}:${endpoint}` : endpoint
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

/** Formats a prefix: `192.0.2.0/24`. */
export function prefixText(bytes: Uint8Array, at: number, length: number, prefix: number): string {
  return length === 4 ? prefix4Text(wordAt(bytes, at), prefix) : ipText(bytes, at, length) + (slashes[prefix] ?? '')
}

/** Formats an IPv4 prefix, its address in 32 bits as `ip4WordText` takes it. */
export function prefix4Text(word: number, prefix: number): string {
  if (prefix !== 32) return ip4First(word >>> 16) + ip4Second(word & 0xffff) + (slashes[prefix] ?? '')
  const front = ip4FrontOf(word >>> 8)
  return front === undefined ? ip4First(word >>> 16) + ip4SecondHost(word & 0xffff) : front + octetHosts[word & 255]
}

/** Formats a link-layer address of any length: `02:00:00:00:00:01`. */
export function macText(bytes: Uint8Array, at: number, length: number): string {
  if (length === 6) {
    const first = pair(bytes, at)
    const second = pair(bytes, at + 2)
    const third = pair(bytes, at + 4)
    // Nearly every link has one.
    if ((first & second & third) === 0xffff) return broadcast
    const four = (first << 16) | second
    const five = four * 256 + (third >> 8)
    const front = macFront5.get(five)
    if (front !== undefined) return front + hex8[third & 255]
    const shorter = macFront4.get(four) ?? macFront4.put(four, macPairColon(first) + macPairColon(second))
    if (macFront5.again(five)) macFront5.hold(five, `${shorter}${hex8[third >> 8]}:`)
    return shorter + macPair(third)
  }
  return hexText(bytes, at, length, ':')
}

/** Gives bytes as lower-case hexadecimal digits. */
export function hexText(bytes: Uint8Array, at = 0, length = bytes.length - at, between = ''): string {
  let text = ''
  for (let index = 0; index < length; index++) {
    if (index > 0) text += between
    text += hex8[bytes[at + index] ?? 0]
  }
  return text
}

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
  return ip6Until(text, text.length)
}

/** Parses what stands in front of `length`, where the text ends or a slash is. */
function ip6Until(text: string, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(16)
  let gap = text.startsWith('::') ? 0 : -1
  let written = 0
  let at = gap === 0 ? 2 : 0
  while (at < length || gap < 0) {
    const start = at
    let value = 0
    for (let digit = hexDigit(text, at); digit >= 0 && at - start < 5; digit = hexDigit(text, at)) {
      value = 16 * value + digit
      at++
    }
    if (text.charCodeAt(at) === DOT) {
      // The last 4 bytes may be written as an IPv4 address.
      const dotted = written <= 12 ? parseIp4(text.slice(start, length)) : undefined
      if (dotted === undefined) return undefined
      bytes.set(dotted, written)
      written += 4
      break
    }
    if (at === start || at - start > 4) return undefined
    bytes[written++] = value >> 8
    bytes[written++] = value & 255
    if (at === length) break
    if (text.charCodeAt(at++) !== COLON || at === length) return undefined
    if (text.charCodeAt(at) !== COLON) continue
    if (gap >= 0) return undefined
    gap = written
    at++
  }
  if (gap < 0) return written === 16 ? bytes : undefined
  // `::` stands for one group of zeros or more.
  if (written > 14) return undefined
  for (let from = written - 1, to = 15; from >= gap; from--, to--) {
    bytes[to] = bytes[from] ?? 0
    bytes[from] = 0
  }
  return bytes
}

/** Gives the value of the hexadecimal digit at `at`, −1 when there is none. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at)
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
    const high = hexDigit(text, from)
    const low = hexDigit(text, from + 1)
    if (high < 0 || low < 0 || (from + 2 < text.length && text.charCodeAt(from + 2) !== COLON)) return false
    bytes[to] = 16 * high + low
  }
  return true
}

/**
 * A prefix taken apart. An IPv4 address is kept as 32 bits: a Uint8Array of its own takes 250 bytes, and longer to make than the
 * text to parse.
 */
export class Prefix {
  readonly length: number
  /** Bytes of its address: 4 or 16; 0 for `default`. */
  readonly size: number
  /** The address when it has 4 bytes. */
  readonly word: number
  /** The address when it has 16. */
  readonly long: Uint8Array | undefined

  constructor(length: number, size: number, word: number, long: Uint8Array | undefined) {
    this.length = length
    this.size = size
    this.word = word
    this.long = long
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
    return this.size === 4 ? bytesOf(this.word) : this.long
  }
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
  const slash = text.indexOf('/')
  const end = slash < 0 ? text.length : slash
  const bytes = ip6Until(text, end)
  const length = lengthAt(text, end, 128)
  return bytes === undefined || length < 0 ? undefined : new Prefix(length, 16, 0, bytes)
}

/** Parses an address alone, as the host prefix that it is. */
export function parseHost(text: string): Prefix | undefined {
  const word = ip4At(text)
  if (stop === text.length) return new Prefix(32, 4, word, undefined)
  const bytes = stop >= 0 ? undefined : parseIp6(text)
  return bytes === undefined ? undefined : new Prefix(128, 16, 0, bytes)
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
