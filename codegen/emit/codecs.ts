import type { File } from './program.js'

/** A hand-written codec, for an attribute that tables cannot describe. */
interface HandWritten {
  /** Its file in src, without `.ts`. */
  readonly file: string
  /** TypeScript types of its values, as read and as written. */
  readonly read: string
  readonly write: string
  /** Which of them that file exports. */
  readonly imports: readonly string[]
}

const codecs: Readonly<Record<string, HandWritten>> = {
  via: { file: 'codec/codecs', read: 'Via', write: 'Via', imports: ['Via'] },
  rtnexthop: {
    file: 'objects/route/codecs/multipath',
    read: 'Nexthop[]',
    write: 'readonly NexthopSpec[]',
    imports: [],
  },
  'mpls-labels': { file: 'codec/codecs', read: 'string', write: 'string', imports: [] },
  'seg6-srh': {
    file: 'objects/route/codecs/segment-routing',
    read: 'Seg6Srh',
    write: 'Seg6SrhSpec',
    imports: ['Seg6Srh', 'Seg6SrhSpec'],
  },
  'seg6-srh-raw': {
    file: 'objects/route/codecs/segment-routing',
    read: 'SegmentRoutingHeader',
    write: 'SegmentRoutingHeaderSpec',
    imports: ['SegmentRoutingHeader', 'SegmentRoutingHeaderSpec'],
  },
  'rpl-srh': { file: 'objects/route/codecs/segment-routing', read: 'RplSrh', write: 'RplSrh', imports: ['RplSrh'] },
  'ioam6-trace': {
    file: 'objects/route/codecs/segment-routing',
    read: 'Ioam6Trace',
    write: 'Ioam6TraceSpec',
    imports: ['Ioam6Trace', 'Ioam6TraceSpec'],
  },
  'dcb-app-trust': {
    file: 'objects/dcb/codecs',
    read: 'DcbSelector[]',
    write: 'readonly DcbSelector[]',
    imports: ['DcbSelector'],
  },
  'pedit-sel': {
    file: 'objects/tc/action/codecs/pedit',
    read: 'PeditSel',
    write: 'PeditSelSpec',
    imports: ['PeditSel', 'PeditSelSpec'],
  },
  'sock-filter': {
    file: 'objects/tc/action/codecs/pedit',
    read: 'SockFilter[]',
    write: 'readonly SockFilter[]',
    imports: ['SockFilter'],
  },
  'u16-or-flag': {
    file: 'objects/tc/action/codecs/pedit',
    read: 'number | true',
    write: 'number | boolean',
    imports: [],
  },
  'u32-or-u64': { file: 'codec/codecs', read: 'number', write: 'number', imports: [] },
  'u32-or-flag': {
    file: 'objects/tc/action/codecs/pedit',
    read: 'number | true',
    write: 'number | boolean',
    imports: [],
  },
  'mdb-addr': { file: 'objects/bridge/mdb/codecs', read: 'string', write: 'string', imports: [] },
  'inet-conf': {
    file: 'objects/link/codecs',
    read: 'readonly number[]',
    write: 'readonly (number | undefined)[] | Ipv4DevconfSpec',
    imports: [],
  },
  'flag-or-u8': { file: 'codec/codecs', read: 'boolean', write: 'boolean', imports: [] },
  'u32-sel': {
    file: 'objects/tc/filter/codecs',
    read: 'TcU32Sel',
    write: 'TcU32SelSpec',
    imports: ['TcU32Sel', 'TcU32SelSpec'],
  },
  'u32-pcnt': { file: 'objects/tc/filter/codecs', read: 'TcU32Pcnt', write: 'TcU32Pcnt', imports: ['TcU32Pcnt'] },
  'ematch-list': {
    file: 'objects/tc/ematch/codecs/list',
    read: 'Ematch[]',
    write: 'readonly EmatchSpec[]',
    imports: ['Ematch', 'EmatchSpec'],
  },
}

/** Gives what is known of the codec that a model names. */
function codecOf(ref: string | undefined): HandWritten {
  const found = codecs[ref ?? '']
  if (found === undefined) throw new Error(`codegen/emit/codecs.ts has no codec ${ref}`)
  return found
}

/** `mpls-labels` → `mplsLabels`. */
function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** Imports a codec; gives its name. */
export function useCodec(file: File, ref: string | undefined): string {
  return file.use(`${codecOf(ref).file}.js`, camel(ref ?? ''))
}

/** Imports a codec's types for the text of one of them, which it gives. */
export function useCodecType(file: File, ref: string | undefined, way: 'read' | 'write'): string {
  const codec = codecOf(ref)
  const text = codec[way]
  for (const name of codec.imports) if (new RegExp(`\\b${name}\\b`).test(text)) file.use(`${codec.file}.js`, name, true)
  return text
}
