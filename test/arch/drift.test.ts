// The generated files are what the generator makes of the model.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readLists } from '../../codegen/coverage.js'
import { coverageTable, withCoverage } from '../../codegen/coverage-page.js'
import { docGaps, readDocs } from '../../codegen/emit/docs.js'
import { generateFiles, readModels } from '../../codegen/emit/generate.js'
import { floorsPicture, withFloors } from '../../codegen/floors-page.js'
import { root, sourceFiles } from './sources.js'

it('src/generated is what the generator makes of codegen/model', () => {
  const model = join(root, 'codegen/model')
  const constants = JSON.parse(readFileSync(join(model, 'constants.json'), 'utf8')) as [string, number][]
  const docs = readDocs(join(root, 'codegen/docs'))
  const files = generateFiles(readModels(model), constants, docs)
  const folder = join(root, 'src/generated')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  expect(names.sort()).toEqual([...files.keys()].sort())
  const differing = [...files].filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text)
  expect(
    differing.map(([name]) => name),
    'run npm run build && npm run codegen',
  ).toEqual([])
})

it('codegen/docs has a sentence for every field, and no other', () => {
  const models = readModels(join(root, 'codegen/model'))
  const docs = readDocs(join(root, 'codegen/docs'))
  expect(docGaps(models, docs)).toEqual({ missing: [], stale: [] })
  const others = new Map(
    [...docs].filter(([table]) => table !== 'NsidAttrs').concat([['Nothing', new Map([['A', 'B.']])]]),
  )
  expect(docGaps(models, others).missing).toContain('NsidAttrs.NETNSA_NSID')
  expect(docGaps(models, others).stale).toEqual(['Nothing.A'])
})

it('the table of docs/coverage.md says what the model covers', () => {
  const page = readFileSync(join(root, 'docs/coverage.md'), 'utf8')
  const table = coverageTable(readModels(join(root, 'codegen/model')), readLists(join(root, 'codegen')))
  expect(withCoverage(page, table) === page, 'run npm run build && npm run codegen').toBe(true)
  expect(() => withCoverage('no marks', table)).toThrow('lacks')
})

it('the picture of docs/architecture.md shows the imports between the floors', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const picture = floorsPicture(sourceFiles('src'))
  expect(withFloors(page, picture) === page, 'run npm run build && npm run codegen').toBe(true)
  const another = new Map([...sourceFiles('src'), ['src/engine/extra.ts', "import '../codec/table.js'"]])
  expect(floorsPicture(another)).not.toBe(picture)
  expect(() => withFloors('no marks', picture)).toThrow('lacks')
})
