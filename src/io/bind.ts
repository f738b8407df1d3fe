import type { Effect, MethodTables, Operation, Stream, Task } from '../request/operation.js'
import { clock } from '../wire/clock.js'

/** What runs the effects of operations: at once, or with promises. */
export interface Driver {
  /** Runs a verb's task to its result: of the asynchronous driver a promise, or a stream. */
  run(task: Task<unknown> | Stream<unknown>): unknown
  /** Turns what a verb throws into the client's way of failing. */
  reject(error: unknown): unknown
}

type Method = (...args: never[]) => unknown

/**
 * Turns a table of verbs into methods on `target`, one object a family. A family's methods are made at its first use: a client that
 * only lists links does not pay for all the others.
 */
export function bind(target: object, verbs: MethodTables, driver: Driver): void {
  for (const name of Object.keys(verbs)) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get() {
        const family = bindFamily(verbs[name] ?? {}, driver)
        Object.defineProperty(target, name, { value: family, configurable: true, enumerable: true, writable: false })
        return family
      },
    })
  }
}

function bindFamily(verbs: { readonly [verb: string]: Method }, driver: Driver): object {
  const methods: { [verb: string]: Method } = {}
  for (const [verb, make] of Object.entries(verbs)) {
    // No verb takes more: an array of arguments, taken apart again, costs 30 ns.
    const method = (a: never, b: never, c: never, d: never): unknown => {
      try {
        return driver.run(make(a, b, c, d) as Task<unknown> | Stream<unknown>)
      } catch (error) {
        // A rejected promise in its place cannot be iterated: its reason would be nobody's, and end the process.
        if (verb === 'dump') throw error
        return driver.reject(error)
      }
    }
    methods[verb] = Object.defineProperty(method, 'name', { value: verb })
  }
  return Object.freeze(methods)
}

/** Gives a step what is left of the time that the whole call has. */
function bounded(effect: Effect, since: number): Effect {
  if (effect.do === 'sleep') return effect
  const { options } = effect
  // What is no time is refused by who takes the step.
  if (typeof options?.timeoutMs !== 'number' || !(options.timeoutMs > 0)) return effect
  const left = Math.ceil(options.timeoutMs - (clock() - since))
  return { ...effect, options: { ...options, timeoutMs: Math.max(left, 0) } }
}

/** Runs an operation with a driver that answers effects with promises. */
export async function runAsync(
  operation: Operation<unknown>,
  perform: (effect: Effect) => Promise<unknown>,
): Promise<unknown> {
  const since = clock()
  let step = operation.next()
  while (step.done !== true) {
    let answer: unknown
    try {
      answer = await perform(bounded(step.value, since))
    } catch (error) {
      step = operation.throw(error)
      continue
    }
    step = operation.next(answer)
  }
  return step.value
}

/** Runs an operation with a driver that answers effects at once. */
export function runSync(operation: Operation<unknown>, perform: (effect: Effect) => unknown): unknown {
  const since = clock()
  let step = operation.next()
  while (step.done !== true) {
    let answer: unknown
    try {
      answer = perform(bounded(step.value, since))
    } catch (error) {
      step = operation.throw(error)
      continue
    }
    step = operation.next(answer)
  }
  return step.value
}
