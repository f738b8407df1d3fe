import type { Attribute } from '../model.js'
import type { DecodeEmitter } from './decode.js'
import { endpoint } from './endpoints.js'
import { emitFastPath, hasFastPath, member } from './fast-path.js'
import { filterInfo } from './filter.js'
import { type ObjectSpec, objects } from './object-specs.js'
import { type Entity, nameOf, typesFile } from './program.js'
import { unless } from './shared.js'

/** Emits the flat object decoders and the message list of a family, behind its set decoders. */
export function emitObjects(emit: DecodeEmitter, family: string): void {
  for (const object of objects) if (object.family === family) emitObject(emit, object)
  emitMessages(emit, family)
}

function emitObject(emit: DecodeEmitter, object: ObjectSpec): void {
  const { file, program } = emit
  const message = program.model(object.family).messages.find(candidate => candidate.name === object.message)
  const header = program.find(object.family, 'struct', message?.header)
  const set = program.find(object.family, 'set', message?.set)
  file.use(typesFile(object.family), object.name, true)
  file.use('codec/trace.js', 'Trace', true)
  const { rest } = header.it
  const first: [name: string, value: string][] = [
    ...object.members.map((name): [string, string] => [name, emit.member(member(header, name), object.family, 'o')]),
    ...(rest === undefined ? [] : [[rest.name, `b.slice(o + ${header.it.size}, o + size)`] as [string, string]]),
    ...(object.special === 'filter' ? filterInfo(object, member(header, 'info').offset, program, file) : []),
    ...Object.entries(object.required ?? {}),
  ]
  emitFastPath(emit, object, header, set, first)
  file.add(
    `/** Decodes the payload between \`o\` and \`e\`: header and attributes into one object; \`undefined\` when the header is cut off. */`,
  )
  file.add(
    `export function ${nameOf.decode(object.name)}(b: Uint8Array, v: DataView, o: number, e: number, t?: Trace): ${object.name} | undefined {`,
  )
  if (hasFastPath(object))
    file.add(
      '  // A trace wants to know where each attribute lies.',
      `  const usual = t === undefined ? usual${object.name}(b, v, o, e) : undefined`,
      '  if (usual !== undefined) return usual',
    )
  file.add(`  if (e - o < ${header.it.size}) return undefined`)
  const attrs = set.it.attrs.filter(attr => object.without?.includes(attr.cName) !== true)
  if (program.takesFamily({ ...set, it: { ...set.it, attrs } })) file.add('  const h = v.getUint8(o)')
  for (const length of new Set(Object.values(object.prefixes ?? {})))
    file.add(`  const ${length} = ${emit.member(member(header, length), object.family, 'o')}`)
  if (object.special === 'addr')
    file.add(
      '  const prefixlen = v.getUint8(o + 1)',
      '  let localAt = -1',
      '  let localLength = 0',
      '  let addressAt = -1',
      '  let addressLength = 0',
    )
  if (object.special === 'link') file.add('  let linkinfoAt = -1')
  if (rest !== undefined) {
    const table = file.reach(header, 'tables', nameOf.struct(header.type))
    file.add(`  const size = ${file.use('codec/struct.js', 'headerSize')}(${table}, v, o, e)`)
  }
  const behind = rest === undefined ? String(align4(header.it.size)) : '(size + 3) & ~3'
  file.add(
    `  const r: ${object.name} = new ${object.name}Fields(${first.map(([, value]) => value).join(', ')})`,
    `  o += ${behind}`,
  )
  if (object.special === 'filter' || object.special === 'chain') file.add('  if (r.ifindex === -1) r.block = r.parent')
  const late = attrs.filter(attr => emit.isLate(attr, object.family))
  for (const attr of late) file.add(`  let ${attr.name}At = -1`)
  if (object.special === undefined && object.prefixes?.['RTA_DST'] !== undefined) file.add('  let dstSeen = false')
  emit.walk(attrs, attr => objectLines(emit, object, attr, set))
  for (const attr of late) emit.late(attr, object.family, attrs)
  if (object.prefixes?.['RTA_DST'] !== undefined) {
    file.add(`  if (!dstSeen && dstLen !== 0) r.dst = ${file.use('codec/codecs.js', 'zeroPrefix')}(h, dstLen)`)
  }
  if (object.special === 'addr') emitAddress(emit)
  if (object.special === 'link')
    file.add(
      '  if (linkinfoAt >= 0) decodeLinkinfo(r, b, v, linkinfoAt + 4, linkinfoAt + v.getUint16(linkinfoAt, le), t)',
    )
  file.add('  return r', '}', '')
  emitFields(
    emit,
    object,
    first.map(([name]) => name),
    attrs,
  )
  if (object.special === 'link') emitLinkinfo(emit)
}

