/** Structs with bytes behind them, and definitions that all specs share. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ImportResult, runImport } from '../../../codegen/import/import.js'

const HEADER = `
enum { RTM_BASE = 16, RTM_NEWTHING = 16 };
enum { THA_UNSPEC, THA_NAME, __THA_MAX };
enum { THING_MODE_SLOW, THING_MODE_FAST };
struct thingmsg { unsigned char family; unsigned char mode; unsigned short opts_len; };
`
const SETTINGS = `
families: { thing: [] }
headers: [linux/thing.h]
also: []
definitions: [{ name: mode, type: enum, x-c-prefix: THING_MODE_ }]
member-prefixes: []
values: {}
`

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rtnetlink-import-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function run(rest: string, more = ''): ImportResult {
  for (const folder of ['upstream', 'overrides', 'specs', 'include/linux'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'include/linux/thing.h'), HEADER)
  writeFileSync(join(root, 'specs/constants.yaml'), SETTINGS)
  writeFileSync(
    join(root, 'specs/thing.yaml'),
    `name: thing
x-family: thing
definitions:
  - { name: thingmsg, type: struct, ${rest}members: [{ name: mode, enum: mode }] }${more}
attribute-sets: [{ name: thing-attrs, name-prefix: tha-, attributes: [{ name: name, type: string }] }]
operations: { fixed-header: thingmsg, list: [{ name: newthing, attribute-set: thing-attrs }] }
`,
  )
  const folder = (name: string): string => join(root, name)
  return runImport({
    specs: folder('upstream'),
    headers: folder('include'),
    kernel: '9.9',
    ownSpecs: folder('specs'),
    overrides: folder('overrides'),
  })
}

test('a struct names the bytes that a member of it counts', () => {
  const result = run('x-rest: { name: the-opts, length: opts-len }, ')
  expect(result.problems).toEqual([])
  expect(result.models[0]?.structs['thingmsg']?.rest).toEqual({ name: 'theOpts', length: 'optsLen' })
  expect(run('').models[0]?.structs['thingmsg']).not.toHaveProperty('rest')
})

test('the member that counts must be there', () => {
  expect(run('x-rest: { name: opts, length: size }, ').problems).toEqual([
    'thing: struct thingmsg: no member size to count',
  ])
})

test('specs refer to definitions of constants.yaml, and cannot make others of them', () => {
  const names = (result: ImportResult) => result.models[0]?.enums['mode']?.entries.map(entry => entry.name)
  expect(names(run(''))).toEqual(['slow', 'fast'])
  const again = run('', '\n  - { name: mode, type: enum, x-c-prefix: THING_MODE_S }')
  expect(again.notes).toContain('thing: definition mode: the one of constants.yaml counts')
  expect(names(again)).toEqual(['slow', 'fast'])
})
