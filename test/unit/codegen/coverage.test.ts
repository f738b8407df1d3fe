/** The model is held to the headers and to the list of kinds; the list is held to the modules of the kernels at hand. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { coverage, type Lists, readLists, unlistedKinds } from '../../../codegen/coverage.js'
import { type Headers, readHeaders } from '../../../codegen/headers/headers.js'
import type { Model } from '../../../codegen/model.js'

const codegen = fileURLToPath(new URL('../../../codegen/', import.meta.url))
const lists = readLists(codegen)

const HEADER = `enum { RTM_NEWTHING = 16, RTM_DELTHING, __RTM_MAX };
enum { RTNLGRP_THING, __RTNLGRP_MAX };
enum { THA_UNSPEC, THA_NAME, THA_COLOUR, THA_ALIAS = THA_NAME, THA_PAD, __THA_MAX };
#define THA_MAX (__THA_MAX - 1)
enum { THING_FAST, THING_SLOW };
`

function headersOf(text: string): Headers {
  const root = mkdtempSync(join(tmpdir(), 'coverage-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  writeFileSync(join(root, 'thing.h'), text)
  return readHeaders(root, ['thing.h'])
}

const model = {
  family: 'thing',
  messages: [{ cName: 'RTM_NEWTHING' }, { cName: 'RTM_DELTHING' }],
  groups: [{ cName: 'RTNLGRP_THING' }],
  sets: { a: { attrs: [{ cName: 'THA_NAME' }, { cName: 'THA_COLOUR' }] } },
  enums: { speed: { entries: [{ cName: 'THING_FAST' }, { cName: 'THING_SLOW' }] } },
  structs: {},
  subs: { data: { formats: [{ value: 'big' }, { value: 'small' }] } },
} as unknown as Model

const kinds: Lists['kinds'] = {
  thing: { model: { family: 'thing', sub: 'data' }, alias: 'thing-kind-', kinds: { big: 'big.c', small: 'small.c' } },
}

function check(header: string, absent: Lists['absent'] = [], kind: Lists['kinds'] = kinds, newest: string[] = []) {
  return coverage([model], headersOf(header), new Set(['thing.h']), { absent, opaque: [], kinds: kind }, newest)
}

test('finds nothing where the model has all', () => {
  expect(check(HEADER)).toEqual({ missing: {}, stale: [] })
})

test('names what an enum has and the model has not', () => {
  const header = HEADER.replace('RTM_DELTHING,', 'RTM_DELTHING, RTM_SETTHING,')
    .replace('RTNLGRP_THING,', 'RTNLGRP_THING, RTNLGRP_OTHER,')
    .replace('THA_PAD,', 'THA_PAD, THA_SIZE,')
    .concat('enum { THB_UNSPEC, THB_ID, __THB_MAX };')
  expect(check(header).missing).toEqual({
    'message types': ['RTM_SETTHING'],
    groups: ['RTNLGRP_OTHER'],
    enumerators: ['THA_SIZE', 'THB_ID'],
  })
})

test('takes a reason for what is missing, by name or by beginning, while it applies', () => {
  const header = HEADER.concat('enum { THB_UNSPEC, THB_ID, THB_NAME }; enum { ODD_ONE };')
  const exceptions = [{ reason: 'not ours', names: ['THB_*', 'ODD_ONE'] }]
  expect(check(header, exceptions)).toEqual({ missing: {}, stale: [] })
  expect(check(HEADER, exceptions)).toEqual({ missing: {}, stale: ['THB_*', 'ODD_ONE'] })
  // Names of newer headers than those at hand still count.
  expect(check(HEADER, exceptions, kinds, ['THB_ID', 'ODD_ONE'])).toEqual({ missing: {}, stale: [] })
  // What only older headers have may be missing here.
  expect(check(HEADER, [{ ...exceptions[0], until: 6.3 } as (typeof exceptions)[0]])).toEqual({
    missing: {},
    stale: [],
  })
  expect(check(HEADER, [{ reason: 'wrong', names: ['THA_NAME'] }], kinds, ['THA_NAME']).stale).toEqual(['THA_NAME'])
})

test('compares kinds with their list, both ways', () => {
  const wrong = { thing: { ...kinds['thing'], kinds: { big: 'big.c', huge: 'huge.c' } } } as Lists['kinds']
  expect(check(HEADER, [], wrong).missing).toEqual({
    kinds: ['thing/huge'],
    'kinds that codegen/kinds.yaml does not list': ['small'],
  })
  expect(check(HEADER, [{ reason: 'gone', names: ['thing/huge'] }], wrong).missing).toEqual({
    'kinds that codegen/kinds.yaml does not list': ['small'],
  })
})

test('wants a reason for what is only bytes', () => {
  const bytes = { cName: 'THA_NAME', type: 'bytes' }
  const opaque = { ...model, sets: { a: { attrs: [bytes, { cName: 'THA_COLOUR', type: 'u8' }] } } } as unknown as Model
  const checked = (names: string[]) =>
    coverage([opaque], headersOf(HEADER), new Set(), { absent: [], opaque: [{ reason: 'r', names }], kinds }, [])
  expect(checked([]).missing).toEqual({ 'descriptions of attributes': ['THA_NAME'] })
  expect(checked(['THA_NAME'])).toEqual({ missing: {}, stale: [] })
  expect(checked(['THA_NAME', 'THA_COLOUR']).stale).toEqual(['THA_COLOUR'])
})

test('reads the kinds that modules are loaded for', () => {
  const aliases = 'alias thing-kind-big big\nalias thing-kind-huge huge\nalias other-kind-x x\n'
  expect(unlistedKinds(aliases, { absent: [], opaque: [], kinds })).toEqual(['thing/huge'])
})

/** What the kernels installed here, running or not, can load. */
function aliasFiles(): string[] {
  return ['/lib/modules', '/usr/lib/uml/modules'].flatMap(folder =>
    existsSync(folder)
      ? readdirSync(folder)
          .map(release => join(folder, release, 'modules.alias'))
          .filter(file => existsSync(file))
      : [],
  )
}

test('every kind that an installed kernel has a module for is listed', context => {
  const files = aliasFiles()
  if (files.length === 0) context.skip('no kernel with modules is installed')
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('alias rtnl-link-')
    expect(unlistedKinds(text, lists)).toEqual([])
  }
})

test('every exception has a reason, and no name stands twice', () => {
  for (const { reason } of [...lists.absent, ...lists.opaque]) expect(reason).toMatch(/^[A-Z].{20,}\.$/)
  const names = [...lists.absent, ...lists.opaque].flatMap(exception => exception.names)
  expect([...new Set(names)]).toEqual(names)
})
