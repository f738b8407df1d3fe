import type * as FastCheck from 'fast-check'
import type { Codec } from '../../codec/table.js'
import { ematchList } from '../../objects/tc/ematch/codecs/list.js'
import { u32Pcnt } from '../../objects/tc/filter/codecs.js'

type Arb<T = unknown> = FastCheck.Arbitrary<T>

/** Makes what filters compare packets with: the values of the codecs that only they use; `undefined` for another codec. */
export function arbitraryMatches(fc: typeof FastCheck.default, codec: Codec): Arb | undefined {
  const u8 = fc.nat(0xff)
  const u16 = fc.nat(0xffff)
  const u32 = fc.nat(0xffffffff)
  const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const record = (members: Record<string, Arb>, optional: readonly string[] = []) =>
    fc.record(members, {
      requiredKeys: Object.keys(members).filter(key => !optional.includes(key)),
      noNullPrototype: true,
    })
  const key = { mask: u32, val: u32, off: fc.integer(), offmask: fc.integer() }
  if (codec === u32Pcnt) return record({ rcnt: u64, rhit: u64, kcnts: fc.array(u64, { maxLength: 4 }) })
  if (codec !== ematchList) return undefined

  const layer = fc.constantFrom('link', 'network', 'transport', 9)
  const operand = fc.constantFrom('eq', 'gt', 'lt', 7)
  const bytes = fc.uint8Array({ maxLength: 9 })
  const name = fc.string({ unit: fc.constantFrom(...'abcXYZ09-_.'), minLength: 1, maxLength: 15 })
  const is = (kind: string) => fc.constant(kind)
  const number = fc.oneof(u32, u64)
  const side = (type: string) =>
    record({ id: fc.constantFrom('value', 'dev', 99), type: is(type), shift: u8, op: operand })
  const meta = (type: string, value: Arb) =>
    record({ kind: is('meta'), left: side(type), right: side(type), lvalue: value, rvalue: value }, [
      'lvalue',
      'rvalue',
    ])
  const body = fc.oneof(
    record({
      kind: is('cmp'),
      val: u32,
      mask: u32,
      off: u16,
      align: fc.constantFrom('u8', 'u16', 'u32', 3),
      flags: fc.nat(15),
      layer,
      opnd: operand,
    }),
    record({ kind: is('nbyte'), off: u16, layer, pattern: bytes }),
    record({ kind: is('u32'), ...key }),
    meta('int', number),
    meta('var', name),
    record({
      kind: is('text'),
      algo: name,
      fromOffset: u16,
      toOffset: u16,
      fromLayer: layer,
      toLayer: layer,
      pattern: bytes,
    }),
    record({ kind: is('canid'), rules: fc.array(record({ canId: u32, canMask: u32 }), { maxLength: 3 }) }),
    record({ kind: is('ipset'), index: u16, dim: u8, flags: u8 }),
    record({ kind: is('ipt'), hook: u32, matchName: name, matchRevision: u8, nfproto: u8, matchData: bytes }, [
      'hook',
      'matchName',
      'matchRevision',
      'nfproto',
      'matchData',
    ]),
    record({ kind: is('other'), id: fc.constantFrom(6, 77), data: fc.uint8Array({ minLength: 8, maxLength: 8 }) }),
  )
  const head = record(
    {
      relation: fc.constantFrom('and', 'or'),
      invert: fc.constant(true),
      simple: fc.constant(true),
      matchid: fc.integer({ min: 1, max: 0xffff }),
    },
    ['invert', 'simple', 'matchid'],
  )
  const list = (depth: number): Arb<object[]> => {
    const one =
      depth === 0
        ? body
        : fc.oneof(
            { weight: 3, arbitrary: body },
            { weight: 1, arbitrary: record({ kind: is('container'), matches: list(depth - 1) }) },
          )
    return fc.array(fc.tuple(head, one), { minLength: 1, maxLength: 3 }).map(matches =>
      matches.map(([{ relation, ...rest }, what], index) => ({
        ...what,
        ...rest,
        ...(index === matches.length - 1 ? {} : { relation }),
      })),
    )
  }
  return list(2)
}
