// Steps of networks as diagnostics_channel tells them: to stop, to abort and to kill at each.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { StepMessage } from '../../src/network.js'
import { type ChildResult, runModule } from './child.js'

const channel = 'rtnetlink:network-step'

/** Calls a function for each step while another runs, and gives the names of the steps that were started. */
export async function withSteps(
  reported: (message: StepMessage) => void,
  fn: () => Promise<unknown>,
): Promise<string[]> {
  const names: string[] = []
  const listener = (message: unknown): void => {
    const step = message as StepMessage
    if (step.phase === 'start') names.push(step.step)
    reported(step)
  }
  subscribe(channel, listener)
  try {
    await fn()
  } finally {
    unsubscribe(channel, listener)
  }
  return names
}

const entry = JSON.stringify(new URL('../../dist/network.js', import.meta.url).href)

/** Runs a text in a child that has the built `network` module; it kills itself as soon as a step reaches a phase. */
export function killedAt(step: string, phase: StepMessage['phase'], text: string): Promise<ChildResult> {
  return runModule(`import { subscribe } from 'node:diagnostics_channel'
    import * as network from ${entry}
    subscribe('${channel}', ({ step, phase }) => {
      if (step === ${JSON.stringify(step)} && phase === '${phase}') process.kill(process.pid, 'SIGKILL')
    })
    ${text}
    console.log('not killed')`)
}

/**
 * Runs a text in a Worker that has the built `network` module, until a step reaches a phase there; ends it then and there, when a
 * function has been called.
 */
export async function workerEndedAt(
  step: string,
  phase: StepMessage['phase'],
  text: string,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  const code = `import { subscribe } from 'node:diagnostics_channel'
    import { parentPort } from 'node:worker_threads'
    import * as network from ${entry}
    subscribe('${channel}', ({ step, phase }) => {
      if (step !== ${JSON.stringify(step)} || phase !== '${phase}') return
      parentPort.postMessage('there')
      for (;;) {}
    })
    ${text}`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  try {
    await once(worker, 'message')
    await meanwhile?.()
  } finally {
    await worker.terminate()
  }
}

/** Runs a text in a child that has the built `network` module. */
export function inChild(text: string): Promise<ChildResult> {
  return runModule(`import * as network from ${entry}\n${text}`)
}
