// What the importer says of files that it cannot read, and the command line of arguments that it does not take.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readOverrides } from '../../../codegen/import/overrides.js'
import { readSpec } from '../../../codegen/ynl/ynl.js'
import { root } from '../../arch/sources.js'

const folder = mkdtempSync(join(tmpdir(), 'rtnetlink-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['', 'a mapping is expected'],
  ['- name: x', 'a mapping is expected'],
  ['name: [', 'at line 1'],
  ['name: x\nattribute-sets: 5', 'a list is expected'],
  ['name: x\nattribute-sets: [{ name: a, attributes: 5 }]', 'a list is expected'],
  ['name: x\nattribute-sets: [{ name: a, odd: 5 }]', 'unknown key odd'],
])('a spec that is none is named: %j', (text, what) => {
  const path = join(folder, 'odd.yaml')
  writeFileSync(path, text)
  expect(() => readSpec(path, true)).toThrow(/^odd\.yaml[:,] /)
  expect(() => readSpec(path, true)).toThrow(what)
})

test.each([
  ['a: 5', 'a list is expected'],
  ['- [', 'at line 1'],
])('so are overrides: %j', (text, what) => {
  const path = join(folder, 'odd.yaml')
  writeFileSync(path, text)
  expect(() => readOverrides(path)).toThrow(/^odd\.yaml: /)
  expect(() => readOverrides(path)).toThrow(what)
})

test.each([
  [['check', '--headers', '/usr/include', 'more'], 'more'],
  [['generate', 'more'], 'more'],
  [['generate', '--base', '/usr/include'], '--base'],
  [['check', '--headers', '/usr/include', '--kernel', '6.12'], '--kernel'],
  [['check', '--specs', '/usr/include'], '--specs'],
])('a command refuses what it does not take: %j', (given, what) => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'build/codegen/main.js'), ...given], {
    encoding: 'utf8',
  })
  expect([status, stderr.split('\n')[0]]).toEqual([2, `${given[0]} does not take ${what}`])
})
