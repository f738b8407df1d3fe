import type { Operation, Single, Stream, Task } from '../../src/request/operation.js'

/** Returns a task as the operation of several steps that it must be. */
export function operation<T>(task: Task<T>): Operation<T> {
  if (task.do !== undefined) throw new Error('the task has one step')
  return task
}

/** Returns a task as the single request that it must be. */
export function single<T>(task: Task<T> | Stream<T>): Single<T> {
  if (task.do !== 'request' && task.do !== 'collect') throw new Error('the task has several steps')
  return task
}
