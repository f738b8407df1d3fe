import type { Attribute, Member } from '../model.js'
import type { DecodeEmitter } from './decode.js'
import type { ObjectSpec } from './object-specs.js'
import type { Entity } from './program.js'

/** What a decoder reads first: members of the header and fields that are always there, with their values at `o`. */
type First = readonly (readonly [name: string, value: string])[]

/**
 * The attributes that messages of an object have in a dump, by C name and in the order in which the kernel puts them: all of them, or
 * perhaps those with a question mark. `alike` are names in one word of the header that rows mostly share with the row before (2 % of a
 * dump of routes).
 */
interface FastPath {
  readonly inet: readonly string[]
  readonly inet6: readonly string[]
  readonly alike: readonly string[]
}

const neighbour = ['NDA_DST', 'NDA_LLADDR?', 'NDA_PROBES', 'NDA_CACHEINFO']

const fastPath: Readonly<Record<string, FastPath>> = {
  // inet_fill_ifaddr, inet6_fill_ifaddr.
  Addr: {
    inet: ['IFA_ADDRESS', 'IFA_LOCAL', 'IFA_BROADCAST?', 'IFA_LABEL?', 'IFA_PROTO?', 'IFA_FLAGS', 'IFA_CACHEINFO'],
    inet6: ['IFA_ADDRESS', 'IFA_CACHEINFO', 'IFA_FLAGS', 'IFA_PROTO?'],
    alike: ['scope'],
  },
  // fib_dump_info, rt6_fill_node.
  Route: {
    inet: ['RTA_TABLE', 'RTA_DST?', 'RTA_PRIORITY?', 'RTA_PREFSRC?', 'RTA_GATEWAY?', 'RTA_OIF'],
    inet6: ['RTA_TABLE', 'RTA_DST?', 'RTA_PRIORITY', 'RTA_GATEWAY?', 'RTA_OIF', 'RTA_CACHEINFO', 'RTA_PREF'],
    alike: ['protocol', 'scope', 'type'],
  },
  // neigh_fill_info.
  Neigh: { inet: neighbour, inet6: neighbour, alike: ['type'] },
}

/** Tells whether an object has such a decoder. */
export const hasFastPath = (object: ObjectSpec): boolean => fastPath[object.name] !== undefined

const reject = 'return undefined'

/**
 * Emits the decoder of what nearly all messages of a dump are: some attributes of IPv4 or IPv6 in the kernel's order, and no others. One
 * look at each place instead of a loop over attributes: with the loop over messages in io/dump-exchange.ts 1,000 routes take 0.96 of the
 * time, addresses 0.94. Their values wait in variables for a literal that all of them fit: what a literal makes, and what is found to
 * live long, V8 makes where old objects are (100,000 routes that are kept take 0.8 of the time: the collector copies all others twice),
 * and stores of fields one by one are slow where they meet routes of many shapes.
 */
export function emitFastPath(
  emit: DecodeEmitter,
  object: ObjectSpec,
  header: Entity<'struct'>,
  set: Entity<'set'>,
  first: First,
): void {
  const { file } = emit
  const { name } = object
  const names = fastPath[name]
  if (names === undefined) return
  const alike = first.filter(([field]) => names.alike.includes(field))
  file.add(
    'let lastWord: number | undefined',
    ...alike.map(([field]) => `let ${last(field)}: ${name}['${field}']`),
    '',
    '/** Decodes a message that has these attributes in this order and no others, as most have; `undefined` for any other. */',
    `export function usual${name}(b: Uint8Array, v: DataView, o: number, e: number): ${name} | undefined {`,
    // The words that are compared are those of little-endian hosts.
    `  if (!le || e - o < ${header.it.size}) ${reject}`,
    '  const h = v.getUint8(o)',
    `  if (h !== 2) return h === 10 ? inet6${name}(b, v, o, e) : undefined`,
    ...bodyOf(emit, object, header, set, first, names, 'inet'),
    '}',
    '',
    `function inet6${name}(b: Uint8Array, v: DataView, o: number, e: number): ${name} | undefined {`,
    ...bodyOf(emit, object, header, set, first, names, 'inet6'),
    '}',
    '',
  )
}