/**
 * Emits what makes the object: a constructor of plain objects. Those of a literal have room for its members only: V8 puts the
 * others elsewhere, three at a time, and copies what is there each time (a link of 1.3 KB: 2,470 instead of 2,200 ns; a route
 * takes 169 bytes instead of 145). V8 counts the assignments of a constructor, whether they are run or not, and takes back
 * what its first objects do not use.
 */
function emitFields(
  emit: DecodeEmitter,
  object: ObjectSpec,
  first: readonly string[],
  attrs: readonly Attribute[],
): void {
  const { file } = emit
  const name = `${object.name}Fields`
  const later = attrs
    .map(attr => object.fields?.[attr.cName] ?? attr.name)
    .filter(field => field !== '' && !first.includes(field))
  const type = (field: string): string => `${object.name}['${field}']`
  file.add(`/** Makes a plain object that has room for its fields. */`)
  file.add(
    `const ${name} = function (this: Record<string, unknown>, ${first.map(field => `${field}: unknown`).join(', ')}) {`,
    ...first.map(field => `  this['${field}'] = ${field}`),
  )
  if (later.length > 0)
    file.add(
      `  if (${first[0]} !== undefined) return`,
      ...[...new Set(later)].map(field => `  this['${field}'] = undefined`),
    )
  file.add(
    `} as unknown as { new (${first.map(field => `${field}: ${type(field)}`).join(', ')}): ${object.name}; prototype: object }`,
    `${name}.prototype = Object.prototype`,
    '',
  )
}

/** Attributes start at a multiple of 4: struct rtgenmsg has one byte. */
function align4(size: number): number {
  return (size + 3) & ~3
}

function objectLines(emit: DecodeEmitter, object: ObjectSpec, attr: Attribute, set: Entity<'set'>): string[] {
  const prefix = object.prefixes?.[attr.cName]
  if (prefix !== undefined) {
    const text = `${emit.file.use('codec/codecs.js', 'prefixField')}(b, p, n - 4, ${prefix})`
    const mpls =
      attr.cName === 'RTA_DST'
        ? `h === 28 && n === 8 ? ${emit.file.use('codec/codecs.js', 'labelText')}(v, p) ?? '' : ` +
          `n === 5 ? ${emit.file.use('codec/text/address-text.js', 'prefixText')}(b, p, 1, ${prefix}) : `
        : ''
    return [
      unless(`n === 8 || n === 20${endpoint(attr.cName)}`),
      `r.${attr.name} = ${mpls}${text}`,
      ...(attr.cName === 'RTA_DST' ? ['dstSeen = true'] : []),
    ]
  }
  if (object.special === 'addr' && (attr.cName === 'IFA_LOCAL' || attr.cName === 'IFA_ADDRESS')) {
    const name = attr.cName === 'IFA_LOCAL' ? 'local' : 'address'
    return [unless(`n === 8 || n === 20${endpoint(attr.cName)}`), `${name}At = p`, `${name}Length = n - 4`]
  }
  if (object.special === 'link') {
    if (attr.cName === 'IFLA_LINKINFO') return ['linkinfoAt = o']
    if (attr.cName === 'IFLA_NEW_NETNSID' || attr.cName === 'IFLA_TARGET_NETNSID') {
      return [unless('n >= 8'), 'r.netns = { nsid: v.getInt32(p, le) }']
    }
  }
  const field = object.fields?.[attr.cName] ?? attr.name
  return field === '' ? [] : emit.attribute(attr, object.family, field, set)
}

function emitAddress(emit: DecodeEmitter): void {
  const { file } = emit
  const ip = file.use('codec/text/address-text.js', 'ipText')
  const prefix = file.use('codec/text/address-text.js', 'prefixText')
  const same = file.use('codec/codecs.js', 'sameBytes')
  file.add(
    '  // IFA_ADDRESS is the peer where IFA_LOCAL is there and differs, else the same address (net/ipv4/devinet.c).',
  )
  file.add(`  if (localAt >= 0 && addressAt >= 0 && !${same}(b, localAt, localLength, addressAt, addressLength)) {`)
  file.add(
    `    r.address = ${ip}(b, localAt, localLength)`,
    `    r.peer = ${prefix}(b, addressAt, addressLength, prefixlen)`,
  )
  file.add(`  } else if (localAt >= 0) r.address = ${prefix}(b, localAt, localLength, prefixlen)`)
  file.add(`  else if (addressAt >= 0) r.address = ${prefix}(b, addressAt, addressLength, prefixlen)`)
}

