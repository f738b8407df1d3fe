import { readdirSync, readFileSync } from 'node:fs'
import type { Attr, AttrSet } from '../../src/codec/table.js'
import { decodeMessage, type Message, messages } from '../../src/codec.js'
import { messageCodec } from '../../src/objects/protocol.js'

/** A command of iproute2 and the request that it sent. */
export interface Vector {
  readonly section: string
  readonly command: string
  readonly message: string
  readonly links: Readonly<Record<string, number>>
  readonly expect: Readonly<Record<string, unknown>>
  readonly hex: string
}

/** A dump as the kernel sent it, and what iproute2 says of the same namespace. */
export interface DumpVector {
  readonly dump: string
  readonly request: string
  readonly datagrams: readonly string[]
  readonly json: Readonly<Record<string, readonly Record<string, unknown>[]>>
}

/** Reads a file beside the vector tests. */
export function vectorFile<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')) as T
}

/** Gives the dumps of every captured namespace, by the file that they stand in. */
export function dumpVectors(): ReadonlyMap<string, readonly DumpVector[]> {
  const names = readdirSync(new URL('../vectors/dumps/', import.meta.url)).sort()
  return new Map(names.map(name => [name.replace(/\.json$/, ''), vectorFile<DumpVector[]>(`dumps/${name}`)]))
}

/** Gives every captured command, by the file that it stands in. */
export function requestVectors(): ReadonlyMap<string, readonly Vector[]> {
  const names = readdirSync(new URL('../vectors/requests/', import.meta.url)).sort()
  return new Map(names.map(name => [name.replace(/\.json$/, ''), vectorFile<Vector[]>(`requests/${name}`)]))
}

/** Gives the bytes of hex text. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], byte => Number.parseInt(byte, 16))
}

/** Gives the hex text of bytes. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Gives the data messages of a dump, each as its own bytes. */
export function dumpMessages(dump: DumpVector): Uint8Array[] {
  return dump.datagrams.flatMap(datagram =>
    [...messages(fromHex(datagram))].filter(message => message.type >= 16).map(message => message.bytes),
  )
}

type Dict = Readonly<Record<string, unknown>>

/** Lists what was not understood: `path:type` for each `$unknown`, `path:tail` for bytes behind a struct. */
export function unknownsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === '$unknown' || key === '$linkinfo')
      return (item as { type: number }[]).map(({ type }) => `${path}${type}`)
    if (key === '$tail') return [`${path}tail`]
    return unknownsOf(item, Array.isArray(value) ? path : `${path}${key}.`)
  })
}

/** Finds a value by the path of a vector, spelled as there: `5n` for 64 bits, `0x…` for bytes. */
export function valueAt(message: Message, path: string): unknown {
  const header = path.startsWith('header.')
  let value: unknown = header ? message.header : message.attrs
  for (const key of (header ? path.slice(7) : path).split('.')) value = (value as Dict | undefined)?.[key]
  if (value instanceof Uint8Array) return `0x${toHex(value)}`
  return typeof value === 'bigint' ? `${value}n` : value
}

/** Copies a message with all padding between attributes and all behind the NUL of a string zero, and tells whether any was not. */
export function zeroPadding(bytes: Uint8Array): { bytes: Uint8Array; dirty: boolean } {
  const out = bytes.slice()
  const message = decodeMessage(bytes)
  const codec = messageCodec(message.type, message.flags)
  padSet(codec.set, out, 16 + Math.ceil(codec.header.size / 4) * 4, out.length, message.attrs as Dict)
  return { bytes: out, dirty: toHex(out) !== toHex(bytes) }
}

function padSet(
  set: AttrSet | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
  value: Dict | undefined,
): void {
  const view = new DataView(bytes.buffer)
  const seen = new Map<number, number>()
  for (let at = start; end - at >= 4; ) {
    const length = view.getUint16(at, true)
    if (length < 4) return
    const id = view.getUint16(at + 2, true) & 0x3fff
    const stop = at + length
    const next = at + Math.ceil(length / 4) * 4
    bytes.fill(0, stop, next)
    const attr = set?.byId(id)
    const field = attr === undefined ? undefined : value?.[attr.name]
    const nth = seen.get(id) ?? 0
    seen.set(id, nth + 1)
    const inner = (Array.isArray(field) ? field[nth] : field) as Dict | undefined
    if (attr?.type === 'string') bytes.fill(0, textEnd(bytes, at + 4, stop), stop)
    if (attr?.type === 'indexed') padElements(attr, bytes, at + 4, stop, field as readonly Dict[])
    if (attr?.type === 'nest') padSet(attr.set, bytes, at + 4 + (attr.header?.size ?? 0), stop, inner)
    else if (attr?.type === 'sub') {
      const format = attr.sub?.byName(String(inner?.['kind']))
      if (format?.set !== undefined)
        padSet(format.set, bytes, at + 4 + Math.ceil((format.header?.size ?? 0) / 4) * 4, stop, inner)
    }
    at = next
  }
}

function textEnd(bytes: Uint8Array, start: number, end: number): number {
  const at = bytes.subarray(start, end).indexOf(0)
  return at < 0 ? end : start + at
}

function padElements(attr: Attr, bytes: Uint8Array, start: number, end: number, values: readonly Dict[]): void {
  const view = new DataView(bytes.buffer)
  let at = start
  for (const value of values) {
    const stop = at + view.getUint16(at, true)
    const next = Math.min(end, start + Math.ceil((stop - start) / 4) * 4)
    bytes.fill(0, stop, next)
    if (attr.elem?.type === 'nest') padSet(attr.elem.set, bytes, at + 4, stop, value)
    at = next
  }
}
