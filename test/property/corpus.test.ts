// What fuzzing has found, and what was known to be hostile before: every file of test/corpus, for ever.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkScenario, corpusBytes, corpusText, fuzzOne, type Scenario, uncommented } from '../../src/testing.js'

const folder = new URL('../corpus/', import.meta.url)
const files = readdirSync(folder).sort()
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

test.each(files.filter(name => name.endsWith('.hex')))('%s', name => {
  const text = read(name)
  expect(text).toMatch(/^# \S/)
  fuzzOne(corpusBytes(text))
})

test.each(files.filter(name => name.endsWith('.json')))('%s', async name => {
  const text = read(name)
  expect(text).toMatch(/^# \S/)
  await checkScenario(JSON.parse(uncommented(text)) as Scenario)
})

test('a file of the corpus is read as it was written', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, at) => at * 7)
  expect(corpusBytes(corpusText('one\ntwo', bytes))).toEqual(bytes)
  expect(corpusBytes('07 0405*3\n0*2 # 1*9')).toEqual(Uint8Array.of(7, 4, 5, 4, 5, 4, 5, 0))
  expect(() => corpusBytes('# fine\n0')).toThrow(TypeError)
  expect(() => corpusBytes('xx')).toThrow(TypeError)
  expect(() => corpusBytes('*2')).toThrow(TypeError)
})
