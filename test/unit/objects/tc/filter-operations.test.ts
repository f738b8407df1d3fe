// What changes of filters ask of the kernel, step by step, without one: whether actions that were read stay the same.
import { describe, expect, it } from 'vitest'
import { decodeMessage, type Filter, type FilterSpec, type Message, NetlinkError } from '../../../../src/codec.js'
import { RTM_GETACTION, RTM_NEWTFILTER } from '../../../../src/constants.js'
import { filterMethods as filter } from '../../../../src/objects/tc/filter/methods.js'
import type { Task } from '../../../../src/request/operation.js'
import { drive } from '../../../support/drive.js'

/** Gives what a verb asks of the kernel that answers so. */
const requested = (task: Task<unknown>, ...answers: readonly unknown[]): Message[] =>
  task.do === undefined ? drive(task, ...answers).sent : [decodeMessage(task.request.bytes)]

const error = (code: string): NetlinkError => new NetlinkError({ reason: 'kernel', code, detail: 'no' })
const ratespec = { cellLog: 0, linklayer: 'ethernet', overhead: 0, cellAlign: 0, mpu: 0, rate: 125_000 } as const
const tbf = {
  index: 9,
  action: 'shot',
  limit: 0,
  burst: 1_280_000,
  mtu: 2040,
  rate: ratespec,
  peakrate: { ...ratespec, linklayer: 'unaware', rate: 0 },
  refcnt: 1,
  bindcnt: 1,
  capab: 0,
} as const
const tm = { install: 1n, lastuse: 1n, expires: 0n, firstuse: 0n }
const police = { kind: 'police', options: { kind: 'police', tbf, tm } } as const
const gact = {
  kind: 'gact',
  options: { kind: 'gact', parms: { index: 3, capab: 0, action: 'ok', refcnt: 2, bindcnt: 1 }, tm },
} as const
const ref = { ifindex: 7, handle: 1, parent: 0xffff_fff2, priority: 5, protocol: 'ip' } as const
const basic: Filter = { ...ref, kind: 'basic', options: { kind: 'basic', act: [police, gact] } }
const fw: Filter = { ...ref, kind: 'fw', options: { kind: 'fw', police: { tbf, tm } } }

const typesOf = (sent: readonly Message[]): unknown[] => sent.map(({ type }) => type)

/** The numbers of the actions in the last request, which has to be the change. */
function numbersOf(sent: readonly Message[]): unknown[] {
  const { options } = (sent.at(-1)?.attrs ?? {}) as { options?: Filter['options'] }
  if (options?.kind === 'fw') return [options.police?.tbf?.index]
  const act = options?.kind === 'basic' && options.act
  return (act || []).map(({ options: each }) =>
    each?.kind === 'police' ? each.tbf?.index : each?.kind === 'gact' ? each.parms?.index : undefined,
  )
}

const acting = (act: readonly object[]): FilterSpec => ({ ...basic, options: { kind: 'basic', act } }) as FilterSpec
const otherwise = { ...gact, options: { ...gact.options, parms: { ...gact.options.parms, action: 'shot' } } }
const faster = { ...police, options: { ...police.options, rate: 250_000 } }

describe('actions of a filter that is written', () => {
  it.each<[string, readonly object[], readonly unknown[]]>([
    ['have no number', [{ kind: 'gact' }, { options: { kind: 'gact', parms: { action: 'shot' } } }], [undefined, 0]],
    ['have a number alone', [{ kind: 'gact', index: 3 }], [3]],
    ['were written by hand', [{ index: 3, options: { kind: 'gact', parms: { action: 'shot' } } }], [3]],
    [
      'are of a kind that is not known',
      [{ options: { kind: 'other', name: 'x', data: Uint8Array.of() } }],
      [undefined],
    ],
  ])('are sent as they are where they %s', (_, act, numbers) => {
    const sent = requested(filter.set(acting(act)))
    expect(typesOf(sent)).toEqual([RTM_NEWTFILTER])
    expect(numbersOf(sent).map(number => number ?? 0)).toEqual(numbers.map(number => number ?? 0))
  })

  it.each<[string, readonly object[], readonly number[]]>([
    ['nothing differs', [police, gact], [9, 3]],
    ['they are counted otherwise', [police, { ...gact, stats: {}, options: { ...gact.options, tm: {} } }], [9, 3]],
    ['the same is said in other words', [{ ...police, options: { ...police.options, rate: 125_000 } }, gact], [9, 3]],
    ['a policer has another rate', [faster, gact], [0, 3]],
    ['one does something else', [police, otherwise], [9, 0]],
    ['one has another cookie', [police, { ...gact, cookie: Uint8Array.of(1) }], [9, 0]],
  ])('have the right numbers where %s', (_, act, numbers) => {
    for (const verb of [filter.add, filter.set, filter.replace]) {
      const sent = requested(verb(acting(act)), police, gact, undefined)
      expect(typesOf(sent)).toEqual([RTM_GETACTION, RTM_GETACTION, RTM_NEWTFILTER])
      expect(numbersOf(sent)).toEqual(numbers)
    }
    expect(numbersOf(requested(filter.addAndGet(acting(act)), police, gact, basic))).toEqual(numbers)
    expect(numbersOf(requested(filter.replaceAndGet(acting(act)), police, gact, basic, basic).slice(0, 3))).toEqual(
      numbers,
    )
  })

  it('are a policer too', () => {
    const policed = (more: object) => ({ ...fw, options: { kind: 'fw', police: { tbf, tm, ...more } } }) as FilterSpec
    // Filters tell of a policer less than the table of actions does.
    const reported = { ...police, index: 9, flags: { value: 1, selector: 1 }, hwStats: { value: 3, selector: 3 } }
    expect(numbersOf(requested(filter.set(policed({})), reported, undefined))).toEqual([9])
    expect(numbersOf(requested(filter.set(policed({ rate: 250_000 })), reported, undefined))).toEqual([0])
  })

  it('keep their numbers where they are gone; other errors of the look end the call', () => {
    for (const code of ['ENOENT', 'EINVAL'])
      expect(numbersOf(requested(filter.add(acting([faster])), error(code), undefined))).toEqual([9])
    expect(() => requested(filter.add(acting([faster])), error('ENOBUFS'))).toThrow('ENOBUFS')
  })

  it('are refused before anything is asked', () => {
    expect(() => filter.set(acting([{ ...gact, options: { ...gact.options, typo: 1 } }]))).toThrow('typo')
    expect(() => filter.set(acting([null as never]))).toThrow('options.act[0]')
  })
})
