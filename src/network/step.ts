import { channel } from 'node:diagnostics_channel'
import { atStep, hasCode, leftText } from './network-error.js'

/** One thing that is done, and how it is undone. Undoing bears that it is undone already: whoever did it may have been killed. */
export interface Step<C> {
  readonly name: string
  /** Does it; answers `false` when it was there already, so that a failure of a later step leaves it. */
  readonly do: (context: C) => Promise<unknown>
  /** `left` names later steps that could not be undone: what keeps account of them has to stay. */
  readonly undo?: ((context: C, left: readonly string[]) => Promise<unknown>) | undefined
  /** Stays when what it was done for goes: others may have come to rely on it. */
  readonly lasting?: boolean | undefined
}

/** What steps are run for. */
export interface Operation {
  /** `network web: connect eth0`. */
  readonly requested: string
  readonly signal?: AbortSignal | undefined
}

/** What `rtnetlink:network-step` of node:diagnostics_channel tells. */
export interface StepMessage {
  readonly requested: string
  readonly step: string
  readonly phase: 'start' | 'done' | 'undo' | 'undone'
}

const steps = channel('rtnetlink:network-step')

function tell(requested: string, step: string, phase: StepMessage['phase']): void {
  if (steps.hasSubscribers) steps.publish({ requested: requested, step, phase } satisfies StepMessage)
}

/**
 * Does steps one after the other. When one fails, those before it are undone, the last first, and it rejects with an error
 * that names the step; an abort takes effect between two steps.
 */
export async function run<C>(operation: Operation, list: readonly Step<C>[], context: C): Promise<void> {
  const { requested, signal } = operation
  const done: Step<C>[] = []
  for (const step of list) {
    try {
      tell(requested, step.name, 'start')
      signal?.throwIfAborted()
      if ((await step.do(context)) !== false) done.push(step)
      tell(requested, step.name, 'done')
    } catch (error) {
      // It may have been done all the same.
      if (hasCode(error, 'ERR_NETLINK_TIMEOUT', 'ERR_NETLINK_OUTCOME_UNKNOWN')) done.push(step)
      const left = await undo(operation, done, context)
      throw signal?.aborted === true && error === signal.reason ? error : atStep(error, requested, step.name, left)
    }
  }
}

/** Undoes steps, the last first, each whatever comes of the others; answers with what could not be undone. */
export async function undo<C>({ requested }: Operation, list: readonly Step<C>[], context: C): Promise<string[]> {
  const left: string[] = []
  for (const step of list.toReversed()) {
    if (step.undo === undefined) continue
    try {
      tell(requested, step.name, 'undo')
      await step.undo(context, left)
      tell(requested, step.name, 'undone')
    } catch (error) {
      left.push(leftText({ step: step.name, error }))
    }
  }
  return left
}

/** Undoes all that goes with the thing itself, wherever the doing stopped; rejects at the first that cannot be undone. */
export async function takeDown<C>({ requested }: Operation, list: readonly Step<C>[], context: C): Promise<void> {
  for (const step of list.toReversed()) {
    if (step.undo === undefined || step.lasting === true) continue
    try {
      tell(requested, step.name, 'undo')
      await step.undo(context, [])
      tell(requested, step.name, 'undone')
    } catch (error) {
      throw atStep(error, requested, step.name, [])
    }
  }
}
