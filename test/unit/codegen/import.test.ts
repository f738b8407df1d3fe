/** The importer on a small family of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compare } from '../../../codegen/check.js'
import { readHeaders } from '../../../codegen/headers/headers.js'
import { constantNames, type ImportResult, runImport, serialize } from '../../../codegen/import/import.js'

const HEADER = `
#include <linux/types.h>
enum { RTM_BASE = 16, RTM_NEWTHING = 16, RTM_DELTHING, RTM_GETTHING, __RTM_MAX };
enum { RTNLGRP_NONE, RTNLGRP_THING, __RTNLGRP_MAX };
enum { THA_UNSPEC, THA_NAME, THA_MODE, THA_SPEED, THA_STATS, THA_KIND, THA_DATA, THA_LIST, THA_6RD, THA_NEW, THA_PAD, __THA_MAX };
#define THA_MAX (__THA_MAX - 1)
enum { THA_A_UNSPEC, THA_A_PORT, THA_A_ADDR, __THA_A_MAX };
enum { THING_MODE_SLOW_START, THING_MODE_FAST, __THING_MODE_MAX };
#define THING_F_UP (1 << 0)
#define THING_F_DOWN (1 << 1)
#define THING_F_MAX 2
struct thingmsg { __u8 thing_family; __u8 __thing_pad; __u16 thing_index; __u32 thing_flags; };
struct thing_stats { __u32 packets; __u64 bytes; __be16 port; __u8 mac[6]; __u8 prio[2]; };
`

const UPSTREAM = `
name: rt-thing
definitions:
  - { name: thingmsg, type: struct, members: [{ name: thing-family, type: u8 }, { name: pad, type: pad, len: 1 }, { name: thing-index, type: u16 }, { name: thing-flags, type: u32, enum: thing-flags }] }
  - { name: thing-stats, type: struct, members: [{ name: packets, type: u32 }, { name: bytes, type: u64 }, { name: port, type: u16 }, { name: mac, type: binary, len: 6, display-hint: mac }, { name: prio, type: u16 }] }
  - { name: thing-mode, type: enum, entries: [slowstart, fast] }
  - { name: thing-flags, type: flags, name-prefix: thing-f-, entries: [up, down] }
  - { name: unused-enum, type: enum, entries: [nowhere, to-be-found] }
attribute-sets:
  - name: thing-attrs
    name-prefix: tha-
    attributes:
      - { name: name, type: string }
      - { name: mode, type: u8, enum: thing-mode }
      - { name: speed, type: u32, byte-order: big-endian, display-hint: hex }
      - { name: stats, type: binary, struct: thing-stats }
      - { name: kind, type: string }
      - { name: data, type: sub-message, sub-message: data-msg, selector: kind }
      - { name: list, type: indexed-array, sub-type: u32, byte-order: big-endian }
      - { name: 6rd, type: binary, display-hint: ipv4-or-v6 }
      - { name: new, type: u64 }
      - { name: pad, type: pad }
  - name: few-attrs
    subset-of: thing-attrs
    attributes: [{ name: name }, { name: speed, type: u16 }]
  - name: a-attrs
    name-prefix: tha-a-
    attributes: [{ name: port, type: u16 }, { name: addr, type: binary, multi-attr: true, display-hint: mac }]
  - { name: pruned-attrs, name-prefix: no-such-, attributes: [{ name: thing, type: u8 }] }
sub-messages:
  - { name: data-msg, formats: [{ value: b, attribute-set: few-attrs }, { value: a, attribute-set: a-attrs }, { value: c }] }
operations:
  fixed-header: thingmsg
  list:
    - { name: getthing, attribute-set: thing-attrs, do: { request: { value: 18 }, reply: { value: 16 } } }
    - { name: delthing-ntf, value: 17, notify: getthing }
mcast-groups: { list: [{ name: rtnlgrp-thing, value: 1 }] }
`

const SETTINGS = `
families: { thing: [rt-thing] }
headers: [linux/thing.h]
also: [linux/types.h]
member-prefixes: [thing_]
values: { AF_ODD: 99 }
`

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rtnetlink-import-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}

/** Imports the small family with changes: own spec, overrides, upstream, header, older header. */
function run(
  changes: { own?: string; overrides?: string; upstream?: string; header?: string; base?: string } = {},
): ImportResult {
  put('upstream/rt-thing.yaml', changes.upstream ?? UPSTREAM)
  put('include/linux/thing.h', changes.header ?? HEADER)
  put('include/linux/types.h', '')
  put('specs/constants.yaml', SETTINGS)
  if (changes.own !== undefined) put('specs/own.yaml', `name: own\nx-family: thing\n${changes.own}`)
  put('overrides/thing.yaml', changes.overrides ?? '[]')
  if (changes.base !== undefined) put('base/linux/thing.h', changes.base)
  return runImport({
    specs: join(root, 'upstream'),
    headers: join(root, 'include'),
    ...(changes.base === undefined ? {} : { base: join(root, 'base') }),
    kernel: '9.9',
    ownSpecs: join(root, 'specs'),
    overrides: join(root, 'overrides'),
  })
}

