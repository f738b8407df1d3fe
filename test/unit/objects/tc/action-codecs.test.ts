// Hand-written codecs of actions on bytes that no kernel sends, and on values that cannot be written.
import { describe, expect, it, test } from 'vitest'
import { type ActionSpec, decodeMessage, encodeMessage, NetlinkError, request } from '../../../../src/codec.js'
import { tcActEnum } from '../../../../src/generated/tc/tables.gen.js'
import { fuzzOne } from '../../../../src/testing.js'
import { attr, type Bytes, message, text, thrown, u16, u32 } from '../../../support/vector-build.js'

const RTM_NEWACTION = 48
const TCA_ACT_TAB = 1
const TCA_ACT_KIND = 1
const TCA_ACT_OPTIONS = 2

/** Decodes options of a kind, and checks on the way that they are written again as they came. */
function optionsOf(kind: string, ...attrs: Bytes[]): Record<string, unknown> {
  const options = attr(
    TCA_ACT_OPTIONS,
    attrs.flatMap(each => [...each]),
  )
  const one = attr(1, [...attr(TCA_ACT_KIND, [...text(kind), 0]), ...options])
  const bytes = message(RTM_NEWACTION, [0, 0, 0, 0], [attr(TCA_ACT_TAB, one)])
  const decoded = decodeMessage(bytes)
  expect(encodeMessage(decoded)).toStrictEqual(bytes)
  fuzzOne(bytes)
  const { tab } = decoded.attrs as { tab: [{ options: Record<string, unknown> }] }
  return tab[0].options
}

const unknown = (type: number, data: Bytes) => ({
  type,
  nested: false,
  netByteOrder: false,
  data: Uint8Array.from(data),
})

/** What the builder says of options that it refuses. */
function rejection(options: object): Pick<NetlinkError, 'code' | 'attrPath' | 'message'> {
  const error = thrown(() => request.action.add({ options } as ActionSpec))
  if (!NetlinkError.is(error)) throw error
  return error
}

describe('pedit', () => {
  const TCA_PEDIT_PARMS = 2
  const gen = [...u32(1), ...u32(0), ...u32(3), ...u32(1), ...u32(0)]
  const key = [...u32(1), ...u32(2), ...u32(4), ...u32(0), ...u32(0), ...u32(0)]

  it('reads as many keys as the struct counts', () => {
    const found = optionsOf('pedit', attr(TCA_PEDIT_PARMS, [...gen, 2, 7, 0, 0, ...key, ...key]))
    expect(found['parms']).toMatchObject({ index: 1, action: 'pipe', flags: 7 })
    expect((found['parms'] as { keys: unknown[] }).keys).toHaveLength(2)
    expect(optionsOf('pedit', attr(TCA_PEDIT_PARMS, [...gen, 0, 0, 0, 0]))['parms']).toMatchObject({ keys: [] })
  })

  test.each([
    ['cut off', gen],
    ['more keys counted than there are', [...gen, 2, 0, 0, 0, ...key]],
    ['255 keys counted', [...gen, 255, 0, 0, 0]],
    ['fewer keys counted', [...gen, 1, 0, 0, 0, ...key, ...key]],
    ['half a key', [...gen, 1, 0, 0, 0, ...key.slice(0, 12)]],
    ['padding that is not zero', [...gen, 0, 0, 1, 0]],
    ['nothing', []],
  ])('keeps bytes that it does not understand: %s', (_, bytes) => {
    const found = optionsOf('pedit', attr(TCA_PEDIT_PARMS, bytes))
    expect(found).toEqual({ kind: 'pedit', $unknown: [unknown(TCA_PEDIT_PARMS, bytes)] })
  })

  test.each([
    [{ keys: 5 }, 'keys must be an array of at most 255', 'tab[0].options(pedit).parms'],
    [{ keys: Array.from({ length: 256 }, () => ({})) }, 'keys must be an array', 'tab[0].options(pedit).parms'],
    [{ keys: [{ val: -1 }] }, '-1 is not an integer', 'tab[0].options(pedit).parms.keys[0].val'],
    [{ keys: [{}, { of: 1 }] }, 'no such member', 'tab[0].options(pedit).parms.keys[1].of'],
    [{ keys: ['x'] }, 'is not an object', 'tab[0].options(pedit).parms.keys[0]'],
    [{ action: 'drop' }, '"drop" is none of', 'tab[0].options(pedit).parms.action'],
    [{ nkeys: 3 }, 'no such member', 'tab[0].options(pedit).parms.nkeys'],
  ])('refuses %j', (parms, words, attrPath) => {
    const error = rejection({ kind: 'pedit', parms })
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', attrPath })
    expect(error.message).toContain(words)
  })

  it('knows the controls that the model knows', () => {
    for (const [name, value] of Object.entries(tcActEnum.names)) {
      const { bytes } = request.action.add({ options: { kind: 'pedit', parms: { action: name as 'ok' } } })
      expect(decodeMessage(bytes).attrs).toMatchObject({ tab: [{ options: { parms: { action: name } } }] })
      const same = request.action.add({ options: { kind: 'pedit', parms: { action: value } } })
      expect(same.bytes).toStrictEqual(bytes)
    }
  })
})

