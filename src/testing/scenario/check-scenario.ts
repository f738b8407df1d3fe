import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { NetlinkError } from '../../errors/netlink-error.js'
import { AsyncClient } from '../../io/async/async-client.js'
import { SyncClient } from '../../io/sync/sync-client.js'
import { rtnetlink } from '../../objects/protocol.js'
import type { CallOptions } from '../../request/operation.js'
import { checkMonitor } from './check-monitor.js'
import type { RequestScenario, Scenario, ScenarioStep } from './scenario.js'
import { question, ScenarioKernel } from './scenario-kernel.js'
import { allowed, type Outcome } from './scenario-outcome.js'

/** How long something that must settle may take, in milliseconds: a machine may be busy. */
const PATIENCE = 20_000
const WARNINGS = 'rtnetlink:warning'
const listen = () => {}

/**
 * Runs a scenario, and throws an Error that says what does not hold: every request settles once, with the answer that was meant for it or an error that
 * says what happened to it; a change is executed once; nothing stays in flight; no listener, poll or socket is left.
 */
export async function checkScenario(scenario: Scenario): Promise<void> {
  if (scenario.client === 'monitor') {
    await checkMonitor(scenario.steps)
    return
  }
  if (scenario.warnings) subscribe(WARNINGS, listen)
  try {
    if (scenario.client === 'async') await runAsync(scenario)
    else runBlocking(scenario)
  } finally {
    if (scenario.warnings) unsubscribe(WARNINGS, listen)
  }
}

async function runAsync({ warnings, readSize, steps }: RequestScenario): Promise<void> {
  const kernel = new ScenarioKernel(!warnings || steps.some(step => step.do === 'bulk'), readSize, true)
  const client = new AsyncClient(kernel.transport, { readSize, timeoutMs: Number.POSITIVE_INFINITY }, rtnetlink)
  const controller = new AbortController()
  const reason = new Error('aborted')
  const outcomes: Outcome[] = []
  let waiting = 0
  const watch = (outcome: Omit<Outcome, 'result'>, promise: Promise<unknown>): void => {
    waiting++
    const settled = (result: Outcome['result']): void => {
      waiting--
      outcomes.push({ ...outcome, result })
    }
    promise.then(
      value => settled({ value }),
      (error: unknown) => settled({ error }),
    )
  }
  let values = 0
  for (const step of steps) {
    const signal = step.number % 2 === 0 ? controller.signal : undefined
    const options: CallOptions = { signal }
    if (step.do === 'turn') await new Promise(resolve => setImmediate(resolve))
    else if (step.do === 'deliver') kernel.deliver(step.number)
    else if (step.do === 'abort') controller.abort(reason)
    else {
      const first = values + 1
      values += plan(kernel, step, first)
      const rows: unknown[] = []
      const told = { step, first, rows, reason: signal === undefined ? undefined : reason }
      if (step.do === 'get') watch(told, client.send(question(first, 'get'), options))
      else if (step.do === 'change') watch(told, client.send(question(first, 'change'), options))
      else if (step.do === 'list') watch(told, client.collect(question(first, 'dump'), options))
      else if (step.do === 'dump') watch(told, readStream(client, first, step.number, rows, options))
      else watch(told, client.bulk(questions(first, step), options))
    }
  }
  const until = performance.now() + PATIENCE
  for (let turns = 0; waiting > 0 && (!kernel.silent || turns < 6); turns++) {
    await (turns < 20 ? new Promise(resolve => setImmediate(resolve)) : new Promise(resolve => setTimeout(resolve, 1)))
    kernel.deliver(turns)
    if (performance.now() > until) throw new Error(`${waiting} requests never settle`)
  }
  const { sockets } = kernel.transport
  if (waiting === 0) {
    if (client.channel.port.engine.pending > 0) throw new Error('the engine waits for answers that nobody asked for')
    // On a busy machine the event loop is given its turn first, and the client finds nothing to wait for behind it.
    await new Promise(resolve => setImmediate(resolve))
    if (sockets.some(socket => socket.watched)) throw new Error('a socket is still polled')
  }
  await client.close()
  await new Promise(resolve => setImmediate(resolve))
  if (waiting > 0) throw new Error(`${waiting} requests are still waiting when the client is closed`)
  if (sockets.length > 0) throw new Error(`${sockets.length} sockets are left`)
  if (getEventListeners(controller.signal, 'abort').length > 0) throw new Error('a signal is still listened to')
  for (const outcome of outcomes) allowed(kernel, outcome, 'ERR_NETLINK_CLOSED', controller.signal.aborted)
}

function runBlocking({ warnings, readSize, steps }: RequestScenario): void {
  const kernel = new ScenarioKernel(!warnings, readSize, false)
  const client = new SyncClient(kernel.transport, { readSize, timeoutMs: 1000 }, rtnetlink)
  let values = 0
  for (const step of steps) {
    if (step.do === 'turn' || step.do === 'deliver' || step.do === 'abort') continue
    const first = values + 1
    values += plan(kernel, step, first)
    const rows: unknown[] = []
    const run = (): unknown => {
      if (step.do === 'get') return client.send(question(first, 'get'))
      if (step.do === 'change') return client.send(question(first, 'change'))
      if (step.do === 'list') return client.collect(question(first, 'dump'))
      if (step.do === 'bulk') return client.bulk(questions(first, step))
      for (const row of client.stream(question(first, 'dump'))) {
        rows.push(row)
        if (rows.length > 2 * step.number) break
      }
      return rows.length > 2 * step.number ? 'left' : 'read'
    }
    allowed(kernel, { step, first, rows, reason: undefined, result: outcomeOf(run) }, 'ERR_NETLINK_TIMEOUT', false)
    if (client.channel.port.engine.pending > 0) throw new Error('the engine waits for answers that nobody asked for')
  }
  client.close()
  if (kernel.transport.sockets.length > 0) throw new Error(`${kernel.transport.sockets.length} sockets are left`)
}

function outcomeOf(run: () => unknown): Outcome['result'] {
  try {
    return { value: run() }
  } catch (error) {
    return { error: NetlinkError.is(error) ? error : new Error('no typed error', { cause: error }) }
  }
}

/** Plans the answers to a step; gives how many requests it is. */
function plan(kernel: ScenarioKernel, step: ScenarioStep, first: number): number {
  if (step.do !== 'bulk') kernel.plan(first, step, step.answers)
  else for (const [index, answer] of step.answers.entries()) kernel.plan(first + index, step, [answer])
  return step.do === 'bulk' ? step.answers.length : 1
}

function* questions(first: number, step: ScenarioStep) {
  for (const index of step.answers.keys()) yield question(first + index, 'change') as never
}

/** Reads a stream to its end, or leaves it after some rows. */
async function readStream(
  client: AsyncClient,
  value: number,
  number: number,
  rows: unknown[],
  options: CallOptions,
): Promise<string> {
  for await (const row of client.stream(question(value, 'dump'), options)) {
    rows.push(row)
    if (rows.length > 2 * number) return 'left'
  }
  return 'read'
}