function bodyOf(
  emit: DecodeEmitter,
  object: ObjectSpec,
  header: Entity<'struct'>,
  set: Entity<'set'>,
  first: First,
  names: FastPath,
  family: 'inet' | 'inet6',
): string[] {
  const size = family === 'inet' ? 4 : 16
  const steps = names[family].map(given => {
    const cName = given.replace('?', '')
    const attr = set.it.attrs.find(candidate => candidate.cName === cName)
    if (attr === undefined) throw new Error(`${object.name}: no attribute ${cName}`)
    return { ...stepOf(emit, object, attr, set, size), optional: given !== cName }
  })
  const read = new Set(steps.map(({ field }) => field))
  const values = new Map(first.map(([field, value]) => [field, inWords(value)]))
  const alike = first.filter(([field]) => names.alike.includes(field))
  const alikeAt = member(header, alike[0]?.[0] ?? '').offset & ~3
  const lengths = new Set(steps.flatMap(({ attr }) => object.prefixes?.[attr.cName] ?? []))
  if (isAddr(object)) lengths.add('prefixlen')
  const constants: [field: string, value: string][] = [...lengths].map(length => [
    length,
    inWords(emit.member(member(header, length), object.family, 'o')),
  ])
  for (const [field, value] of values) {
    if (field === 'family') constants.push([field, `'${family}'`])
    else if (names.alike.includes(field)) constants.push([field, last(field)])
    else if (!read.has(field)) constants.push([field, value])
  }
  const renewed = alike.map(([field]) => `${last(field)} = ${values.get(field)}`)
  const used = [...constants.map(([, value]) => value), ...renewed].join()
  const words = new Set([alikeAt, ...[...used.matchAll(/\bw(\d+)\b/g)].map(([, at]) => Number(at))])
  const there = first.map(([field]) => field)
  const fields = (optional: boolean): string[] =>
    steps
      .filter(step => step.optional === optional && step.field !== '' && !there.includes(step.field))
      .map(step => step.field)
  const lines = [
    // A look at a byte costs as much as one at a word: with addresses as words too, a route takes 0.95 of the time.
    ...[...words].sort((a, b) => a - b).map(at => `const w${at} = v.getInt32(o${at === 0 ? '' : ` + ${at}`}, true)`),
    `if (w${alikeAt} !== lastWord) {`,
    ...[...renewed, `lastWord = w${alikeAt}`].map(line => `  ${line}`),
    '}',
    ...constants.map(([field, value]) => `const ${field} = ${value}`),
    `o += ${header.it.size}`,
    ...steps.flatMap(step => linesOf(object, step)),
    `if (o !== e) ${reject}`,
    ...(lengths.has('dstLen') ? [`if (dst === 'default' && dstLen !== 0) ${reject}`] : []),
    ...combinations(fields(true)).map(present => {
      const literal = `return { ${[...there, ...fields(false), ...present].join(', ')} }`
      return present.length === 0
        ? literal
        : `if (${present.map(field => `${field} !== undefined`).join(' && ')}) ${literal}`
    }),
  ]
  return lines.map(line => `  ${line}`)
}

/** Takes bytes of the header, which are unsigned, out of its words `w0`, `w4`: little-endian ones. */
function inWords(value: string): string {
  return value.replace(/v\.getUint8\(o(?: \+ (\d+))?\)/g, (_, at = '0') => {
    const bits = (Number(at) & 3) * 8
    const word = `w${Number(at) & ~3}`
    return bits === 24 ? `${word} >>> 24` : bits === 0 ? `${word} & 255` : `(${word} >> ${bits}) & 255`
  })
}

const last = (name: string): string => `last${name[0]?.toUpperCase()}${name.slice(1)}`
const isAddr = (object: ObjectSpec): boolean => object.special === 'addr'

/** One look: an attribute with a payload of one length, or of any, and its value when it lies at `o`; `field` is '' when it is only compared. */
interface Step {
  readonly attr: Attribute
  readonly field: string
  readonly size: number | undefined
  readonly value: string
}

