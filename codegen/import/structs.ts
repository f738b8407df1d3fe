/** Structs: layout and byte order from the headers, names and meaning from the spec. */
import type { CMember, CType } from '../headers/c-types.js'
import { type Member, type ScalarType, type Struct, scalarSize } from '../model.js'
import type { RawDefinition, RawMember } from '../ynl/ynl.js'
import { camelCase, isPadding, kebabCase, pascalCase } from './names.js'

/** What the struct builder asks of the family it builds for. */
export interface StructContext {
  /** Notes that an enum is used; gives its key. */
  useEnum(name: string): string
  /** Notes that another struct is used; gives its key. */
  useStruct(name: string): string
  /** Adds a struct that has no name of its own in C. */
  addStruct(key: string, struct: Struct): void
  problem(text: string): void
  note(text: string): void
  readonly memberPrefixes: readonly string[]
}

const LOCAL_IP: { readonly [tag: string]: number } = { in_addr: 4, in6_addr: 16 }

function stripped(name: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find(one => name.startsWith(one) && name.length > one.length)
  return prefix === undefined ? name : name.slice(prefix.length).replace(/^_+/, '')
}

/** Finds what the spec says of a C member: by its name with or without the C prefix. */
function described(member: string, raw: readonly RawMember[], prefixes: readonly string[]): RawMember | undefined {
  const same = (one: RawMember, name: string): boolean =>
    one.name.replaceAll('-', '_').toLowerCase() === name.toLowerCase()
  const short = stripped(member, prefixes)
  return (
    raw.find(one => same(one, member)) ??
    raw.find(one => same(one, short) || stripped(one.name.replaceAll('-', '_'), prefixes) === short)
  )
}

function arrayType(
  type: CType,
  count: number,
  countName: string | undefined,
  raw: RawMember | undefined,
): Partial<Member> {
  const hint = raw?.['display-hint']
  const length = count * (type.size === 1 ? 1 : type.size)
  if (hint === 'ipv4' || hint === 'ipv6' || hint === 'ipv4-or-v6') return { type: 'ip', length }
  // Numbers, not bytes: TypeScript then gives an array, which JSON and people can read.
  if (raw?.['sub-type'] === 'u8' && type.size === 1) return { type: 'u8', length: count }
  if (type.size > 1) return { type: type.scalar ?? 'bytes', length: count, ...(type.be ? { be: true } : {}) }
  if (hint === 'mac' || countName === 'ETH_ALEN') return { type: 'mac', length }
  return { type: type.text ? 'string' : 'bytes', length }
}

function memberType(
  key: string,
  field: string,
  member: CMember,
  raw: RawMember | undefined,
  context: StructContext,
): Partial<Member> | string {
  const { type, count } = member
  const hint = raw?.['display-hint']
  if (typeof raw?.['x-codec'] === 'string')
    return { type: 'codec', ref: raw['x-codec'], length: type.size * (count ?? 1) }
  if (member.bits !== undefined) return 'bit-field'
  if (type.kind === 'pointer') return 'pointer'
  if (type.kind === 'union') return { type: 'bytes', length: type.size * (count ?? 1) }
  if (type.kind === 'struct') {
    const length = type.tag === undefined ? undefined : LOCAL_IP[type.tag]
    if (length !== undefined && count === undefined) return { type: 'ip', length }
    let ref: string
    if (type.tag === undefined) {
      ref = `${key}-${kebabCase(field)}`
      context.addStruct(ref, buildStruct(ref, undefined, type, `${key}.${member.name}`, context))
    } else ref = context.useStruct(kebabCase(type.tag))
    return { type: 'struct', ref, ...(count === undefined ? {} : { length: count }) }
  }
  const names = scalarSize[String(raw?.['type'])]
  // Only bytes in C, a number by the spec, which must then say the byte order.
  if (type.size === 1 && count === names && count !== undefined && raw?.['byte-order'] === 'big-endian')
    return { type: raw['type'] as ScalarType, be: true }
  if (count !== undefined) return arrayType(type, count, member.countName, raw)
  if (hint === 'ipv4' && type.size === 4) return { type: 'ip', length: 4 }
  const be = type.be === true || raw?.['byte-order'] === 'big-endian'
  const named = raw?.['enum']
  return {
    ...(type.scalar === undefined ? {} : { type: type.scalar }),
    ...(be ? { be: true } : {}),
    ...(typeof named === 'string' ? { enum: context.useEnum(named) } : {}),
  }
}

