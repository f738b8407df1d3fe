// What changes of filters ask of the kernel, step by step, without one: whether actions that were read stay the same.
import { describe, expect, it } from 'vitest'
import { decodeMessage, type Filter, type FilterSpec, type Message, NetlinkError } from '../../../src/codec.js'
import { RTM_GETTFILTER, RTM_NEWTFILTER } from '../../../src/constants.js'
import { replaceFilter, setFilter } from '../../../src/rtnl/filter-operations.js'
import type { Operation } from '../../../src/rtnl/operation.js'

/** Runs an operation with these answers of the kernel; gives its requests. */
function drive(operation: Operation<unknown>, ...answers: readonly unknown[]): Message[] {
  const sent: Message[] = []
  const rest = [...answers]
  let step = operation.next()
  while (step.done !== true) {
    if (step.value.do !== 'request' && step.value.do !== 'dump') throw new Error(step.value.do)
    sent.push(decodeMessage(step.value.request.bytes))
    const answer = rest.shift()
    step = answer instanceof Error ? operation.throw(answer) : operation.next(answer)
  }
  expect(rest).toEqual([])
  return sent
}

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
const place = { ifindex: 7, handle: 1, parent: 0xffff_fff2, priority: 5, protocol: 'ip' } as const
const basic: Filter = { ...place, kind: 'basic', options: { kind: 'basic', act: [police, gact] } }
const fw: Filter = { ...place, kind: 'fw', options: { kind: 'fw', police: { tbf, tm } } }

const typesOf = (sent: readonly Message[]): unknown[] => sent.map(({ type }) => type)

/** The numbers of the actions in the last request, which has to be the change. */
function numbersOf(sent: readonly Message[]): unknown[] {
  const { options } = (sent.at(-1)?.attrs ?? {}) as { options?: Filter['options'] }
  if (options?.kind === 'fw') return [options.police?.tbf?.index]
  const act = (options?.kind === 'basic' || options?.kind === 'cgroup') && options.act
  return (act || []).map(({ options: each }) =>
    each?.kind === 'police' ? each.tbf?.index : each?.kind === 'gact' ? each.parms?.index : undefined,
  )
}

const acting = (act: readonly object[]): FilterSpec => ({ ...basic, options: { kind: 'basic', act } }) as FilterSpec

describe('actions of a filter that is changed', () => {
  it('are sent as they are where none has a number, and where nothing says which filter it is', () => {
    expect(typesOf(drive(setFilter({ ...place, kind: 'basic' }), undefined))).toEqual([RTM_NEWTFILTER])
    const fresh = acting([{ kind: 'gact' }, { options: { kind: 'gact', parms: { action: 'shot' } } }])
    expect(typesOf(drive(setFilter(fresh), undefined))).toEqual([RTM_NEWTFILTER])
    expect(typesOf(drive(replaceFilter({ ...basic, priority: 0 }), undefined))).toEqual([RTM_NEWTFILTER])
    for (const reference of [
      { kind: 'gact', index: 3 },
      { index: 3, options: { kind: 'gact' } },
      { options: { kind: 'gact', parms: { index: 3 } } },
    ])
      expect(numbersOf(drive(setFilter(acting([reference])), undefined))).toEqual([3])
  })

  it.each<[string, readonly object[], readonly number[]]>([
    ['nothing differs', [police, gact], [9, 3]],
    ['they are counted otherwise', [police, { ...gact, stats: {}, options: { ...gact.options, tm: {} } }], [9, 3]],
    ['the same is said in other words', [{ ...police, options: { ...police.options, rate: 125_000 } }, gact], [9, 3]],
    ['a policer has another rate', [{ ...police, options: { ...police.options, rate: 250_000 } }, gact], [0, 3]],
    ['one does something else', [police, { options: { kind: 'gact', parms: { index: 3, action: 'shot' } } }], [9, 0]],
    ['the number stands beside', [{ index: 3, options: { kind: 'gact', parms: { action: 'shot' } } }], [0]],
    ['one has another cookie', [{ ...gact, cookie: Uint8Array.of(1) }], [0]],
    ['a number is not of this filter', [{ index: 4, options: { kind: 'gact', parms: { action: 'shot' } } }], [4]],
    ['a number is of another kind', [{ index: 9, options: { kind: 'gact', parms: { action: 'shot' } } }], [9]],
  ])('have the right numbers where %s', (_, act, numbers) => {
    for (const verb of [setFilter, replaceFilter]) {
      const sent = drive(verb(acting(act)), basic, undefined)
      expect(typesOf(sent)).toEqual([RTM_GETTFILTER, RTM_NEWTFILTER])
      expect(numbersOf(sent)).toEqual(numbers)
    }
  })

  it('are a policer too', () => {
    const policed = (more: object) => ({ ...fw, options: { kind: 'fw', police: { tbf, tm, ...more } } }) as FilterSpec
    expect(numbersOf(drive(setFilter(policed({})), fw, undefined))).toEqual([9])
    expect(numbersOf(drive(setFilter(policed({ rate: 250_000 })), fw, undefined))).toEqual([0])
  })

  it('are found in a dump where the kernel gives no filter', () => {
    const cgroup: Filter = { ...basic, kind: 'cgroup', options: { kind: 'cgroup', act: [gact] } }
    const act = [{ index: 3, options: { kind: 'gact', parms: { action: 'shot' } } }] as const
    const spec = { ...cgroup, options: { kind: 'cgroup', act } } as const
    expect(numbersOf(drive(replaceFilter(spec), [cgroup], undefined))).toEqual([0])
    expect(numbersOf(drive(replaceFilter(spec), [], undefined))).toEqual([3])
  })

  it('are sent as they are where no filter is there; other errors of the look end the call', () => {
    for (const code of ['ENOENT', 'EINVAL', 'ENODEV'])
      expect(numbersOf(drive(replaceFilter(basic), error(code), undefined))).toEqual([9, 3])
    expect(() => drive(replaceFilter(basic), error('EPERM'))).toThrow('EPERM')
  })

  it('are refused before anything is asked', () => {
    expect(() => drive(setFilter(acting([{ ...gact, options: { ...gact.options, typo: 1 } }])))).toThrow('typo')
    expect(() => drive(setFilter(acting([null as never])))).toThrow('options.act[0]')
  })
})
