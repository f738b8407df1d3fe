import { type Abortable, aborts } from './async/abort-hub.js'

/** Waits without holding the thread; an abort rejects with the signal's reason. Who is among the `sleepers` can be woken before the time. */
export function sleepAsync(ms: number, signal?: AbortSignal, sleepers?: Set<() => void>): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const end = () => {
      clearTimeout(timer)
      if (signal !== undefined) aborts.remove(signal, sleep)
      sleepers?.delete(wake)
    }
    const wake = () => {
      end()
      resolve()
    }
    const sleep: Abortable = {
      abort(reason) {
        end()
        reject(reason)
      },
    }
    const timer = setTimeout(wake, ms)
    if (signal !== undefined) aborts.add(signal, sleep)
    sleepers?.add(wake)
  })
}

/** Waits on the thread. */
export function sleepSync(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
