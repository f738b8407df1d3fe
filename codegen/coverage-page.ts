/** The table of docs/coverage.md: what the model covers. */
import type { Lists } from './coverage.js'
import type { Model } from './model.js'

const BEGIN = '<!-- coverage: written by npm run codegen -->'
const END = '<!-- /coverage -->'

type Row = readonly string[]

/** Lays a table out as the formatter would: columns of one width. */
function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column]?.length ?? 0)))
  const line = (row: Row): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** `RTM_NEWLINK`, `RTM_DELLINK` → `LINK`. */
function objectsOf(model: Model): string {
  return [...new Set(model.messages.map(message => message.cName.replace(/^RTM_(NEW|DEL|GET|SET)/, '')))].join(', ')
}

function kindsOf(model: Model, kinds: Lists['kinds']): string {
  return Object.entries(kinds)
    .filter(([, { model: owner }]) => owner.family === model.family)
    .map(([sort, { model: owner }]) => {
      const formats = model.subs[owner.sub]?.formats ?? []
      return `${formats.length} ${sort === 'member' ? 'masters' : `${sort}s`}`
    })
    .join(', ')
}

/** Counts what each family of the model has. */
export function coverageTable(models: readonly Model[], lists: Lists): string {
  const attributes = (some: readonly Model[]): number =>
    new Set(some.flatMap(model => Object.values(model.sets).flatMap(set => set.attrs.map(attr => attr.cName)))).size
  const groups = (some: readonly Model[]): number =>
    new Set(some.flatMap(model => model.groups.map(group => group.cName))).size
  const rows = models.map(model => [
    model.family,
    objectsOf(model),
    String(model.messages.length),
    String(attributes([model])),
    kindsOf(model, lists.kinds),
    String(groups([model])),
  ])
  const messages = models.flatMap(model => model.messages).length
  const total = ['all', '', String(messages), String(attributes(models)), '', String(groups(models))]
  return table(['family', 'messages about', 'message types', 'attributes', 'kinds', 'groups'], [...rows, total])
}

/** Puts the table between its marks, which must be there. */
export function withCoverage(readme: string, text: string): string {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from < 0 || to < from) throw new Error(`docs/coverage.md lacks ${BEGIN} … ${END}`)
  return `${readme.slice(0, from)}${BEGIN}\n\n${text}\n\n${readme.slice(to)}`
}
