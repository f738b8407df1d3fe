/** The header reader against a C compiler, over all headers that the importer reads. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { readModels } from '../../../codegen/emit/generate.js'
import type { CType } from '../../../codegen/headers/c-types.js'
import { readHeaders } from '../../../codegen/headers/headers.js'
import { readSettings } from '../../../codegen/import/import.js'

const codegen = fileURLToPath(new URL('../../../codegen/', import.meta.url))
// Another folder of headers can be checked by hand; it must hold linux/.
const include = process.env['UAPI_HEADERS'] ?? '/usr/include'
const compiler = spawnSync('gcc', ['--version']).error === undefined && existsSync(join(include, 'linux/rtnetlink.h'))

beforeEach(context => {
  if (!compiler) context.skip(`no gcc, or no headers in ${include}/linux`)
})

const settings = readSettings(join(codegen, 'specs'))
const headers = readHeaders(include, [...settings.headers, ...settings.also])

/** Compiles and runs a program that prints one number a line. */
function measure(expressions: readonly string[]): string[] {
  const files = [...new Set([...settings.headers, ...settings.also])].filter(file => headers.files.includes(file))
  const source = [
    '#include <stddef.h>',
    '#include <stdio.h>',
    ...files.map(file => `#include <${file}>`),
    'int main(void) {',
    ...expressions.map(expression => `  printf("%lld\\n", (long long)(${expression}));`),
    '}',
  ].join('\n')
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-headers-'))
  try {
    const file = join(directory, 'measure.c')
    const program = join(directory, 'measure')
    writeFileSync(file, source)
    execFileSync('gcc', ['-w', '-O0', '-DBIT(nr)=(1UL<<(nr))', `-I${include}`, '-o', program, file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return execFileSync(program, { encoding: 'utf8', maxBuffer: 1 << 24 })
      .trimEnd()
      .split('\n')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function compare(pairs: readonly (readonly [string, bigint])[]): string[] {
  const measured = measure(pairs.map(([expression]) => expression))
  expect(measured.length).toBe(pairs.length)
  return pairs
    .map(([expression, value], index) => ({ expression, mine: BigInt.asIntN(64, value), gcc: measured[index] }))
    .filter(({ mine, gcc }) => String(mine) !== gcc)
    .map(({ expression, mine, gcc }) => `${expression}: ${mine}, by gcc ${gcc}`)
}

function structure(tag: string, type: CType): [string, bigint][] {
  const members = (type.members ?? []).filter(member => member.bits === undefined)
  return [
    [`sizeof(struct ${tag})`, BigInt(type.size)],
    ...members.map((member): [string, bigint] => [`offsetof(struct ${tag}, ${member.name})`, BigInt(member.offset)]),
  ]
}

test('finds the constants that gcc finds', () => {
  const pairs = headers.names
    .filter(name => settings.headers.includes(headers.origin(name) ?? '') && !name.startsWith('_'))
    .map((name): [string, bigint] => [name, headers.constant(name) ?? 0n])
  expect(pairs.length).toBeGreaterThan(3500)
  expect(compare(pairs)).toEqual([])
})

test('lays structs out as gcc does', () => {
  const pairs = headers.structs
    // The kernel's sockaddr is libc's business.
    .filter(tag => headers.origin(`struct ${tag}`) !== undefined || headers.origin(tag) !== undefined)
    .flatMap(tag => structure(tag, headers.struct(tag) as CType))
  expect(pairs.length).toBeGreaterThan(1000)
  expect(compare(pairs)).toEqual([])
})

test('knows every struct of the model that these headers have', () => {
  const expected = readModels(join(codegen, 'model')).flatMap(model =>
    Object.values(model.structs).map(struct => struct.cName),
  )
  const known = [...new Set(expected)].filter(tag => headers.struct(tag) !== undefined)
  expect(known.length).toBeGreaterThan(40)
  expect(compare(known.flatMap(tag => structure(tag, headers.struct(tag) as CType)))).toEqual([])
})
