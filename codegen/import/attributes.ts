/** Attributes: what a spec calls a type becomes what the model calls one. */
import type { Attribute, Element, ScalarType } from '../model.js'
import type { Raw, RawAttribute } from '../ynl/ynl.js'
import { camelCase } from './names.js'

/** What the attribute builder asks of the family it builds for. */
export interface AttributeContext {
  useEnum(name: string): string
  useStruct(name: string): string
  useSet(name: string): string
  useSub(name: string, attribute: RawAttribute, set: readonly RawAttribute[]): { ref: string; outer?: true }
}

/** The part of an attribute that follows from its type. */
export type Shape = Pick<Attribute, 'type'> &
  Partial<
    Pick<Attribute, 'ref' | 'set' | 'header' | 'enum' | 'be' | 'size' | 'hint' | 'elem' | 'outer' | 'repeat' | 'empty'>
  >

const SCALARS: ReadonlySet<unknown> = new Set(['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64'])

/** Bytes of an address, by its display-hint; of some there are two sorts. */
const ipSizes: Readonly<Record<string, number | undefined>> = { ipv4: 4, ipv6: 16, 'ipv4-or-v6': undefined }

const isIp = (raw: Raw): boolean => Object.hasOwn(ipSizes, String(raw['display-hint']))

function ip(raw: Raw): { type: 'ip'; size?: number } {
  const size = ipSizes[String(raw['display-hint'])]
  return size === undefined ? { type: 'ip' } : { type: 'ip', size }
}

const isScalar = (type: unknown): type is ScalarType => SCALARS.has(type)

function need(raw: RawAttribute, key: string): string {
  const value = raw[key]
  if (typeof value !== 'string') throw new Error(`${key} is missing`)
  return value
}

function details(raw: Raw, context: AttributeContext): { be?: true; enum?: string } {
  return {
    ...(raw['byte-order'] === 'big-endian' ? { be: true as const } : {}),
    ...(typeof raw['enum'] === 'string' ? { enum: context.useEnum(raw['enum']) } : {}),
  }
}

/** What an array holds. */
function element(raw: RawAttribute, type: string, context: AttributeContext): Element {
  if (type === 'nest') return { type, ref: context.useSet(need(raw, 'nested-attributes')) }
  if (typeof raw['struct'] === 'string') return { type: 'struct', ref: context.useStruct(raw['struct']) }
  if (isIp(raw)) return ip(raw)
  if (raw['display-hint'] === 'mac') return { type: 'mac' }
  if (type === 'binary') return { type: 'bytes' }
  if (!isScalar(type)) throw new Error(`an array of ${type} is not supported`)
  return { type, ...details(raw, context) }
}

/** Translates the type of one attribute; throws what is missing or not supported. */
export function attributeShape(raw: RawAttribute, set: readonly RawAttribute[], context: AttributeContext): Shape {
  const type = raw.type
  if (type === 'pad' || type === 'unused') return { type: 'pad' }
  if (typeof raw['x-codec'] === 'string') {
    const set = raw['nested-attributes']
    return { type: 'codec', ref: raw['x-codec'], ...(typeof set === 'string' ? { set: context.useSet(set) } : {}) }
  }
  if (isScalar(type)) {
    if (isIp(raw)) return ip(raw)
    return { type, ...details(raw, context), ...(raw['display-hint'] === 'hex' ? { hint: 'hex' as const } : {}) }
  }
  switch (type) {
    case 'uint':
    case 'sint':
      return { type, ...details(raw, context) }
    case 'flag':
    case 'string':
    case 'bitfield32':
      return { type }
    case 'binary':
      if (raw['x-array'] === true || raw['sub-type'] !== undefined)
        return { type: 'array', elem: element(raw, String(raw['sub-type'] ?? 'binary'), context) }
      if (typeof raw['struct'] === 'string') return { type: 'struct', ref: context.useStruct(raw['struct']) }
      if (isIp(raw)) return ip(raw)
      if (raw['display-hint'] === 'mac') return { type: 'mac' }
      return { type: 'bytes' }
    case 'nest':
      return {
        type,
        ref: context.useSet(need(raw, 'nested-attributes')),
        ...(typeof raw['x-header'] === 'string' ? { header: context.useStruct(raw['x-header']) } : {}),
        ...(raw['x-repeat'] === true ? { repeat: true } : {}),
      }
    case 'indexed-array':
      return {
        type: 'indexed',
        elem: {
          ...element(raw, need(raw, 'sub-type'), context),
          ...(typeof raw['x-first'] === 'number' ? { first: raw['x-first'] } : {}),
        },
        ...(raw['x-empty'] === true ? { empty: true } : {}),
      }
    case 'sub-message':
      return {
        type: 'sub',
        ...context.useSub(need(raw, 'sub-message'), raw, set),
        ...(raw['x-empty'] === true ? { empty: true } : {}),
      }
    default:
      throw new Error(type === undefined ? 'type is missing' : `type ${type} is not supported`)
  }
}

/** The field of an attribute: its name in camelCase, unless the spec says another. */
export function fieldName(raw: RawAttribute): string {
  return String(raw['x-name'] ?? camelCase(raw.name))
}
