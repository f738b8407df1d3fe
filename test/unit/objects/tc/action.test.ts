// Requests about actions: what builders add, what they refuse, and what becomes of an answer.
import { describe, expect, it, test } from 'vitest'
import {
  type ActionSpec,
  decodeActions,
  decodeMessage,
  encodeMessage,
  gotoChain,
  jump,
  NetlinkError,
  request,
} from '../../../../src/codec.js'
import { Several } from '../../../../src/request/request.js'
import { eventOf } from '../../../../src/rtnetlink/events.js'
import { thrown } from '../../../support/vector-build.js'

const { action } = request
const RTM_NEWACTION = 48
const RTM_DELACTION = 49

/** The first action of a request, decoded. */
function sent(made: { readonly bytes: Uint8Array }): Record<string, unknown> {
  const { tab } = decodeMessage(made.bytes).attrs as { tab: Record<string, unknown>[] }
  return tab[0] ?? {}
}

function rejection(call: () => unknown): NetlinkError {
  const error = thrown(call)
  if (!NetlinkError.is(error)) throw error
  return error
}

/** A message of a type that holds a table of actions. */
const table = (type: number, tab: readonly object[]): Uint8Array =>
  encodeMessage({ type, flags: 0, seq: 0, pid: 0, header: {}, attrs: { tab } as object })

describe('what builders add', () => {
  test.each([
    ['gact', 'parms', 'ok'],
    ['csum', 'parms', 'ok'],
    ['vlan', 'parms', 'pipe'],
    ['ctinfo', 'act', 'pipe'],
    ['police', 'tbf', 'reclassify'],
    ['pedit', 'parms', 'ok'],
  ] as const)('%s has its struct, with index and control', (kind, name, control) => {
    expect(sent(action.add({ kind, index: 7 }))).toMatchObject({
      kind,
      options: { [name]: { index: 7, action: control } },
    })
    expect(sent(action.add({ index: 7, options: { kind } } as ActionSpec))).toEqual(
      sent(action.add({ kind, index: 7 })),
    )
  })

  it('lets a redirected packet end here, a mirrored one go on', () => {
    const mirred = (eaction: 'egress-redir' | 'ingress-mirror' | number) =>
      sent(action.add({ options: { kind: 'mirred', parms: { eaction, ifindex: 5 } } }))
    expect(mirred('egress-redir')).toMatchObject({ options: { parms: { action: 'stolen' } } })
    expect(mirred(3)).toMatchObject({ options: { parms: { action: 'stolen', eaction: 'ingress-redir' } } })
    expect(mirred('ingress-mirror')).toMatchObject({ options: { parms: { action: 'pipe' } } })
  })

  it('keeps what is given', () => {
    const parms = { index: 3, action: 'trap' } as const
    expect(sent(action.add({ index: 9, options: { kind: 'gact', parms } }))).toMatchObject({ options: { parms } })
    expect(sent(action.add({ kind: 'nosuchkind', index: 4 }))).toEqual({ kind: 'nosuchkind', index: 4 })
    const other = { kind: 'other', name: 'nosuchkind', data: Uint8Array.of(1, 2, 3, 4) } as const
    expect(sent(action.add({ options: other }))).toMatchObject({ kind: 'nosuchkind' })
  })

  it('gives a rate its table, also one that was read', () => {
    const rate = { rate: 125_000 }
    const made = sent(action.add({ options: { kind: 'police', tbf: { rate } } })) as {
      options: { tbf: { rate: object }; rate: number[] }
    }
    expect(made.options.tbf.rate).toMatchObject({ rate: 125_000, cellLog: 3, cellAlign: -1, linklayer: 'ethernet' })
    expect(made.options.rate).toHaveLength(256)
    expect(made.options.rate.slice(0, 2)).toEqual([1000, 2000])
    const read = { cellLog: 0, linklayer: 1, overhead: 0, cellAlign: 0, mpu: 0, rate: 125_000 }
    expect(sent(action.add({ options: { kind: 'police', tbf: { rate: read } } }))).toEqual(made)
    const none = sent(action.add({ options: { kind: 'police', pktrate64: 5n, pktburst64: 9n } }))
    expect(none['options']).not.toHaveProperty('rate')
  })

  it('names a link by its name', () => {
    const { fixUps } = action.add({ options: { kind: 'mirred', parms: { eaction: 'egress-redir', ifindex: 'v0' } } })
    expect(fixUps).toMatchObject([{ kind: 'link', name: 'v0', fieldPath: 'actions[0].options.parms.ifindex' }])
  })

  it('writes a summary of one, and of many', () => {
    expect(action.add({ index: 5, options: { kind: 'gact' } }).summary).toBe('action add index=5 options.kind=gact')
    expect(action.get({ kind: 'gact', index: 5 }).summary).toBe('action get kind=gact index=5')
    expect(action.add([{ kind: 'gact' }, { kind: 'vlan' }]).summary).toBe(
      'action add actions=[{kind=gact},{kind=vlan}]',
    )
  })
})