function only(result: ImportResult) {
  expect(result.problems).toEqual([])
  const [model] = result.models
  if (model === undefined) throw new Error('no model')
  return model
}

test('imports messages, groups and attributes with the numbers of the headers', () => {
  const model = only(run())
  expect(model.messages.map(({ id, name, header, set }) => [id, name, header, set])).toEqual([
    [16, 'newthing', 'thingmsg', 'thing-attrs'],
    [17, 'delthing', 'thingmsg', 'thing-attrs'],
    [18, 'getthing', 'thingmsg', 'thing-attrs'],
  ])
  expect(model.groups).toEqual([{ id: 1, cName: 'RTNLGRP_THING', name: 'thing' }])
  expect(model.sets['thing-attrs']).toEqual({
    typeName: 'ThingAttrs',
    attrs: [
      { id: 1, cName: 'THA_NAME', name: 'name', type: 'string', dir: 'both' },
      { id: 2, cName: 'THA_MODE', name: 'mode', type: 'u8', enum: 'thing-mode', dir: 'both' },
      { id: 3, cName: 'THA_SPEED', name: 'speed', type: 'u32', be: true, hint: 'hex', dir: 'both' },
      { id: 4, cName: 'THA_STATS', name: 'stats', type: 'struct', ref: 'thing-stats', dir: 'both' },
      { id: 5, cName: 'THA_KIND', name: 'kind', type: 'string', dir: 'both' },
      { id: 6, cName: 'THA_DATA', name: 'data', type: 'sub', ref: 'data-msg', dir: 'both' },
      { id: 7, cName: 'THA_LIST', name: 'list', type: 'indexed', elem: { type: 'u32', be: true }, dir: 'both' },
      { id: 8, cName: 'THA_6RD', name: 'sixrd', type: 'ip', dir: 'both' },
      { id: 9, cName: 'THA_NEW', name: 'new', type: 'u64', dir: 'both' },
      { id: 10, cName: 'THA_PAD', name: 'pad', type: 'pad', dir: 'both' },
    ],
  })
})

test('flattens subsets, sorts formats, prunes what nothing reaches', () => {
  const model = only(run())
  expect(Object.keys(model.sets)).toEqual(['a-attrs', 'few-attrs', 'thing-attrs'])
  expect(model.sets['few-attrs']?.attrs[1]).toMatchObject({ id: 3, type: 'u16', be: true })
  expect(model.sets['a-attrs']?.attrs[1]).toMatchObject({ type: 'mac', multi: true })
  expect(model.subs['data-msg']).toEqual({
    typeName: 'DataMsg',
    selector: { attr: 'kind' },
    formats: [
      { value: 'a', name: 'a', set: 'a-attrs' },
      { value: 'b', name: 'b', set: 'few-attrs' },
      { value: 'c', name: 'c' },
    ],
  })
  expect(Object.keys(model.enums)).toEqual(['thing-flags', 'thing-mode'])
})

