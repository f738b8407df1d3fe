/**
 * Strings of attributes: bytes up to the first NUL, UTF-8. Bytes that are not UTF-8 map to U+DC80–DCFF and back, since the
 * kernel takes any byte in an interface name.
 */
import { Recent, texts } from './shared-text.js'

let decoder: InstanceType<typeof TextDecoder> | undefined
const encoder = new TextEncoder()
const plain = /^[!-~]*$/
const escapes = /[\udc80-\udcff]/
const loneSurrogate = /[\ud800-\udfff]/u

/** Decodes the text of `length` bytes at `start`, up to the first NUL. */
export function readText(bytes: Uint8Array, start: number, length: number): string {
  const limit = start + length
  let end = start
  let high = 0
  let hash = 0
  while (end < limit) {
    const byte = bytes[end] ?? 0
    if (byte === 0) break
    high |= byte
    hash = (Math.imul(hash, 31) + byte) | 0
    end++
  }
  // Names of links and kinds are short and ASCII: building them beats TextDecoder up to about a dozen bytes.
  if (high < 0x80 && end - start <= SHORT) {
    const known = recent.get(hash)
    if (known !== undefined && holds(known, bytes, start, end)) return known
    return recent.put(hash, shortText(bytes, start, end))
  }
  const part = bytes.subarray(start, end)
  return high < 0x80 ? decoded(part) : decodeEscaped(part)
}

const SHORT = 12
const recent = new Recent()
const twoCharacters = texts(pair => String.fromCharCode(pair >> 8, pair & 255))

function holds(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let at = start; at < end; at++) if (text.charCodeAt(at - start) !== bytes[at]) return false
  return true
}

function shortText(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let at = start
  for (; end - at >= 2; at += 2) text += twoCharacters(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0))
  return at < end ? text + String.fromCharCode(bytes[at] ?? 0) : text
}

function decoded(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return decoder.decode(bytes)
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = ''
  let from = 0
  let at = 0
  while (at < bytes.length) {
    const size = sequenceLength(bytes, at)
    at += size
    if (size > 0) continue
    text += decoded(bytes.subarray(from, at)) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
    from = ++at
  }
  return text + decoded(bytes.subarray(from))
}

/**
 * Gives the length of the valid UTF-8 sequence at `at`, 0 when there is none (table 3-7 of the Unicode standard). TextDecoder would tell
 * by an error, which takes 8 µs: 64 KB of broken names took half a second.
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  const second = bytes[at + 1] ?? 0
  if (lead < 0xc2 || lead > 0xf4) return 0
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  if (lead < 0xe0) return 2
  if (!continues(bytes[at + 2])) return 0
  return lead < 0xf0 ? 3 : continues(bytes[at + 3]) ? 4 : 0
}

const continues = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Gives the bytes of text as most is, short and plain; `undefined` for other. */
export function plainLength(text: string): number | undefined {
  return text.length <= 16 && plain.test(text) ? text.length : undefined
}

// Names are short and ASCII: 50 ns instead of TextEncoder's 400.
function plainBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** Encodes text, without a NUL; gives `undefined` where it holds a NUL or half a surrogate pair. */
export function textBytes(text: string): Uint8Array | undefined {
  if (plainLength(text) !== undefined) return plainBytes(text)
  if (text.includes('\0')) return undefined
  if (!escapes.test(text)) return loneSurrogate.test(text) ? undefined : encoder.encode(text)
  const out: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00)
    else if (code >= 0xd800 && code <= 0xdfff) return undefined
    else out.push(...encoder.encode(character))
  }
  return Uint8Array.from(out)
}
