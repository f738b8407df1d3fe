import { isDeepStrictEqual } from 'node:util'
import { NetlinkError } from '../../errors/netlink-error.js'
import type { BulkResult } from '../../request/operation.js'
import type { ScenarioStep } from './scenario.js'
import { answerTo, REJECTED, rowsOf, type ScenarioKernel, type ScenarioRequest } from './scenario-kernel.js'

/** What became of one call of a scenario. */
export interface Outcome {
  readonly step: ScenarioStep
  /** The number of its request, or of the first of a bulk. */
  readonly first: number
  /** What a stream has given. */
  readonly rows: readonly unknown[]
  /** What an abort rejects with, where the call was given the signal. */
  readonly reason: unknown
  readonly result: { readonly value: unknown } | { readonly error: unknown }
}

const UNKNOWN = 'ERR_NETLINK_OUTCOME_UNKNOWN'
const INTERRUPTED = 'ERR_NETLINK_DUMP_INTERRUPTED'
const quiet = new Set(['ok', 'long', 'lost', 'interrupted'])

/** Throws unless an outcome is what its plan allows; `unanswered` is how what was never answered ends. */
export function allowed(kernel: ScenarioKernel, outcome: Outcome, unanswered: string, aborted: boolean): void {
  const { step, first, rows, result, reason } = outcome
  const requested = kernel.requested.get(first)
  const wrong = (what: string): Error =>
    new Error(`${step.do} ${first} (${step.answers.map(({ how }) => how).join()}): ${what}`, {
      cause: 'error' in result ? result.error : result.value,
    })
  for (const [value, one] of kernel.requested)
    if (one.times > 1 && (one.step.do === 'change' || one.step.do === 'bulk'))
      throw new Error(`change ${value} was executed ${one.times} times`)
  if ('error' in result) {
    if (reason !== undefined && result.error === reason && aborted) return
    const codes = codesOf(kernel, outcome, requested, unanswered)
    const { error } = result
    if (!NetlinkError.is(error)) throw wrong('rejects with no NetlinkError')
    if (!codes.has(error.code)) throw wrong(`${error.code} is none of ${[...codes].join()}`)
    if (error.reason === 'kernel' && error.extAck?.message !== undefined && error.extAck.message !== REJECTED.message)
      throw wrong('has the words of another error')
    if (step.do === 'dump') prefix(outcome, wrong)
    return
  }
  const { value } = result
  const hows = step.answers.map(({ how }) => how)
  if (step.do === 'get' && (value !== answerTo(first) || !hows.every(how => quiet.has(how) && how !== 'lost')))
    throw wrong(`gives ${String(value)}`)
  if (
    step.do === 'change' &&
    (value !== undefined || !hows.every(how => quiet.has(how) && (how !== 'lost' || requested?.acknowledged === false)))
  )
    throw wrong('succeeds')
  if (step.do === 'list' && !isDeepStrictEqual(value, allRows(step, first)))
    throw wrong(`gives ${JSON.stringify(value)}`)
  if (step.do === 'list' && hows.includes('lost')) throw wrong('succeeds')
  if (step.do === 'dump') {
    prefix(outcome, wrong)
    if (value === 'read' && rows.length !== allRows(step, first).length) throw wrong(`ends after ${rows.length} rows`)
    if (value === 'read' && hows.some(how => how !== 'ok' && how !== 'long' && how !== 'interrupted'))
      throw wrong('ends well')
  }
  if (step.do === 'bulk') bulk(kernel, outcome, value as BulkResult, wrong)
}

function allRows(step: ScenarioStep, value: number): number[] {
  return step.answers.flatMap((_, index) => rowsOf(value, index))
}

/** What a stream gave is where the dump begins. */
function prefix({ step, first, rows }: Outcome, wrong: (what: string) => Error): void {
  const all = allRows(step, first).slice(0, rows.length)
  if (!isDeepStrictEqual(rows, all)) throw wrong(`gives the rows ${JSON.stringify(rows)}`)
}

/** The codes that a call may end with. */
function codesOf(
  kernel: ScenarioKernel,
  { step }: Outcome,
  requested: ScenarioRequest | undefined,
  unanswered: string,
): Set<string> {
  const socket = requested?.socket
  const codes = new Set(socket === undefined ? [] : kernel.troubles.get(socket))
  const hows = new Set(step.answers.map(({ how }) => how))
  if (hows.has('error') && step.do !== 'bulk') codes.add(REJECTED.code)
  if (hows.has('gap')) codes.add('ERR_NETLINK_OVERRUN')
  if (hows.has('interrupted') && (step.do === 'list' || step.do === 'dump')) codes.add(INTERRUPTED)
  if (hows.has('long')) codes.add(UNKNOWN)
  if (kernel.silent || requested?.socket === undefined) codes.add(unanswered)
  return codes
}

/** Every error of a bulk is told, none is made up. */
function bulk(
  kernel: ScenarioKernel,
  { step, first }: Outcome,
  result: BulkResult,
  wrong: (what: string) => Error,
): void {
  const failed = result.failed.map(({ index }) => index)
  for (const { index, error } of result.failed)
    if (step.answers[index]?.how !== 'error' || error.code !== REJECTED.code)
      throw wrong(`request ${index} fails with ${error.code}`)
  if (result.sent !== step.answers.length) throw wrong(`${result.sent} are sent`)
  const accounted = new Set([...failed, ...result.unknown])
  if (accounted.size !== failed.length + result.unknown.length) throw wrong('tells of one request twice')
  for (const [index, { how }] of step.answers.entries())
    if (how === 'error' && !accounted.has(index)) throw wrong(`hides the error of ${index}`)
  const requested = kernel.requested.get(first)
  const socket = requested?.socket
  const troubled = socket !== undefined && kernel.troubles.has(socket)
  if (result.unknown.length > 0 && !troubled && !step.answers.some(({ how }) => how === 'gap' || how === 'long'))
    throw wrong('does not know what nothing happened to')
}
