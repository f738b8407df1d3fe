import { getEventListeners } from 'node:events'
import { NetlinkError } from '../../errors/netlink-error.js'
import { AsyncMonitor } from '../../io/monitor/monitor.js'
import { littleEndian } from '../../wire/endian.js'
import { viewOf } from '../../wire/nlmsghdr.js'
import { ScriptedTransport } from '../scripted/scripted.js'
import type { ScriptedMessage } from '../scripted/scripted-socket.js'
import type { MonitorScenario } from './scenario.js'

const le = littleEndian

const NEW = 16
const NLMSG_NOOP = 1
const NLMSG_OVERRUN = 4
const OVERRUN = -1
/** More than the buffer that a monitor begins with. */
const LONG = 70_000
const BROKEN = { code: 'EIO', errno: -5 } as const

/**
 * Runs the scenario of a monitor, and throws an Error that says what does not hold: notifications come in order, each once, and none that the kernel did
 * not send; where one is missing a loss is told; every `next()` settles; nothing is left.
 */
export async function checkMonitor(steps: MonitorScenario['steps']): Promise<void> {
  const transport = new ScriptedTransport()
  const controller = new AbortController()
  const reason = new Error('aborted')
  const monitor = new AsyncMonitor<number>(
    transport,
    { protocol: 0, strict: true },
    {
      groups: [1],
      signal: controller.signal,
      overrun: () => OVERRUN,
      decode: (_type, bytes, start, end) => (end - start >= 4 ? viewOf(bytes).getUint32(start, le) : undefined),
    },
    () => {},
  )
  const [socket] = transport.sockets
  if (socket === undefined) throw new Error('a monitor has no socket')
  const seen: number[] = []
  const sent: number[] = []
  let [next, waiting, requested, ended, lost, malformed] = [1, 0, 0, 0, 0, 0]
  const failures: unknown[] = []
  const event = (length = 4): ScriptedMessage => {
    const payload = new Uint8Array(length)
    viewOf(payload).setUint32(0, next, le)
    sent.push(next++)
    return { type: NEW, payload, groups: 1, pid: 0 }
  }
  const ask = (): void => {
    requested++
    waiting++
    monitor.next().then(
      result => {
        waiting--
        if (result.done === true) ended++
        else seen.push(result.value)
      },
      (error: unknown) => {
        waiting--
        failures.push(error)
      },
    )
  }
  for (const step of steps) {
    if (step === 'event') socket.deliverMessage(event())
    else if (step === 'events') socket.deliverMessage(event(), { type: NLMSG_NOOP }, event())
    else if (step === 'next') ask()
    else if (step === 'turn') await new Promise(resolve => setImmediate(resolve))
    else if (step === 'long') {
      socket.deliverMessage(event(LONG))
      lost++
    } else if (step === 'overrun') {
      socket.overflow()
      lost++
    } else if (step === 'gap') {
      socket.deliverMessage({ type: NLMSG_OVERRUN, groups: 1 })
      lost++
    } else if (step === 'malformed') {
      socket.deliverBytes(Uint8Array.of(9, 0, 0, 0))
      malformed++
      lost++
    } else if (step === 'spoofed')
      socket.deliverMessage({ type: NEW, payload: Uint8Array.of(0xad, 0xb, 0, 0), sourcePid: 4711, groups: 1 })
    else if (step === 'noop') socket.deliverMessage({ type: NLMSG_NOOP, groups: 1 })
    else if (step === 'broken') socket.failRead(BROKEN.errno)
    else if (step === 'abort') controller.abort(reason)
    else await monitor.close()
  }
  // What has arrived is read to its end, unless the monitor has ended.
  for (let idle = 0; idle < 3 && !socket.closed; ) {
    if (waiting === 0) ask()
    await new Promise(resolve => setImmediate(resolve))
    idle = waiting > 0 && socket.queued === 0 ? idle + 1 : 0
  }
  const early = socket.closed
  if (waiting === 0 && socket.watched) throw new Error('a monitor polls although nobody waits')
  await monitor.close()
  await new Promise(resolve => setImmediate(resolve))
  if (waiting > 0) throw new Error(`${waiting} calls of next() never settle`)
  if (seen.length + ended + failures.length !== requested) throw new Error('next() settles twice')
  if (transport.sockets.length > 0) throw new Error('a socket is left')
  if (getEventListeners(controller.signal, 'abort').length > 0) throw new Error('a signal is still listened to')
  for (const error of failures)
    if (error !== reason && !(NetlinkError.is(error) && error.code === BROKEN.code))
      throw new Error('next() rejects with what did not happen', { cause: error })
  if (failures.length > 1) throw new Error('a monitor ends twice')
  const events = seen.filter(value => value !== OVERRUN)
  if (events.some((value, index) => !sent.includes(value) || (index > 0 && value <= (events[index - 1] ?? 0))))
    throw new Error(`gives ${seen.join()} of ${sent.join()}`)
  const overruns = seen.length - events.length
  if (overruns > lost) throw new Error(`tells of ${overruns} losses where there were ${lost}`)
  if (early) return
  // An empty queue tells of a loss once.
  const missing = sent.length - events.length
  if (missing > 0 && overruns === 0) throw new Error(`${missing} notifications are missing, and no loss is told`)
  if (lost > 0 && overruns === 0) throw new Error('no loss is told')
  if (monitor.counters.malformed !== malformed)
    throw new Error(`${monitor.counters.malformed} of ${malformed} malformed datagrams are counted`)
}
