// Faults of the transport against operations of the clients: each fault at each system call of each operation.
import { describe, expect, it } from 'vitest'
import { type BlockingName, blockingOperations, type OperationName, operations } from './fault-operations.js'
import { run, runBlocking, sound, soundBlocking } from './fault-run.js'
import { expected } from './fault-table.js'
import { type Fault, type FaultName, faults } from './faults.js'
import type { Call } from './faulty-transport.js'

const entries = Object.entries(faults) as [FaultName, Fault][]

/** The calls of an operation that a fault can hit; the first opens the client. */
const hits = (calls: readonly Call[], fault: Fault): [number, Call][] =>
  [...calls.entries()].filter(([at, call]) => at > 0 && fault.calls.includes(call))

describe.each(Object.keys(operations) as OperationName[])('%s', operation => {
  it.each(entries)('with %s', async (name, fault) => {
    const { calls, value } = await sound(operation)
    for (const [nth, [at, call]] of hits(calls, fault).entries()) {
      const outcome = await run(operation, name, at, value)
      expect(expected(name, operation, nth, call), `at ${call} (call ${at} of ${calls.join(', ')})`).toContain(outcome)
    }
  })
})

describe.each(Object.keys(blockingOperations) as BlockingName[])('blocking %s', operation => {
  it.each(entries.filter(([, { interferes }]) => interferes === undefined))('with %s', (name, fault) => {
    const { calls, value } = soundBlocking(operation)
    for (const [nth, [at, call]] of hits(calls, fault).entries()) {
      const outcome = runBlocking(operation, name, at, value)
      expect(expected(name, operation, nth, call), `at ${call} (call ${at} of ${calls.join(', ')})`).toContain(outcome)
    }
  })
})
