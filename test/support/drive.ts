// Operations without a kernel: what they ask, step by step.
import { expect } from 'vitest'
import { decodeMessage, type Message } from '../../src/codec.js'
import type { Operation } from '../../src/request/operation.js'

/** Runs an operation with these answers of the kernel; gives its requests and its result. */
export function drive<T>(operation: Operation<T>, ...answers: readonly unknown[]) {
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
  return { sent, result: step.value }
}
