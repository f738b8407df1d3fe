import type { CallOptions } from '../../request/operation.js'
import type { Request } from '../../request/request.js'
import { mayBegin } from '../may-begin.js'
import { interruptedError } from '../outcome.js'
import { sleepAsync } from '../sleep.js'
import { GROWTHS } from '../transport/port.js'
import { AsyncDump, type DumpHost } from './async-dump.js'
import { RETRY_AFTER } from './dump-exchange.js'

/** Collects a dump; interrupted ones are repeated when `retry` is set. */
export async function collectAsync<T>(
  host: DumpHost,
  request: Request<T>,
  retry: boolean,
  options: CallOptions | undefined,
): Promise<T[]> {
  let growths = 0
  for (let attempt = 0; ; ) {
    mayBegin(host.channel, options, request)
    const dump = new AsyncDump(host, request, options)
    await new Promise<void>(resolve => dump.read(true, resolve))
    dump.release()
    const { exchange, failure } = dump
    if (failure !== undefined) throw failure.reason
    // The socket's buffer has grown: what did not fit will.
    if (exchange.truncated && growths++ < GROWTHS) continue
    if (exchange.error !== undefined) throw exchange.error
    if (!exchange.interrupted) return exchange.rows.take() as T[]
    const pause = retry ? RETRY_AFTER[attempt++] : undefined
    if (pause === undefined) throw interruptedError(request, exchange.seq, exchange.rows.take())
    await sleepAsync(pause, options?.signal, host.channel.sleepers)
  }
}