test('takes layout, byte order and padding of structs from the header', () => {
  const result = run()
  const { structs } = only(result)
  expect(structs['thingmsg']?.members.map(({ name, offset, enum: named }) => [name, offset, named])).toEqual([
    ['family', 0, undefined],
    ['index', 2, undefined],
    ['flags', 4, 'thing-flags'],
  ])
  expect(structs['thing-stats']).toMatchObject({ cName: 'thing_stats', size: 32, min: 32 })
  expect(structs['thing-stats']?.members).toEqual([
    { name: 'packets', cName: 'packets', offset: 0, type: 'u32' },
    { name: 'bytes', cName: 'bytes', offset: 8, type: 'u64' },
    { name: 'port', cName: 'port', offset: 16, type: 'u16', be: true },
    { name: 'mac', cName: 'mac', offset: 18, type: 'mac', length: 6 },
    { name: 'prio', cName: 'prio', offset: 24, type: 'bytes', length: 2 },
  ])
  expect(result.notes).toEqual(['thing: struct thing_stats: 22 bytes by the spec, 32 by the header'])
})

test('names enumerators as the header does', () => {
  const { enums } = only(run())
  expect(enums['thing-mode']?.entries).toEqual([
    { name: 'slow-start', cName: 'THING_MODE_SLOW_START', value: 0 },
    { name: 'fast', cName: 'THING_MODE_FAST', value: 1 },
  ])
  expect(enums['thing-flags']).toEqual({
    typeName: 'ThingFlags',
    flags: true,
    entries: [
      { name: 'up', cName: 'THING_F_UP', value: 1 },
      { name: 'down', cName: 'THING_F_DOWN', value: 2 },
    ],
  })
})

test('keeps provenance without paths, and comes out the same every time', () => {
  const first = run()
  const model = only(first)
  expect(Object.keys(model.provenance.inputs)).toEqual(['rt-thing.yaml', 'thing.h'])
  expect(model.provenance.kernel).toBe('9.9')
  expect(serialize(first.models)).toBe(serialize(run().models))
  expect(serialize(first.models)).not.toContain(root)
  expect(first.constants).toContainEqual(['AF_ODD', 99])
  expect(first.constants.map(([name]) => name)).not.toContain('THA_MAX')
  const names = new Map(first.constants)
  expect(constantNames(model).filter(name => !names.has(name))).toEqual([])
})

test('marks what older headers lack, and shortens structs to what they had', () => {
  const base = HEADER.replace('THA_NEW, THA_PAD,', '').replace(' __u8 mac[6]; __u8 prio[2];', '')
  const model = only(run({ base }))
  expect(model.sets['thing-attrs']?.attrs.filter(attr => attr.since !== undefined).map(attr => attr.cName)).toEqual([
    'THA_NEW',
    'THA_PAD',
  ])
  expect(model.structs['thing-stats']).toMatchObject({ size: 32, min: 24 })
})