/** IFLA_LINKINFO taken apart into the link itself: DATA may come before KIND, so both are decoded behind the loop. */
function emitLinkinfo(emit: DecodeEmitter): void {
  const { file } = emit
  file.use('generated/link/types.gen.js', 'LinkInfo', true)
  file.use('generated/link/types.gen.js', 'LinkSlave', true)
  file.use('codec/trace.js', 'Unknowns', true)
  const text = file.use('codec/text/text.js', 'readText')
  const info = file.use('codec/codecs.js', 'emptyKind')
  file.add(
    '/** Decodes IFLA_LINKINFO into the link that has it. */',
    'function decodeLinkinfo(link: Link, b: Uint8Array, v: DataView, o: number, e: number, t: Trace | undefined): void {',
    '  const r: Unknowns = {}',
    '  let kind: string | undefined',
    '  let slaveKind: string | undefined',
    '  let dataAt = -1',
    '  let slaveDataAt = -1',
    '  let xstatsAt = -1',
    '  for (let n = 0; e - o >= 4; o += (n + 3) & ~3) {',
    '    n = v.getUint16(o, le)',
    '    if (n < 4 || n > e - o) break',
    '    const p = o + 4',
    '    switch (v.getUint16(o + 2, le) & 0x3fff) {',
    '      case 1:',
    `        kind = ${text}(b, p, n - 4)`,
    '        break',
    '      case 2:',
    '        dataAt = o',
    '        break',
    '      case 3:',
    '        xstatsAt = o',
    '        break',
    '      case 4:',
    `        slaveKind = ${text}(b, p, n - 4)`,
    '        break',
    '      case 5:',
    '        slaveDataAt = o',
    '        break',
    '      default:',
    "        keep(r, b, v, o, n, t, 'unknown-attribute')",
    '    }',
    '  }',
    '  if (o < e) keepRest(r, b, o, e, t)',
    '  if (r.$unknown !== undefined) link.$linkinfo = r.$unknown',
    '  if (kind !== undefined) link.kindName = kind',
    '  if (slaveKind !== undefined) link.slaveKindName = slaveKind',
    "  if (dataAt >= 0) link.info = decodeLinkinfoData(kind ?? '', b, v, dataAt + 4, dataAt + v.getUint16(dataAt, le), t)",
    `  else if (kind !== undefined) link.info = ${info}<LinkInfo>(linkinfoDataSub, kind)`,
    "  if (xstatsAt >= 0) link.xstats = decodeLinkinfoXstats(kind ?? '', b, v, xstatsAt + 4, xstatsAt + v.getUint16(xstatsAt, le), t)",
    "  if (slaveDataAt >= 0) link.slave = decodeLinkinfoMemberData(slaveKind ?? '', b, v, slaveDataAt + 4, slaveDataAt + v.getUint16(slaveDataAt, le), t)",
    `  else if (slaveKind !== undefined) link.slave = ${info}<LinkSlave>(linkinfoMemberDataSub, slaveKind)`,
    '}',
    '',
  )
  file.use('generated/link/tables.gen.js', 'linkinfoDataSub')
  file.use('generated/link/tables.gen.js', 'linkinfoMemberDataSub')
}

function emitMessages(emit: DecodeEmitter, family: string): void {
  const { file, program } = emit
  file.use('codec/table.js', 'MessageCodec', true)
  file.add(`/** The messages of ${family}. */`, `export const ${family}Messages: readonly MessageCodec[] = [`)
  for (const message of program.model(family).messages) {
    const header = program.find(family, 'struct', message.header)
    const table = (entity: Entity<'set' | 'struct'>) => file.reach(entity, 'tables', nameOf[entity.kind](entity.type))
    const codec = (key: string, more = ''): string => {
      const set = program.find(family, 'set', key)
      const h = program.takesFamily(set)
      return (
        `{ type: ${message.id}, name: '${message.name}', header: ${table(header)}, set: ${table(set)}, readHeader: ${emit.use(header, 'read')}, ` +
        `decode: (b, v, o, e, t, ${h ? '' : '_'}h) => ${emit.use(set, 'decode')}({}, b, v, o, e, t${h ? ', h' : ''})${more} }`
      )
    }
    const request = message.requestSet === undefined ? '' : `, request: ${codec(message.requestSet)}`
    file.add(`  ${codec(message.set, request)},`)
  }
  file.add(']', '')
}