describe('bpf', () => {
  const TCA_ACT_BPF_OPS = 4

  it('reads instructions, none too', () => {
    const one = [...u16(21), 1, 2, ...u32(2048)]
    expect(optionsOf('bpf', attr(TCA_ACT_BPF_OPS, [...one, ...one]))['ops']).toEqual([
      { code: 21, jt: 1, jf: 2, k: 2048 },
      { code: 21, jt: 1, jf: 2, k: 2048 },
    ])
    expect(optionsOf('bpf', attr(TCA_ACT_BPF_OPS))['ops']).toEqual([])
  })

  it('keeps half an instruction', () => {
    const bytes = [...u16(21), 1, 2]
    expect(optionsOf('bpf', attr(TCA_ACT_BPF_OPS, bytes))['$unknown']).toEqual([unknown(TCA_ACT_BPF_OPS, bytes)])
  })

  test.each([
    ['x', 'must be an array', 'tab[0].options(bpf).ops'],
    [[{ code: 0x10000 }], 'is not an integer', 'tab[0].options(bpf).ops[0]'],
    [[{}], 'is not a number', 'tab[0].options(bpf).ops[0]'],
    [[{ code: 1 }, 5], 'is not an object', 'tab[0].options(bpf).ops[1]'],
  ])('refuses %j', (ops, words, attrPath) => {
    const error = rejection({ kind: 'bpf', ops })
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', attrPath })
    expect(error.message).toContain(words)
  })
})

describe('ife metadata', () => {
  const TCA_IFE_METALST = 6
  const list = (...attrs: Bytes[]): number[] =>
    attr(
      TCA_IFE_METALST,
      attrs.flatMap(each => [...each]),
    )

  it('is a value, or nothing for the packet’s own', () => {
    const found = optionsOf('ife', list(attr(1), attr(3, u32(9)), attr(5, u16(7))))
    expect(found['metalst']).toEqual({ skbmark: true, prio: 9, tcindex: 7 })
  })

  it('keeps other lengths', () => {
    const found = optionsOf('ife', list(attr(1, [1, 2, 3]), attr(5, u32(7))))
    expect(found['metalst']).toEqual({ $unknown: [unknown(1, [1, 2, 3]), unknown(5, u32(7))] })
  })

  test.each([
    [{ skbmark: 2 ** 32 }, 'skbmark'],
    [{ tcindex: 65536 }, 'tcindex'],
    [{ prio: 'x' }, 'prio'],
  ])('refuses %j', (metalst, name) => {
    expect(rejection({ kind: 'ife', metalst })).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      attrPath: `tab[0].options(ife).metalst.${name}`,
    })
  })

  it('leaves out what is false', () => {
    const { bytes } = request.action.add({ options: { kind: 'ife', metalst: { skbmark: false, prio: true } } })
    expect(decodeMessage(bytes).attrs).toMatchObject({ tab: [{ options: { metalst: { prio: true } } }] })
    expect(JSON.stringify(decodeMessage(bytes).attrs)).not.toContain('skbmark')
  })
})
