/** Struct declarations of C, laid out by the rules of a 64-bit Linux. */
import type { ScalarType } from '../model.js'

/** A type, as far as its layout goes. */
export interface CType {
  readonly kind: 'scalar' | 'pointer' | 'struct' | 'union'
  readonly size: number
  readonly align: number
  /** Of a scalar: its width and sign. */
  readonly scalar?: ScalarType
  /** Of a scalar: network byte order (`__be16` and so on). */
  readonly be?: true
  /** Of a scalar: plain `char`, that is, text. */
  readonly text?: true
  /** Of a struct or union: its tag, when it has one. */
  readonly tag?: string
  readonly members?: readonly CMember[]
}

/** A member of a struct; members of unnamed structs and unions appear in the struct around them. */
export interface CMember {
  readonly name: string
  readonly offset: number
  readonly type: CType
  /** Count of an array (0: flexible). */
  readonly count?: number
  /** How the array's length is written, when it is one name (`ETH_ALEN`). */
  readonly countName?: string
  /** Width and position of a bit-field. */
  readonly bits?: { readonly shift: number; readonly width: number }
}

const scalar = (scalar: ScalarType, extra: Partial<CType> = {}): CType => {
  const size = Number(scalar.slice(1)) / 8
  return { kind: 'scalar', size, align: size, scalar, ...extra }
}

/** Types that need no declaration. */
export const BUILTIN: ReadonlyMap<string, CType> = new Map([
  ['char', scalar('u8', { text: true })],
  ['short', scalar('s16')],
  ['int', scalar('s32')],
  ['long', scalar('s64')],
  ['unsigned char', scalar('u8')],
  ['unsigned short', scalar('u16')],
  ['unsigned int', scalar('u32')],
  ['unsigned long', scalar('u64')],
  ['signed char', scalar('s8')],
  ['_Bool', scalar('u8')],
  ['bool', scalar('u8')],
  ...[8, 16, 32, 64].flatMap(bits =>
    (['u', 's'] as const).map((sign): [string, CType] => [`__${sign}${bits}`, scalar(`${sign}${bits}` as ScalarType)]),
  ),
  ...[16, 32, 64].flatMap((bits): [string, CType][] => [
    [`__be${bits}`, scalar(`u${bits}` as ScalarType, { be: true })],
    [`__le${bits}`, scalar(`u${bits}` as ScalarType)],
  ]),
  ['__aligned_u64', scalar('u64')],
  ['__aligned_s64', scalar('s64')],
  ['__aligned_be64', scalar('u64', { be: true })],
  ['__aligned_le64', scalar('u64')],
  ['__sum16', scalar('u16')],
  ['__wsum', scalar('u32')],
  ['size_t', scalar('u64')],
  ['__kernel_size_t', scalar('u64')],
  ['__kernel_long_t', scalar('s64')],
  ['__kernel_ulong_t', scalar('u64')],
  ['__kernel_pid_t', scalar('s32')],
  ['__kernel_uid32_t', scalar('u32')],
  ['__kernel_gid32_t', scalar('u32')],
  ['__kernel_sa_family_t', scalar('u16')],
  ['sa_family_t', scalar('u16')],
  ['struct sockaddr', { kind: 'struct', size: 16, align: 2, tag: 'sockaddr', members: [] }],
  ['struct sockaddr_storage', { kind: 'struct', size: 128, align: 8, tag: 'sockaddr_storage', members: [] }],
])

/** A pointer. */
export const POINTER: CType = { kind: 'pointer', size: 8, align: 8 }

/** An enum. */
export const ENUM: CType = scalar('u32')

/** Rounds up to a multiple of `align`. */
export const alignUp = (offset: number, align: number): number => Math.ceil(offset / align) * align

/** A declared member before it has a place. */
export interface Declared {
  readonly name: string | undefined
  readonly type: CType
  readonly count?: number
  readonly countName?: string
  readonly width?: number
  /** An `aligned` attribute. */
  readonly align?: number
}

/** Places the members of a struct or union. */
export function layOut(
  kind: 'struct' | 'union',
  tag: string | undefined,
  declared: readonly Declared[],
  packed: boolean,
  minimum = 1,
): CType {
  const members: CMember[] = []
  let bitEnd = 0
  let end = 0
  let align = minimum
  const slot = (one: Declared, offset: number): void => {
    if (one.name !== undefined) {
      members.push({
        name: one.name,
        offset,
        type: one.type,
        ...(one.count === undefined ? {} : { count: one.count }),
        ...(one.countName === undefined ? {} : { countName: one.countName }),
      })
      return
    }
    for (const inner of one.type.members ?? []) members.push({ ...inner, offset: offset + inner.offset })
  }
  for (const one of declared) {
    const own = one.align ?? (packed ? 1 : one.type.align)
    if (one.width !== undefined) {
      const unit = one.type.size * 8
      let start = kind === 'union' ? 0 : bitEnd
      if (one.width === 0) start = alignUp(start, unit)
      else if (!packed && Math.floor(start / unit) !== Math.floor((start + one.width - 1) / unit))
        start = alignUp(start, unit)
      if (one.name !== undefined) {
        const offset = Math.floor(start / unit) * one.type.size
        members.push({ name: one.name, offset, type: one.type, bits: { shift: start % unit, width: one.width } })
        align = Math.max(align, own)
      }
      bitEnd = start + one.width
      end = Math.max(end, Math.ceil(bitEnd / 8))
      continue
    }
    const offset = kind === 'union' ? 0 : alignUp(Math.ceil(bitEnd / 8), own)
    slot(one, offset)
    align = Math.max(align, own)
    bitEnd = (offset + one.type.size * (one.count ?? 1)) * 8
    end = Math.max(end, bitEnd / 8)
  }
  return { kind, size: alignUp(end, align), align, ...(tag === undefined ? {} : { tag }), members }
}
