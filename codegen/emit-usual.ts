import type { DecodeEmitter } from './emit-decode.js'
import type { Attribute, Member } from './model.js'
import type { ObjectSpec } from './objects.js'
import type { Entity } from './program.js'

/** What a decoder reads first: members of the header and fields that are always there, with their values at `o`. */
type First = readonly (readonly [name: string, value: string])[]

/**
 * The attributes that messages of an object have in a dump, by C name: all of `always`, some of `perhaps`, which are combined. `alike` are
 * names in one word of the header that rows mostly share with the row before (2 % of a dump of routes).
 */
const usual: Readonly<
  Record<
    string,
    { readonly always: readonly string[]; readonly perhaps: readonly string[]; readonly alike: readonly string[] }
  >
> = {
  Addr: {
    always: ['IFA_ADDRESS', 'IFA_LOCAL', 'IFA_FLAGS', 'IFA_CACHEINFO'],
    perhaps: ['IFA_LABEL', 'IFA_BROADCAST', 'IFA_PROTO'],
    alike: ['scope'],
  },
  Route: {
    always: ['RTA_TABLE', 'RTA_DST', 'RTA_OIF'],
    perhaps: ['RTA_GATEWAY', 'RTA_PRIORITY', 'RTA_PREFSRC'],
    alike: ['protocol', 'scope', 'type'],
  },
  Neigh: { always: ['NDA_DST', 'NDA_CACHEINFO', 'NDA_PROBES'], perhaps: ['NDA_LLADDR'], alike: ['type'] },
}

/** Tells whether an object has such a decoder. */
export const hasUsual = (object: ObjectSpec): boolean => usual[object.name] !== undefined

const refuse = 'return undefined'

/**
 * Emits the decoder of what nearly all messages of a dump are: some attributes of IPv4 or IPv6, and no others. Their values wait in
 * variables for a literal that all of them fit: what a literal makes, and what is found to live long, V8 makes where old objects
 * are (100,000 routes that are kept take 0.8 of the time: the collector copies all others twice), and stores of fields one by
 * one are slow where they meet routes of many shapes.
 */