test('applies overrides and own specs', () => {
  const model = only(
    run({
      overrides: `
- { spec: rt-thing, set: thing-attrs, attribute: new, drop: true }
- { spec: rt-thing, set: thing-attrs, attribute: speed, byte-order: null, x-dir: reply, x-name: rate }
- { spec: rt-thing, set: few-attrs, attribute: speed, drop: true }
- { spec: rt-thing, struct: thing-stats, member: prio, byte-order: big-endian }
- { spec: rt-thing, struct: thing-stats, x-min: 16 }
- { spec: rt-thing, enum: thing-mode, entries: null, x-c-prefix: THING_MODE_, x-except: [THING_MODE_FAST] }`,
      own: `
attribute-sets: [{ name: odd-attrs, x-type-name: Odd, attributes: [{ name: one, type: flag, x-c-name: THA_A_PORT }, { name: two, type: binary, x-codec: via, x-c-name: AF_ODD }] }]
sub-messages: [{ name: data-msg, formats: [{ value: THA_A_ADDR, attribute-set: odd-attrs, x-name: odd }] }]`,
    }),
  )
  const attrs = model.sets['thing-attrs']?.attrs ?? []
  expect(attrs.map(attr => attr.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10])
  expect(attrs[2]).toEqual({ id: 3, cName: 'THA_SPEED', name: 'rate', type: 'u32', hint: 'hex', dir: 'reply' })
  expect(model.structs['thing-stats']?.min).toBe(16)
  expect(model.structs['thing-stats']?.members[4]).toEqual({
    name: 'prio',
    cName: 'prio',
    offset: 24,
    type: 'u16',
    be: true,
  })
  expect(model.enums['thing-mode']?.entries.map(entry => entry.name)).toEqual(['slow-start'])
  expect(model.sets['odd-attrs']).toEqual({
    typeName: 'Odd',
    attrs: [
      { id: 1, cName: 'THA_A_PORT', name: 'one', type: 'flag', dir: 'both' },
      { id: 99, cName: 'AF_ODD', name: 'two', type: 'codec', ref: 'via', dir: 'both' },
    ],
  })
  expect(model.subs['data-msg']?.formats).toContainEqual({ value: 2, name: 'odd', set: 'odd-attrs' })
  expect(Object.keys(model.provenance.inputs)).toEqual([
    'overrides/thing.yaml',
    'rt-thing.yaml',
    'specs/own.yaml',
    'thing.h',
  ])
})

test.each<[string, Parameters<typeof run>[0], string]>([
  [
    'an override that changes nothing',
    { overrides: '- { spec: rt-thing, set: thing-attrs, attribute: mode, type: u8 }' },
    'changes nothing',
  ],
  [
    'an override of nothing',
    { overrides: '- { spec: rt-thing, set: thing-attrs, attribute: moad, enum: x }' },
    'moad is not there',
  ],
  [
    'an override of an unknown spec',
    { overrides: '- { spec: rt-thin, set: thing-attrs, attribute: mode, type: u16 }' },
    'no spec of this name',
  ],
  [
    'a shifted number',
    { header: HEADER.replace('THA_MODE, THA_SPEED', 'THA_SPEED, THA_MODE') },
    'mode: 2 by the spec, but THA_MODE is 3',
  ],
  ['a name the headers lack', { header: HEADER.replace('THA_KIND', 'THA_KINDS') }, 'no THA_KIND in the headers'],
  [
    'another message number',
    { upstream: UPSTREAM.replace('value: 18', 'value: 19') },
    'getthing: 19 by the spec, 18 by the header',
  ],
  [
    'another group number',
    { upstream: UPSTREAM.replace('rtnlgrp-thing, value: 1', 'rtnlgrp-thing, value: 2') },
    'RTNLGRP_THING: 2 by the spec, 1 by the header',
  ],
  [
    'a struct the headers lack',
    { header: HEADER.replace('struct thing_stats', 'struct thing_stat') },
    'no struct thing_stats in the headers',
  ],
  [
    'an enum without constants',
    { upstream: UPSTREAM.replace('slowstart', 'slowest') },
    'thing-mode: the headers have no constant under THING_MODE_ for slowest=0',
  ],
  [
    'a set that is not defined',
    { upstream: UPSTREAM.replace('attribute-set: a-attrs', 'attribute-set: b-attrs') },
    'set b-attrs is not defined',
  ],
  [
    'an unknown type',
    { upstream: UPSTREAM.replace('type: u64 }\n      - { name: pad', 'type: u65 }\n      - { name: pad') },
    'type u65 is not supported',
  ],
  [
    'two fields of one name',
    { overrides: '- { spec: rt-thing, set: thing-attrs, attribute: mode, x-name: speed }' },
    'two fields called speed',
  ],
  [
    'a selector that is not there',
    { upstream: UPSTREAM.replace('selector: kind', 'selector: kin') },
    'getthing has no attribute kin to select the format',
  ],
  [
    'two types of one name',
    {
      own: 'attribute-sets: [{ name: x-attrs, x-keep: true, name-prefix: tha-a-, x-type-name: ThingAttrs, attributes: [{ name: port, type: u16 }] }]',
    },
    'are both called ThingAttrs',
  ],
  [
    'an own set that nothing uses',
    { own: 'attribute-sets: [{ name: lost-attrs, name-prefix: tha-, attributes: [{ name: name, type: string }] }]' },
    'lost-attrs: nothing refers to it',
  ],
  [
    'an own enum that nothing uses',
    { own: 'definitions: [{ name: lost, type: enum, x-c-prefix: THING_MODE_ }]' },
    'lost: nothing refers to it',
  ],
  [
    'a member that C lacks',
    { overrides: '- { spec: rt-thing, struct: thing-stats, member: colour, display-hint: hex }' },
    'no C member for colour',
  ],
  [
    'a set without a prefix',
    { own: 'attribute-sets: [{ name: bare, x-keep: true, attributes: [{ name: name, type: string }] }]' },
    'the set has no name-prefix',
  ],
])('fails on %s', (_, changes, expected) => {
  expect(run(changes).problems.join('\n')).toContain(expected)
})