describe('what builders refuse', () => {
  test.each([
    ['no action', () => action.add([]), '1 to 32 actions'],
    ['33 actions', () => action.add(Array.from({ length: 33 }, () => ({ kind: 'gact' }))), '1 to 32 actions'],
    ['no kind to list', () => action.dump({} as { kind: string }), 'kind'],
    ['no kind to flush', () => action.flush({ kind: '' }), 'kind'],
    ['no index to get', () => action.get({ kind: 'gact' } as { kind: string; index: number }), 'index'],
    ['no kind to delete', () => action.delete({ index: 1 } as { kind: string; index: number }), 'kind'],
    [
      'a control that is none',
      () => action.add({ options: { kind: 'gact', parms: { action: 'drop' as 'ok' } } }),
      'shot',
    ],
    ['a 64-bit index', () => action.add({ kind: 'gact', index: 2 ** 32 }), 'not an integer'],
  ])('%s', (_, call, words) => {
    const error = rejection(call)
    expect(error.code).toBe('ERR_NETLINK_BAD_VALUE')
    expect(error.message).toContain(words)
  })

  test.each([
    ['nothing', () => action.add(undefined as unknown as ActionSpec)],
    ['text', () => action.flush('gact' as unknown as { kind: string })],
    ['a negative chain', () => gotoChain(-1)],
    ['a chain of 29 bits', () => gotoChain(2 ** 28)],
    ['half a jump', () => jump(0.5)],
  ])('%s, with a TypeError', (_, call) => {
    expect(thrown(call)).toBeInstanceOf(TypeError)
  })
})

describe('gotoChain and jump', () => {
  it('are the opcode and the value', () => {
    expect([gotoChain(0), gotoChain(42), jump(2)]).toEqual([0x20000000, 0x2000002a, 0x10000002])
    expect(gotoChain(2 ** 28 - 1)).toBe(0x2fffffff)
  })
})

describe('what becomes of an answer', () => {
  const tab = [
    { kind: 'gact', options: { kind: 'gact', parms: { index: 3, action: 'shot' } } },
    { kind: 'police', options: { kind: 'police', tbf: { index: 4 } } },
    { kind: 'pedit', options: { kind: 'pedit', parmsEx: { index: 5, keys: [] } } },
    { kind: 'ctinfo', options: { kind: 'ctinfo', act: { index: 6 } } },
    { kind: 'vlan', index: 7 },
    { kind: 'nosuchkind' },
  ]
  const bytes = table(RTM_NEWACTION, tab)

  it('is every action of the table, each with kind and index', () => {
    const expected = [
      ['gact', 3],
      ['police', 4],
      ['pedit', 5],
      ['ctinfo', 6],
      ['vlan', 7],
      ['nosuchkind', 0],
    ]
    const found = decodeActions(bytes.subarray(16))
    expect(found.map(({ kind, index }) => [kind, index])).toEqual(expected)
    const rows = action.dump({ kind: 'gact' }).decode?.(RTM_NEWACTION, bytes, 16, bytes.length) as unknown
    if (!(rows instanceof Several)) throw new Error('not several')
    expect(rows.items).toEqual(found)
    expect(action.get({ kind: 'gact', index: 3 }).decode?.(50, bytes, 16, bytes.length)).toEqual(found[0])
  })

  it('is nothing where the header is cut off', () => {
    expect(action.dump({ kind: 'gact' }).decode?.(RTM_NEWACTION, bytes, 16, 19)).toBeUndefined()
    expect(rejection(() => decodeActions(new Uint8Array(3)))).toMatchObject({ code: 'ERR_NETLINK_BAD_MESSAGE' })
    expect(decodeActions(new Uint8Array(4))).toEqual([])
  })

  it('is a number after a flush', () => {
    const flush = table(RTM_DELACTION, [{ kind: 'gact', cookie: new Uint8Array(Uint32Array.of(320).buffer) }])
    expect(action.flush({ kind: 'gact' }).decode?.(RTM_DELACTION, flush, 16, flush.length)).toBe(320)
    expect(eventOf(RTM_DELACTION, flush, 16, flush.length, undefined)).toEqual({
      type: 'action',
      action: 'delete',
      actions: [],
      flushed: { kind: 'gact', count: 320 },
    })
  })

  it('is an event with all actions', () => {
    expect(eventOf(RTM_NEWACTION, bytes, 16, bytes.length, undefined)).toMatchObject({ type: 'action', action: 'new' })
    expect(eventOf(RTM_DELACTION, bytes, 16, bytes.length, 7)).toMatchObject({
      action: 'delete',
      actions: [{ index: 3 }, { index: 4 }, { index: 5 }, { index: 6 }, { index: 7 }, { index: 0 }],
      netns: { nsid: 7 },
    })
  })
})
