/** Command line of the code generator. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { understood } from '../test/support/usage.js'
import { runCheck } from './check.js'
import { readLists } from './coverage.js'
import { coverageTable, withCoverage } from './coverage-page.js'
import { generate, readModels } from './emit/generate.js'
import { floorsPicture, withFloors } from './floors-page.js'
import { type ImportOptions, runImport, serialize, serializeConstants } from './import/import.js'

// The compiled file is build/codegen/main.js.
const root = fileURLToPath(new URL('../../codegen/', import.meta.url))

const usage = `npm run codegen [-- generate]
  writes src/generated and the table of docs/coverage.md from codegen/model, and the picture of docs/architecture.md from src
npm run codegen -- check --headers DIR
  compares the model with headers of a kernel: what lacks, what contradicts
npm run codegen -- import --specs DIR --headers DIR [--base DIR] [--kernel VERSION] [--verbose]
  makes codegen/model anew from YNL specifications, those of codegen/specs and the headers of a kernel (7.3);
  what the older headers of --base lack is marked as newer`

/** The options that each command takes. */
const commands: Readonly<Record<string, readonly string[]>> = {
  generate: [],
  check: ['headers'],
  import: ['specs', 'headers', 'base', 'kernel', 'verbose'],
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

function doImport(options: Omit<ImportOptions, 'ownSpecs' | 'overrides'>, verbose: boolean): void {
  const { models, constants, problems, notes } = runImport({
    ...options,
    ownSpecs: join(root, 'specs'),
    overrides: join(root, 'overrides'),
  })
  if (options.base === undefined) print('without --base DIR (older headers) nothing is marked as newer')
  if (verbose) for (const note of notes) print(`note: ${note}`)
  if (problems.length > 0) {
    for (const problem of problems) print(problem)
    print(`${problems.length} problems; nothing is written`)
    process.exitCode = 1
    return
  }
  const directory = join(root, 'model')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  for (const model of models) {
    writeFileSync(join(directory, `${model.family}.json`), serialize(model))
    const attributes = Object.values(model.sets).reduce((sum, set) => sum + set.attrs.length, 0)
    print(
      `${model.family}: ${model.messages.length} messages, ${Object.keys(model.sets).length} sets, ${attributes} attributes`,
    )
  }
  writeFileSync(join(directory, 'constants.json'), serializeConstants(constants))
  print(`${constants.length} constants, ${notes.length} notes (--verbose shows them)`)
}

function doCheck(directory: string): void {
  const { contradictions, newer, notes, missing, stale } = runCheck(root, directory)
  const list = (title: string, names: readonly string[]): void => {
    if (names.length > 0) print(`${title}: ${names.length}\n  ${names.join(' ')}`)
  }
  list(`newer than ${directory}`, newer)
  for (const note of notes) print(`note: ${note}`)
  for (const [what, names] of Object.entries(missing))
    list(`MISSING ${what} (model them, or say why not in codegen/uncovered.yaml)`, names)
  list('STALE entries of codegen/uncovered.yaml', stale)
  for (const contradiction of contradictions) print(`CONTRADICTION: ${contradiction}`)
  const wrong = Object.keys(missing).length + stale.length + contradictions.length
  if (wrong > 0) process.exitCode = 1
  else print(`the model has all that ${directory} knows`)
}

/** Reads the sources: path from the repository's root → text. */
function readSources(): Map<string, string> {
  const names = readdirSync(join(root, '../src'), { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter(name => name.endsWith('.ts'))
      .map(name => [`src/${name}`, readFileSync(join(root, '../src', name), 'utf8')]),
  )
}

function doGenerate(): void {
  const files = generate(root, fileURLToPath(new URL('../../src/generated/', import.meta.url)))
  const page = join(root, '../docs/coverage.md')
  const text = coverageTable(readModels(join(root, 'model')), readLists(root))
  writeFileSync(page, withCoverage(readFileSync(page, 'utf8'), text))
  const architecture = join(root, '../docs/architecture.md')
  writeFileSync(architecture, withFloors(readFileSync(architecture, 'utf8'), floorsPicture(readSources())))
  print(`${files.length} files generated`)
}

const act = understood(usage, () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      specs: { type: 'string' },
      headers: { type: 'string' },
      base: { type: 'string' },
      kernel: { type: 'string' },
      verbose: { type: 'boolean' },
    },
  })
  const given = (name: 'specs' | 'headers'): string => {
    const value = values[name]
    if (value === undefined) throw new Error(`--${name} DIR is missing`)
    return value
  }
  const [command = 'generate', more] = positionals
  const taken = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (taken === undefined) throw new Error(`unknown command ${command}`)
  const other = Object.keys(values).find(name => !taken.includes(name))
  if (more !== undefined || other !== undefined) throw new Error(`${command} does not take ${more ?? `--${other}`}`)
  if (command === 'import') {
    const { base, kernel = '7.3', verbose = false } = values
    const options = { specs: given('specs'), headers: given('headers'), base, kernel }
    return () => doImport(options, verbose)
  }
  if (command === 'check') {
    const headers = given('headers')
    return () => doCheck(headers)
  }
  return doGenerate
})
try {
  act()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