export function emitUsual(
  emit: DecodeEmitter,
  object: ObjectSpec,
  header: Entity<'struct'>,
  set: Entity<'set'>,
  first: First,
): void {
  const names = usual[object.name]
  if (names === undefined) return
  const { file } = emit
  const attribute = (cName: string): Attribute => {
    const found = set.it.attrs.find(attr => attr.cName === cName)
    if (found === undefined) throw new Error(`${object.name}: no attribute ${cName}`)
    return found
  }
  const always = names.always.map(attribute)
  const perhaps = names.perhaps.map(attribute)
  const attrs = [...always, ...perhaps]
  const there = first.map(([name]) => name)
  const values = new Map(first.map(([name, value]) => [name, inWords(value)]))
  const alike = first.filter(([name]) => names.alike.includes(name))
  const alikeAt = member(header, alike[0]?.[0] ?? '').offset & ~3
  file.add(
    'let lastWord: number | undefined',
    ...alike.map(([name]) => `let ${last(name)}: ${object.name}['${name}']`),
    '',
  )
  file.add(
    '/** Decodes a message that has these attributes and no others, as most have; `undefined` for any other. */',
    `export function usual${object.name}(b: Uint8Array, v: DataView, o: number, e: number): ${object.name} | undefined {`,
    // The words that are compared are those of little-endian hosts.
    `  if (!le || e - o < ${header.it.size}) ${refuse}`,
  )
  const lengths = attrs.flatMap(attr => object.prefixes?.[attr.cName] ?? [])
  if (isAddr(object)) lengths.push('prefixlen')
  const bytes = lengths.map(
    length => `const ${length} = ${inWords(emit.member(member(header, length), object.family, 'o'))}`,
  )
  const words = new Set([0, alikeAt])
  for (const text of [...values.values(), ...bytes])
    for (const [, at] of text.matchAll(/\bw(\d+)\b/g)) words.add(Number(at))
  file.add(
    // A look at a byte costs as much as one at a word: with addresses as words too, a route takes 0.95 of the time.
    ...[...words].map(at => `  const w${at} = v.getInt32(o${at === 0 ? '' : ` + ${at}`}, true)`),
    `  const h = ${inWords('v.getUint8(o)')}`,
    `  if (h !== 2 && h !== 10) ${refuse}`,
    ...bytes.map(line => `  ${line}`),
  )
  if (isAddr(object)) file.add('  let localAt = -1', '  let addressAt = -1', '  let size = 0')
  file.add(
    `  if (w${alikeAt} !== lastWord) {`,
    ...[...alike.map(([name]) => `${last(name)} = ${values.get(name)}`), `lastWord = w${alikeAt}`].map(
      line => `    ${line}`,
    ),
    '  }',
  )
  const read = new Set(attrs.map(attr => fieldOf(object, attr)))
  const typed = (name: string): string => `  let ${name}: ${object.name}['${name}']`
  for (const [name, value] of values) {
    if (name === 'family') file.add("  const family = h === 2 ? 'inet' : 'inet6'")
    else if (read.has(name)) file.add(`${typed(name)} = ${value}`)
    else if (names.alike.includes(name)) file.add(`  const ${name} = ${last(name)}`)
    else if (!isAddr(object) || name !== 'address') file.add(`  const ${name} = ${value}`)
  }
  for (const name of read) if (name !== '' && !there.includes(name)) file.add(typed(name))
  file.add(
    `  o += ${header.it.size}`,
    '  while (o < e) {',
    `    if (e - o < 8) ${refuse}`,
    '    const p = o + 4',
    '    // nla_len and nla_type in one.',
    '    switch (v.getInt32(o, true)) {',
  )
  const forms = attrs.flatMap(attr => formsOf(emit, object, attr, set))
  for (const { attr, size, store } of forms) {
    if (size === undefined) continue
    file.add(
      `      case 0x${(attr.id * 65536 + 4 + size).toString(16).padStart(8, '0')}: // ${attr.cName}`,
      ...(size > 4 ? [`        if (e - p < ${size}) ${refuse}`] : []),
      ...store.map(line => `        ${line}`),
      `        o += ${4 + ((size + 3) & ~3)}`,
      '        break',
    )
  }
  const open = forms.filter(({ size }) => size === undefined)
  if (open.length > 1) throw new Error(`${object.name}: more than one attribute of any length`)
  file.add('      default: {')
  for (const { attr, store } of open) {
    file.add(
      '        const n = v.getUint16(o, le)',
      `        if (v.getUint16(o + 2, le) !== ${attr.id} || n < 4 || n > e - o) ${refuse} // ${attr.cName}`,
      ...store.map(line => `        ${line}`),
      '        o += (n + 3) & ~3',
    )
  }
  file.add(...(open.length === 0 ? [`        ${refuse}`] : []), '      }', '    }', '  }')
  if (object.prefixes?.['RTA_DST'] !== undefined) file.add(`  if (dst === 'default' && dstLen !== 0) ${refuse}`)
  if (isAddr(object))
    file.add(
      '  // IFA_LOCAL, where there is one, is the same address unless there is a peer (net/ipv4/devinet.c, net/ipv6/addrconf.c).',
      `  if (addressAt < 0) ${refuse}`,
      `  if (localAt >= 0 && (size !== 4 || v.getInt32(localAt, le) !== v.getInt32(addressAt, le))) ${refuse}`,
      `  const address = size === 4 ? ${file.use('../codec/address.js', 'prefix4Text')}(v.getInt32(addressAt, false), prefixlen) : ${file.use('../codec/address.js', 'prefixText')}(b, addressAt, 16, prefixlen)`,
    )
  const must = always.map(attr => fieldOf(object, attr)).filter(name => name !== '' && !there.includes(name))
  if (must.length > 0) file.add(`  if (${must.map(name => `${name} === undefined`).join(' || ')}) ${refuse}`)
  for (const present of combinations(perhaps.map(attr => fieldOf(object, attr)))) {
    const condition = present.map(name => `${name} !== undefined`).join(' && ')
    const literal = `return { ${[...there, ...must, ...present].join(', ')} }`
    file.add(`  ${condition === '' ? '' : `if (${condition}) `}${literal}`)
  }
  file.add('}', '')
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

/** Gives the field of an attribute; '' when it is none by itself. */
function fieldOf(object: ObjectSpec, attr: Attribute): string {
  return object.fields?.[attr.cName] ?? attr.name
}

/** An attribute with a payload of one length, or of any; and the lines that read it into its variable. */
interface Form {
  readonly attr: Attribute
  readonly size: number | undefined
  readonly store: readonly string[]
}

function formsOf(emit: DecodeEmitter, object: ObjectSpec, attr: Attribute, set: Entity<'set'>): Form[] {
  const prefix = object.prefixes?.[attr.cName]
  const form = (size: number | undefined, ...store: string[]): Form => ({ attr, size, store })
  if (isAddr(object) && attr.cName === 'IFA_LOCAL') return [form(4, 'localAt = p')]
  if (isAddr(object) && attr.cName === 'IFA_ADDRESS')
    return [4, 16].map(size => form(size, 'addressAt = p', `size = ${size}`))
  const field = fieldOf(object, attr)
  const { file } = emit
  const word = 'v.getInt32(p, false)'
  if (prefix !== undefined)
    return [
      form(4, `${field} = ${file.use('../codec/codecs.js', 'prefix4Field')}(${word}, ${prefix})`),
      form(16, `${field} = ${file.use('../codec/codecs.js', 'prefixField')}(b, p, 16, ${prefix})`),
    ]
  const { need, value, sure } = emit.payload(attr, object.family, set)
  if (!sure) throw new Error(`${attr.cName}: what may be malformed is not usual`)
  const of = (size: number): Form => form(size, `${field} = ${value.replace('n - 4', String(size))}`)
  if (attr.type === 'ip')
    return [
      form(4, `${field} = ${file.use('../codec/address.js', 'ip4WordText')}(${word})`),
      form(16, `${field} = ${file.use('../codec/address.js', 'ip6Text')}(b, p)`),
    ]
  if (attr.type === 'mac') return [of(6)]
  if (need === '') return [form(undefined, `${field} = ${value}`)]
  const least = /^n >= (\d+)$/.exec(need)?.[1]
  if (least === undefined) throw new Error(`${attr.cName}: no length in ${need}`)
  return [of(Number(least) - 4)]
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
