/** Sub-messages: what their formats are selected by, and called. */
import type { Sub } from '../model.js'
import type { RawSub } from '../ynl/ynl.js'
import { kebabCase } from './names.js'

/** What the builder of formats asks of the family it builds for. */
export interface FormatContext {
  /** The value of a C constant. */
  constant(cName: string): number | undefined
  useSet(name: string): string
  useStruct(name: string): string
  problem(text: string): void
}

/** What constants have in common in front, up to an underscore; each keeps at least its last word. */
function commonPrefix(names: readonly string[]): string {
  const [first = ''] = names
  const cuts = [...first.matchAll(/_/g)].map(match => match.index + 1).reverse()
  const length = cuts.find(cut => names.every(name => name.startsWith(first.slice(0, cut)) && name.length > cut)) ?? 0
  return first.slice(0, length)
}

/** Resolves the formats of a sub-message, in the order of their values. */
export function resolveFormats(raw: RawSub, context: FormatContext): Sub['formats'] {
  const constants = raw.formats
    .map(format => String(format['value']))
    .filter(value => /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(value))
  const common = commonPrefix(constants)
  const formats = raw.formats.map(format => {
    const value = format['value'] as string | number
    const symbolic = constants.includes(String(value))
    const id = symbolic ? context.constant(String(value)) : value
    if (id === undefined) context.problem(`sub-message ${raw.name}: no ${String(value)} in the headers`)
    const set = format['attribute-set']
    const header = format['fixed-header']
    const name = symbolic ? kebabCase(String(value).slice(common.length)) : String(value)
    return {
      value: id ?? String(value),
      name: String(format['x-name'] ?? name),
      ...(typeof set === 'string' ? { set: context.useSet(set) } : {}),
      ...(typeof header === 'string' ? { header: context.useStruct(header) } : {}),
    }
  })
  formats.sort((a, b) =>
    typeof a.value === 'number' && typeof b.value === 'number' ? a.value - b.value : a.name < b.name ? -1 : 1,
  )
  for (const [index, format] of formats.entries())
    if (formats.some((other, at) => at > index && (other.value === format.value || other.name === format.name)))
      context.problem(`sub-message ${raw.name}: ${format.name} occurs twice`)
  return formats
}
