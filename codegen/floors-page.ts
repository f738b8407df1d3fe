/** The picture of docs/architecture.md: which floor of src imports which. */
import { floorOf, floors } from '../test/arch/floors.js'
import { resolve, specifiers } from '../test/arch/sources.js'

const BEGIN = '<!-- floors: written by npm run codegen -->'
const END = '<!-- /floors -->'

/** Returns the floors that the files of each floor import. */
function importsOf(files: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const imports = new Map(Object.keys(floors).map(floor => [floor, new Set<string>()]))
  for (const [path, text] of files) {
    const from = imports.get(floorOf(path) ?? '')
    for (const specifier of from === undefined ? [] : specifiers(text)) {
      const to = specifier.startsWith('.') ? floorOf(resolve(path, specifier)) : undefined
      if (to !== undefined && to !== floorOf(path)) from?.add(to)
    }
  }
  return imports
}

/** Returns whether a floor reaches another through at least one floor between them. */
function isIndirect(imports: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const reaches = (floor: string): boolean => floor === to || [...(imports.get(floor) ?? [])].some(reaches)
  return [...(imports.get(from) ?? [])].some(floor => floor !== to && reaches(floor))
}

/** Draws the floors as a Mermaid graph; an arrow that follows from others is left out. */
export function floorsPicture(files: ReadonlyMap<string, string>): string {
  const imports = importsOf(files)
  const arrows = [...imports].flatMap(([from, all]) =>
    [...all]
      .filter(to => !isIndirect(imports, from, to))
      .sort()
      .map(to => `  ${from} --> ${to}`),
  )
  return ['```mermaid', 'graph TD', ...arrows, '```'].join('\n')
}

/** Puts the picture between its marks. Throws if the page lacks them. */
export function withFloors(page: string, picture: string): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error(`docs/architecture.md lacks ${BEGIN} … ${END}`)
  return `${page.slice(0, from)}${BEGIN}\n\n${picture}\n\n${page.slice(to)}`
}