function stepOf(emit: DecodeEmitter, object: ObjectSpec, attr: Attribute, set: Entity<'set'>, address: number): Step {
  const { file } = emit
  const field = object.fields?.[attr.cName] ?? attr.name
  const step = (size: number | undefined, value: string): Step => ({
    attr,
    field,
    size,
    value: value.replace(/\bp\b/g, 'o + 4'),
  })
  const word = 'v.getInt32(p, false)'
  if (isAddr(object) && attr.cName === 'IFA_LOCAL') return { ...step(4, ''), field: '' }
  if (isAddr(object) && attr.cName === 'IFA_ADDRESS') {
    const text = file.use('codec/text/address-text.js', address === 4 ? 'prefix4Text' : 'prefixText')
    return {
      ...step(address, address === 4 ? `${text}(${word}, prefixlen)` : `${text}(b, p, 16, prefixlen)`),
      field: 'address',
    }
  }
  const prefix = object.prefixes?.[attr.cName]
  if (prefix !== undefined) {
    const text = file.use('codec/codecs.js', address === 4 ? 'prefix4Field' : 'prefixField')
    return step(address, address === 4 ? `${text}(${word}, ${prefix})` : `${text}(b, p, 16, ${prefix})`)
  }
  const { need, value, sure } = emit.payload(attr, object.family, set)
  if (!sure) throw new Error(`${attr.cName}: what may be malformed is not usual`)
  if (attr.type === 'ip') {
    const text = file.use('codec/text/address-text.js', address === 4 ? 'ip4WordText' : 'ip6Text')
    return step(address, address === 4 ? `${text}(${word})` : `${text}(b, p)`)
  }
  // It is not for traces.
  const of = (size: number): Step => step(size, value.replaceAll('n - 4', String(size)).replace(', t)', ')'))
  if (attr.type === 'mac') return of(6)
  if (need === '') return step(undefined, value)
  const least = /^n >= (\d+)$/.exec(need)?.[1]
  if (least === undefined) throw new Error(`${attr.cName}: no length in ${need}`)
  return of(Number(least) - 4)
}

/** The lines that take an attribute, or refuse the message when it has to be there and is not. */
function linesOf(object: ObjectSpec, step: Step & { readonly optional: boolean }): string[] {
  const { attr, field, size, value, optional } = step
  const begins = field === 'dst' && optional ? ` = 'default'` : ''
  const declared = `let ${field}: ${object.name}['${field}']${begins}`
  if (size === undefined) {
    if (!optional) throw new Error(`${attr.cName}: of any length, and always there`)
    return [
      declared,
      `if (e - o >= 4 && v.getUint16(o + 2, le) === ${attr.id}) { // ${attr.cName}`,
      '  const n = v.getUint16(o, le)',
      `  if (n < 4 || n > e - o) ${reject}`,
      `  ${field} = ${value}`,
      '  o += (n + 3) & ~3',
      '}',
    ]
  }
  const space = 4 + ((size + 3) & ~3)
  // nla_len and nla_type in one.
  const head = `0x${(attr.id * 65536 + 4 + size).toString(16).padStart(8, '0')}`
  if (optional)
    return [
      declared,
      `if (e - o >= ${space} && v.getInt32(o, true) === ${head}) { // ${attr.cName}`,
      `  ${field} = ${value}`,
      `  o += ${space}`,
      '}',
    ]
  return [
    `if (e - o < ${space} || v.getInt32(o, true) !== ${head}) ${reject} // ${attr.cName}`,
    // IFA_LOCAL lies behind IFA_ADDRESS, and is the same unless there is a peer (net/ipv4/devinet.c).
    field === '' ? `if (v.getInt32(o + 4, true) !== v.getInt32(o - 4, true)) ${reject}` : `const ${field} = ${value}`,
    `o += ${space}`,
  ]
}

/** Gives all subsets, those with more before those with less. */
function combinations(names: readonly string[]): string[][] {
  const all = Array.from({ length: 1 << names.length }, (_, mask) => names.filter((_, index) => (mask >> index) & 1))
  return all.sort((a, b) => b.length - a.length)
}

/** Finds a member of a header. */
export function member(header: Entity<'struct'>, name: string): Member {
  const found = header.it.members.find(candidate => candidate.name === name)
  if (found === undefined) throw new Error(`${header.type}: no member ${name}`)
  return found
}
