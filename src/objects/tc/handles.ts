import { fits } from '../../codec/range.js'
import { type HandleNames, parseHandle, parseU32Handle, qdiscHandleNames } from '../../codec/text/handle.js'
import { quote } from '../../codec/text/quote.js'
import { badField, fields } from '../../request/build.js'
import type { ErrorContext } from '../arguments.js'
import type { OnLink } from '../on-link.js'

/** What qdiscs, classes and filters say of their place. */
export interface Placed extends OnLink {
  readonly handle?: number | string | undefined
  readonly parent?: number | string | undefined
}

/** Gives the number of a handle written as number or text; refuses what is neither, naming the field. */
export function handleNumber(
  context: ErrorContext,
  field: string,
  value: number | string | undefined,
  names: HandleNames = qdiscHandleNames,
): number | undefined {
  if (value === undefined || (typeof value === 'number' && fits('u32', value))) return value
  const handle = typeof value === 'string' ? parseHandle(value, names) : undefined
  if (handle === undefined) {
    const other = Object.keys(names).join(', ')
    throw badField(
      context.what,
      context.spec,
      field,
      `${quote(value)} is no handle like '1:' or '1:10', and none of ${other}`,
    )
  }
  return handle
}

/** Gives the number of a u32 classifier's handle written as number or text; refuses what is neither, naming the field. */
export function u32HandleNumber(
  context: ErrorContext,
  field: string,
  value: number | string | undefined,
): number | undefined {
  if (typeof value !== 'string') return value
  const handle = parseU32Handle(value)
  if (handle === undefined)
    throw badField(context.what, context.spec, field, `${quote(value)} is no handle like '800:' or '800:1:2'`)
  return handle
}

/** The kind that a spec asks for, in its own field or with its options. */
export function kindOf(spec: {
  readonly kind?: string | undefined
  readonly options?: object | undefined
}): string | undefined {
  const options = spec.options as { readonly kind?: string; readonly name?: string } | undefined
  return spec.kind ?? (options?.kind === 'other' ? options.name : options?.kind)
}

/** Members of the header, which are no attributes. */
export const members: ReadonlySet<string> = new Set(['ifindex', 'dev', 'handle', 'parent', 'info'])

/** Gives the attributes of a spec; a read object without a kind has an empty one. */
export function attributesOf(spec: object): Record<string, unknown> {
  const attrs = fields(spec, members)
  if (attrs['kind'] === '') delete attrs['kind']
  return attrs
}