/** The size that upstream's packed layout gives, when it says all lengths. */
function packedSize(members: readonly RawMember[]): number | undefined {
  let size = 0
  for (const member of members) {
    const length = scalarSize[String(member['type'])] ?? member['len']
    if (typeof length !== 'number') return undefined
    size += length
  }
  return size
}

/** Lays out what has no struct in the headers: scalars without gaps (`x-packed`), such as nla_put_nohdr() writes. */
export function packedType(members: readonly RawMember[]): CType {
  let size = 0
  const laid = members.map((member): CMember => {
    const scalar = member['type'] as ScalarType
    const width = scalarSize[scalar] ?? 0
    size += width
    const type: CType = { kind: 'scalar', size: width, align: width, scalar }
    return { name: member.name, offset: size - width, type }
  })
  return { kind: 'struct', size, align: 1, members: laid }
}

/** Builds the model of one struct. */
export function buildStruct(
  key: string,
  definition: RawDefinition | undefined,
  type: CType,
  cName: string,
  context: StructContext,
): Struct {
  const raw = definition?.members ?? []
  const prefixes = context.memberPrefixes
  const members: Member[] = []
  const used = new Set<RawMember>()
  let covered = 0
  for (const member of type.members ?? []) {
    const about = described(member.name, raw, prefixes)
    if (about !== undefined) used.add(about)
    if (about?.['type'] === 'pad' || (about === undefined && isPadding(member.name)) || member.count === 0) continue
    if (member.offset < covered) {
      context.note(`struct ${cName}: ${member.name} overlaps another member and is left out`)
      continue
    }
    covered = member.offset + member.type.size * (member.count ?? 1)
    const field = stripped(member.name, prefixes)
    const shape = memberType(key, field, member, about, context)
    if (typeof shape === 'string' || shape.type === undefined) {
      context.problem(`struct ${cName}: ${member.name} is a ${String(shape)}; hide it with \`type: pad\``)
      continue
    }
    const name = String(about?.['x-name'] ?? camelCase(field))
    if (members.some(other => other.name === name)) context.problem(`struct ${cName}: two members called ${name}`)
    members.push({ name, cName: member.name, offset: member.offset, ...shape, type: shape.type })
  }
  for (const member of raw) {
    if (used.has(member) || member['type'] === 'pad') continue
    if (member['len'] === undefined && member['type'] === undefined)
      context.problem(`struct ${cName}: no C member for ${member.name}`)
    else context.note(`struct ${cName}: no C member for ${member.name}`)
  }
  const packed = raw.length === 0 ? undefined : packedSize(raw)
  if (packed !== undefined && packed !== type.size)
    context.note(`struct ${cName}: ${packed} bytes by the spec, ${type.size} by the header`)
  const min = definition?.['x-min']
  return {
    cName,
    typeName: String(definition?.['x-type-name'] ?? pascalCase(key)),
    size: type.size,
    min: typeof min === 'number' ? min : type.size,
    members,
    ...restOf(definition, members, cName, context),
  }
}

function restOf(
  definition: RawDefinition | undefined,
  members: readonly Member[],
  cName: string,
  context: StructContext,
): Pick<Struct, 'rest'> {
  const raw = definition?.['x-rest'] as { name: string; length: string } | undefined
  if (raw === undefined) return {}
  const length = camelCase(raw.length)
  if (!members.some(member => member.name === length)) context.problem(`struct ${cName}: no member ${length} to count`)
  return { rest: { name: camelCase(raw.name), length } }
}
