// Every attribute that a captured message holds, damaged in every way that its length and bytes can be, and every value of such a
// message replaced by what it cannot be. Mutations of random messages (test/property) seldom hit one attribute in one way.
import { describe, expect, test } from 'vitest'
import { attrPathOf, stepsTo } from '../../src/codec/path.js'
import { decodeMessage, encodeMessage, type Message, NetlinkError } from '../../src/codec.js'
import { annotate } from '../../src/inspect/annotate.js'
import { messageCodec } from '../../src/objects/protocol.js'
import { fuzzOne } from '../../src/testing.js'
import { littleEndian as le } from '../../src/wire/endian.js'
import { viewOf } from '../../src/wire/nlmsghdr.js'
import { dumpMessages, dumpVectors, fromHex, requestVectors, toHex } from '../support/vector-bytes.js'

const captured = [
  ...[...requestVectors().values()].flat().map(({ hex }) => fromHex(hex)),
  ...[...dumpVectors().values()].flat().flatMap(dumpMessages),
].sort((a, b) => a.length - b.length)

/** The captured messages by type, short ones first. */
const byType = new Map<string, Uint8Array[]>()
for (const bytes of captured) {
  const { type, flags } = decodeMessage(bytes)
  const { name } = messageCodec(type, flags)
  byType.set(name, [...(byType.get(name) ?? []), bytes])
}
const types = [...byType].sort(([a], [b]) => (a < b ? -1 : 1))

const codecFor = (bytes: Uint8Array) => {
  const { type, flags } = decodeMessage(bytes)
  return messageCodec(type, flags)
}

/** The attributes of a message: where their headers lie, and the way to them. */
function attributesOf(bytes: Uint8Array): { readonly at: number; readonly path: string }[] {
  const codec = codecFor(bytes)
  return annotate(codec, bytes)
    .filter(({ text }) => text.startsWith('nla_len '))
    .map(({ at }) => ({ at, path: attrPathOf(stepsTo(codec, bytes, at)).replace(/\[\d+\]/g, '') }))
}

/** Damages the attribute at an offset: wrong lengths, shorter payloads with and without what follows, other bytes. */
function damaged(bytes: Uint8Array, at: number): Uint8Array[] {
  const length = viewOf(bytes).getUint16(at, le)
  const lengths = new Set([0, 3, 4, 6, 8, length - 4, length - 1, length + 1])
  const found: Uint8Array[] = []
  for (const claim of lengths) {
    if (claim < 0 || claim === length) continue
    const copy = bytes.slice()
    viewOf(copy).setUint16(at, claim, le)
    found.push(copy)
  }
  for (const byte of [0, 0xff]) found.push(bytes.slice().fill(byte, at + 4, at + length))
  // Cut off in the middle of it: the message ends there, and so do the nests around it.
  for (const end of [at + 2, at + 5, at + length - 1]) {
    if (end > bytes.length) continue
    const copy = bytes.slice(0, end)
    viewOf(copy).setUint32(0, end, le)
    found.push(copy)
  }
  return found
}

describe('attributes', () => {
  test.each(types)('of %s, damaged', (_name, messages) => {
    const seen = new Set<string>()
    for (const bytes of messages) {
      for (const { at, path } of attributesOf(bytes)) {
        if (seen.has(path)) continue
        seen.add(path)
        for (const bad of damaged(bytes, at)) {
          try {
            fuzzOne(bad)
          } catch (error) {
            throw new Error(`${path} at ${at}: ${toHex(bad)}`, { cause: error })
          }
        }
      }
    }
    expect(messages.length).toBeGreaterThan(0)
  })
})

type Path = readonly (string | number)[]

/** The ways to all values within a value, containers included. */
function* pathsIn(value: unknown, path: Path = []): Iterable<Path> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  for (const key of Object.keys(value)) {
    if (key.startsWith('$')) continue
    const step = Array.isArray(value) ? Number(key) : key
    yield* pathsIn((value as Record<string, unknown>)[key], [...path, step])
  }
}

/** Copies a value with another at the end of a way. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const child = replaced((value as Record<string, unknown>)[key], rest, by)
  return Array.isArray(value) ? value.with(Number(key), child) : { ...(value as object), [key]: child }
}

const strange: readonly unknown[] = [
  null,
  true,
  false,
  -1,
  1.5,
  2 ** 32,
  -(2n ** 63n) - 1n,
  2n ** 64n,
  '',
  'no such thing',
  [],
  [null],
  [[]],
  ['x'],
  {},
  { x: 1 },
  new Uint8Array(3),
  new Uint8Array(70_000),
  Symbol('x'),
]

describe('values', () => {
  test.each(types)('of %s, replaced by what they cannot be', (_name, messages) => {
    const seen = new Set<string>()
    for (const bytes of messages) {
      const message = decodeMessage(bytes)
      for (const part of ['attrs', 'header'] as const) {
        for (const path of pathsIn(message[part])) {
          const key = `${part} ${path.filter(step => typeof step === 'string').join('.')}`
          if (seen.has(key)) continue
          seen.add(key)
          for (const by of strange) rejectsOrWrites({ ...message, [part]: replaced(message[part], path, by) }, path, by)
        }
      }
    }
  })
})

/** What is encoded stays the same from then on; what cannot be is refused with one error, and the place. */
function rejectsOrWrites(message: Message, path: Path, by: unknown): void {
  let bytes: Uint8Array
  try {
    bytes = encodeMessage(message)
  } catch (error) {
    // What selects a format is refused where the format is.
    const roots = [...Object.keys(message.attrs ?? {}), ...Object.keys(message.header ?? {})]
    const known = NetlinkError.is(error) && error.code === 'ERR_NETLINK_BAD_VALUE'
    if (known && roots.includes((error.attrPath ?? error.fieldPath ?? '').split(/[.[(]/)[0] ?? '')) return
    throw new Error(`${path.join('.')} = ${String(typeof by === 'symbol' ? 'a symbol' : by)}`, { cause: error })
  }
  const again = encodeMessage(decodeMessage(bytes))
  if (toHex(again) !== toHex(encodeMessage(decodeMessage(again)))) throw new Error(`${path.join('.')}: not stable`)
}
