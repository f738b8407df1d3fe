// What most changes of routes are is written without the tables (src/rtnl/usual-route.ts): it must be what they make of it, and what is
// wrong must be refused alike.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetlinkError } from '../../src/errors/netlink-error.js'
import type { RouteSpec } from '../../src/generated/route/types.gen.js'
import { fastPathChange } from '../../src/objects/route/fast-path.js'
import type { Request } from '../../src/request/request.js'
import { request } from '../../src/rtnetlink/requests.js'
import { toHex } from '../support/vector-bytes.js'

type Builder = (spec: RouteSpec) => Request<unknown>

const { route } = request
const builders: readonly Builder[] = [route.add, route.delete, route.replace, route.append, route.addEcho]

/** How a field is given: among the object's own keys, as a class gives it, or where no loop over keys finds it. */
type Where = 'own' | 'hidden' | 'inherited' | 'getter'

type Fields = readonly (readonly [name: string, value: unknown, where: Where])[]

/** Makes the object; with `more` it has a key that says nothing, and that no usual spec has. */
function specOf(fields: Fields, more: boolean): RouteSpec {
  const spec: RouteSpec = Object.create({})
  for (const [name, value, where] of fields) {
    const enumerable = where === 'own' || where === 'inherited'
    const holder: object = where === 'own' || where === 'hidden' ? spec : Object.getPrototypeOf(spec)
    const property = where === 'getter' ? { get: () => value } : { value }
    Object.defineProperty(holder, name, { ...property, enumerable, configurable: true })
  }
  if (more) Object.defineProperty(spec, '$', { value: undefined, enumerable: true })
  return spec
}

/** What a builder makes of a spec, or how it refuses it. */
function made(build: Builder, spec: RouteSpec): object | string {
  try {
    const built = build(spec)
    const { bytes, fixUps, slow, decode, decodeFast: fast, summary } = built
    const slots = Array.from(bytes, (_, at) => built.locate(at))
    return { bytes: toHex(bytes), fixUps, slow, replies: decode !== undefined, fast: fast, summary, slots: slots }
  } catch (error) {
    if (!NetlinkError.is(error)) return String(error)
    const { code, detail, fieldPath, attrPath, message } = error
    return { code, detail, fieldPath, attrPath, message }
  }
}

const octets = fc.ipV4()
const groups = fc.ipV6()
const prefix = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(octets, fc.integer({ min: 0, max: 32 })).map(([text, length]) => `${text}/${length}`),
  },
  { weight: 2, arbitrary: octets },
  {
    weight: 4,
    arbitrary: fc.tuple(groups, fc.integer({ min: 0, max: 128 })).map(([text, length]) => `${text}/${length}`),
  },
  { weight: 1, arbitrary: groups },
  fc.constantFrom<unknown>(
    'default',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/129',
    '2001:db8/32',
    '10.0.0.0/33',
    '10.0.0/8',
    '',
    '100',
    7,
    null,
    {},
  ),
)
const word = fc.oneof(
  { weight: 6, arbitrary: fc.nat() },
  fc.constantFrom<unknown>(0, -0, 0xffff_ffff, 2 ** 32, -1, 1.5, Number.NaN, '3', 3n, true, null, []),
)
const name = fc.constantFrom<unknown>(
  'v0',
  'lo',
  '3',
  'a'.repeat(15),
  'a'.repeat(16),
  'a'.repeat(40),
  '',
  'v 0',
  'ü',
  'a/b',
  '\0',
  4,
  null,
)
const gateway = fc.oneof(
  { weight: 5, arbitrary: octets },
  { weight: 5, arbitrary: groups },
  fc.constantFrom<unknown>('2001:db8::1', '2001:db8::1/128', '10.0.0.1/32', 'default', '', 0, null, {}),
)
const other = fc.constantFrom<readonly [string, unknown]>(
  ['family', 'inet'],
  ['family', 'inet6'],
  ['src', '198.51.100.0/24'],
  ['tos', 16],
  ['table', 100],
  ['table', 1000],
  ['protocol', 'bgp'],
  ['scope', 'host'],
  ['type', 'blackhole'],
  ['flags', ['onlink']],
  ['via', { family: 'inet6', addr: '2001:db8::1' }],
  ['multipath', [{ gateway: '192.0.2.1' }]],
  ['nhId', 3],
  ['metrics', { mtu: 1400 }],
  ['prefsrc', '192.0.2.7'],
  ['metric', 5],
  ['cacheinfo', { expires: 100 }],
  ['$unknown', []],
)
const where = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Where>('own') },
  fc.constantFrom<Where>('hidden', 'inherited', 'getter'),
)
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2, nil: undefined })

const fields: fc.Arbitrary<Fields> = fc
  .tuple(
    fc.tuple(fc.constant('dst'), prefix),
    rarely(fc.tuple(fc.constant('oif'), word)),
    rarely(fc.tuple(fc.constant('dev'), fc.oneof(word, name))),
    rarely(fc.tuple(fc.constant('gateway'), gateway)),
    rarely(fc.tuple(fc.constant('priority'), word)),
    fc.option(other, { freq: 2, nil: undefined }),
  )
  .chain(given => fc.shuffledSubarray(given.filter(field => field !== undefined)))
  .chain(given => fc.tuple(...given.map(([key, value]) => fc.tuple(fc.constant(key), fc.constant(value), where))))

test('a change of a route is what the tables make of it', () => {
  const fast = { inet: 0, inet6: 0 }
  fc.assert(
    fc.property(fields, given => {
      const spec = specOf(given, false)
      const family = fastPathChange('route add', 24, 0, spec, undefined)?.bytes[16]
      if (family !== undefined) fast[family === 2 ? 'inet' : 'inet6']++
      expect(fastPathChange('route add', 24, 0, specOf(given, true), undefined)).toBeUndefined()
      for (const build of builders) expect(made(build, spec)).toStrictEqual(made(build, specOf(given, true)))
    }),
    { numRuns: 10_000 },
  )
  expect(Math.min(fast.inet, fast.inet6)).toBeGreaterThan(500)
})
