/** Text of IPv4, IPv6 and link-layer addresses; `address.ts` parses it. IPv6 text is what glibc's inet_ntop (and so `ip`) prints. */
import { littleEndian } from '../../wire/endian.js'
import { hexText } from './hex-text.js'
import { Recent, RecentLong, texts } from './shared-text.js'

const le = littleEndian

const dotted = (value: number): string => `${value >> 8}.${value & 255}`
const hexed = (value: number): string => `${hex8(value >> 8)}:${hex8(value & 255)}`

/** Texts of the numbers of one byte, each made when it is first seen: all of them at once took 0.2 ms of every start. */
type ByteTexts = (string | undefined)[]

const byteTexts = (): ByteTexts => new Array<string | undefined>(256).fill(undefined)

function kept(table: ByteTexts, value: number, text: string): string {
  table[value] = text
  return text
}

// A function for each: one for all tables (`texts`) is not inlined, and a decoded route costs 80 ns more.
const octets = byteTexts()
const octet = (value: number): string => octets[value] ?? kept(octets, value, String(value))
const octetHosts = byteTexts()
const octetHost = (value: number): string => octetHosts[value] ?? kept(octetHosts, value, `${value}/32`)
const slashes = byteTexts()
const slash = (length: number): string => slashes[length] ?? kept(slashes, length, `/${length}`)
const hexes = byteTexts()
const hex8 = (value: number): string => hexes[value] ?? kept(hexes, value, value.toString(16).padStart(2, '0'))

// A decoded route costs 41 ns with these, 66 ns when its texts are made of four numbers and a length; what is not made is not
// collected either.
const ip4First = texts(value => `${dotted(value)}.`)
const ip4Second = texts(dotted)
const ip4SecondHost = texts(value => `${dotted(value)}/32`)
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
const recent6 = new RecentLong()
const ip6Pairs = new Recent()
const broadcast = 'ff:ff:ff:ff:ff:ff'

// By which of the eight groups are zero, the first in the highest bit; each is found when it is first seen.
const NO_RUN = 255
const zeroRuns = new Uint8Array(256)

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
    front === undefined ? ip4First(word >>> 16) + ip4Second(word & 0xffff) : front + octet(word & 255),
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
  const a = wordAt(bytes, at)
  const b = wordAt(bytes, at + 4)
  const c = wordAt(bytes, at + 8)
  const d = wordAt(bytes, at + 12)
  return recent6.get(a, b, c, d) ?? recent6.put(a, b, c, d, ip6WordsText(a, b, c, d))
}

/** Formats an IPv6 address that is not expected to repeat. */
function ip6Fresh(bytes: Uint8Array, at: number): string {
  return ip6WordsText(wordAt(bytes, at), wordAt(bytes, at + 4), wordAt(bytes, at + 8), wordAt(bytes, at + 12))
}

/** Formats an IPv6 address in four words of 32 bits. */
function ip6WordsText(a: number, b: number, c: number, d: number): string {
  const mask = (zeros(a) << 6) | (zeros(b) << 4) | (zeros(c) << 2) | zeros(d)
  const run = zeroRuns[mask] || zeroRun(mask)
  if (run === NO_RUN) return ip6Two(a) + ip6Two(b) + ip6Two(c) + ip6GroupColon(d >>> 16) + ip6Group(d & 0xffff)
  const begin = run >> 4
  const end = run & 15
  if (begin === 0 && end === 6) return `::${ip4WordText(d)}`
  if (begin === 0 && end === 5 && (c & 0xffff) === 0xffff) return `::ffff:${ip4WordText(d)}`
  let text = begin === 0 ? ':' : begin === 1 ? ip6GroupColon(a >>> 16) : ip6Two(a)
  if (begin > 2) text += begin === 3 ? ip6GroupColon(b >>> 16) : ip6Two(b)
  if (begin > 4) text += begin === 5 ? ip6GroupColon(c >>> 16) : ip6Two(c)
  text += ':'
  if (end < 4) text += end === 2 ? ip6Two(b) : ip6GroupColon(b & 0xffff)
  if (end < 6) text += end === 5 ? ip6GroupColon(c & 0xffff) : ip6Two(c)
  if (end < 7) text += ip6GroupColon(d >>> 16)
  return end < 8 ? text + ip6Group(d & 0xffff) : text
}

/** Gives `2001:db8:`, which many addresses share, for its 32 bits. */
function ip6Two(word: number): string {
  return ip6Pairs.get(word) ?? ip6Pairs.put(word, ip6GroupColon(word >>> 16) + ip6GroupColon(word & 0xffff))
}

/** Tells in two bits which groups of a word are zero, the first in the higher. */
function zeros(word: number): number {
  return (word >>> 16 === 0 ? 2 : 0) | ((word & 0xffff) === 0 ? 1 : 0)
}

/** Finds the groups that `::` stands for, the first of the longest runs of two and more (where they begin in the higher 4 bits, and end), and notes them. */
function zeroRun(mask: number): number {
  let best = NO_RUN
  let longest = 1
  let length = 0
  for (let group = 0; group < 8; group++) {
    length = ((mask >> (7 - group)) & 1) === 1 ? length + 1 : 0
    if (length <= longest) continue
    longest = length
    best = ((group - length + 1) << 4) | (group + 1)
  }
  zeroRuns[mask] = best
  return best
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

/** Formats a prefix: `192.0.2.0/24`. */
export function prefixText(bytes: Uint8Array, at: number, length: number, prefix: number): string {
  if (length === 4) return prefix4Text(wordAt(bytes, at), prefix)
  const address = length === 16 ? ip6Fresh(bytes, at) : ipText(bytes, at, length)
  return address + slash(prefix)
}

/** Formats an IPv4 prefix, its address in 32 bits as `ip4WordText` takes it. */
export function prefix4Text(word: number, prefix: number): string {
  if (prefix !== 32) return ip4First(word >>> 16) + ip4Second(word & 0xffff) + slash(prefix)
  const front = ip4FrontOf(word >>> 8)
  return front === undefined ? ip4First(word >>> 16) + ip4SecondHost(word & 0xffff) : front + octetHost(word & 255)
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
    if (front !== undefined) return front + hex8(third & 255)
    const shorter = macFront4.get(four) ?? macFront4.put(four, macPairColon(first) + macPairColon(second))
    if (macFront5.again(five)) macFront5.hold(five, `${shorter}${hex8(third >> 8)}:`)
    return shorter + macPair(third)
  }
  return hexText(bytes, at, length, ':')
}
