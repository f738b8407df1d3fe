/** The committed model: whole, sorted, and made from the committed specs. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCheck } from '../../../codegen/check.js'
import { readModels } from '../../../codegen/emit/generate.js'
import { constantNames, serialize } from '../../../codegen/import/import.js'
import { flagNames } from '../../../src/codec.js'
import * as exported from '../../../src/constants.js'

const codegen = fileURLToPath(new URL('../../../codegen/', import.meta.url))
const models = readModels(join(codegen, 'model'))
const constants = JSON.parse(readFileSync(join(codegen, 'model/constants.json'), 'utf8')) as [string, number][]

test('was imported from the specs and overrides as they are', () => {
  const kept = Object.assign({}, ...models.map(model => model.provenance.inputs)) as { [file: string]: string }
  for (const folder of ['specs', 'overrides'])
    for (const file of readdirSync(join(codegen, folder))) {
      if (file === 'constants.yaml') continue
      const hash = createHash('sha256')
        .update(readFileSync(join(codegen, folder, file)))
        .digest('hex')
      expect(`${folder}/${file} ${kept[`${folder}/${file}`]}`).toBe(`${folder}/${file} ${hash}`)
    }
})

test.each(models.map(model => [model.family, model] as const))('%s refers only to what it has', (_, model) => {
  const has = (part: { readonly [key: string]: unknown }, key: string | undefined): void => {
    if (key !== undefined) expect(Object.keys(part)).toContain(key)
  }
  for (const message of model.messages) {
    has(model.structs, message.header)
    has(model.sets, message.set)
    has(model.sets, message.requestSet)
  }
  for (const { attrs } of Object.values(model.sets)) {
    expect(attrs.map(attr => attr.id)).toEqual([...new Set(attrs.map(attr => attr.id))].sort((a, b) => a - b))
    expect(new Set(attrs.map(attr => attr.name)).size).toBe(attrs.length)
    for (const attr of attrs) {
      has(model.enums, attr.enum ?? attr.elem?.enum)
      has(model.structs, attr.header)
      if (attr.type === 'sub') has(model.subs, attr.ref ?? '')
      if (attr.type === 'nest' || attr.elem?.type === 'nest') has(model.sets, attr.ref ?? attr.elem?.ref ?? '')
      if (attr.type === 'struct' || attr.elem?.type === 'struct') has(model.structs, attr.ref ?? attr.elem?.ref ?? '')
    }
  }
  for (const struct of Object.values(model.structs)) {
    expect(struct.min).toBeLessThanOrEqual(struct.size)
    for (const member of struct.members) {
      has(model.enums, member.enum)
      has(model.structs, member.type === 'codec' ? undefined : member.ref)
    }
  }
  for (const sub of Object.values(model.subs))
    for (const format of sub.formats) {
      has(model.sets, format.set)
      has(model.structs, format.header)
    }
  expect(readFileSync(join(codegen, 'model', `${model.family}.json`), 'utf8')).toBe(serialize(model))
})

test('exports every constant that a model names, sorted', () => {
  const names = constants.map(([name]) => name)
  expect(names).toEqual([...names].sort())
  expect(new Set(names).size).toBe(names.length)
  const known = new Set(names)
  expect(models.flatMap(constantNames).filter(name => !known.has(name))).toEqual([])
})

test('does not contradict the headers of this machine, and has all that they know', context => {
  if (!existsSync('/usr/include/linux/rtnetlink.h')) context.skip('no headers in /usr/include/linux')
  const result = runCheck(codegen, '/usr/include')
  expect(result.contradictions).toEqual([])
  expect(result.newer.length).toBeLessThan(constants.length / 4)
  // `npm run codegen -- check --headers /usr/include` says what to do about it.
  expect(result.missing).toEqual({})
  expect(result.stale).toEqual([])
})

test('bits are called by flagNames what they are written as', () => {
  const other = models.flatMap(({ enums }) =>
    // Constants that number bits are no masks: RTAX_MTU is 2, and its lock 4.
    Object.values(enums).flatMap(({ flags, bits, entries }) =>
      !flags || bits === true
        ? []
        : entries.flatMap(({ name, cName, value }) => {
            const names = flagNames(value, exported, cName.slice(0, -name.length))
            return names.join() === name ? [] : [`${cName} is ${names}`]
          }),
    ),
  )
  expect(other).toEqual([])
})