test('refuses unknown keys in own specs', () => {
  const own = 'attribute-sets: [{ name: a, attributes: [{ name: name, typo: string }] }]'
  expect(() => run({ own })).toThrow('own.yaml, a: unknown key typo in attribute name')
})

/** Compares the small family with other headers. */
function check(header: string, changes: Parameters<typeof run>[0] = {}) {
  const { models, constants } = run(changes)
  put('other/linux/thing.h', header)
  return compare(models, constants, readHeaders(join(root, 'other'), ['linux/thing.h']), {
    values: { AF_ODD: 99 },
  })
}

test('check finds nothing in the headers it was made from', () => {
  expect(check(HEADER)).toMatchObject({ contradictions: [], newer: [], notes: [] })
})

test('check tells newer names and contradictions apart', () => {
  const older = check(HEADER.replace('THA_NEW, THA_PAD,', ''))
  expect(older.newer).toEqual(['THA_NEW', 'THA_PAD'])
  expect(older.contradictions).toEqual([])

  const shifted = check(HEADER.replace('THA_MODE, THA_SPEED', 'THA_SPEED, THA_MODE'))
  expect(shifted.contradictions).toEqual([
    'THA_MODE is 2 in the model, 3 in the headers',
    'THA_SPEED is 3 in the model, 2 in the headers',
  ])
})

test('constants that number bits have the values of those', () => {
  const overrides =
    '- { spec: rt-thing, enum: thing-mode, type: flags, entries: null, x-c-prefix: THING_MODE_, x-bits: true }'
  expect(only(run({ overrides })).enums['thing-mode']?.entries.map(({ value }) => value)).toEqual([1, 2])
  const shifted = check(HEADER.replace('MODE_SLOW_START,', 'MODE_SLOW_START, THING_MODE_MEDIUM,'), { overrides })
  expect(shifted.contradictions).toEqual(['THING_MODE_FAST is 1 in the model, 2 in the headers'])
})

test('check compares structs', () => {
  const longer = check(HEADER.replace('__u8 prio[2];', '__u8 prio[2]; __u64 more;'))
  expect(longer.contradictions).toEqual([])
  expect(longer.notes).toEqual(['struct thing_stats: 32 bytes in the model, 40 in the headers'])
  const shorter = check(HEADER.replace(' __u8 mac[6]; __u8 prio[2];', ''))
  expect(shorter.contradictions).toEqual(['struct thing_stats: at least 32 bytes in the model, 24 in the headers'])
  const moved = check(HEADER.replace('__u32 packets; __u64 bytes;', '__u64 bytes; __u32 packets;'))
  expect(moved.contradictions.join()).toContain('packets at 0 as u32 in the model, at 8 as u32 in the headers')
  const turned = check(HEADER.replace('__u32 packets', '__s32 packets').replace('__be16 port', '__u16 port'))
  expect(turned.contradictions.join()).toContain('packets at 0 as u32 in the model, at 0 as s32 in the headers')
  expect(turned.contradictions.join()).toContain('port at 16 as u16 in network order in the model, at 16 as u16 in')
})
