// Runs one operation with one fault at one of its system calls, and looks at what is left of it.
import { channel } from 'node:diagnostics_channel'
import { getEventListeners } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { NetlinkError } from '../../../../src/errors/netlink-error.js'
import type { ReplyMessage } from '../../../../src/io/trace/channels.js'
import { blocking, client, get } from '../fixtures.js'
import { answering, type BlockingName, blockingOperations, type OperationName, operations } from './fault-operations.js'
import { type Fault, type FaultName, faults } from './faults.js'
import type { Call, FaultyTransport } from './faulty-transport.js'

/** What has become of an operation: `ok`, another value than usual, or the code of the error. */
export type Outcome = string

const REASON = new Error('aborted by the test')
const NEVER = 20_000

function outcomeOf(value: unknown, fast: unknown): Outcome {
  if (isDeepStrictEqual(value, fast)) return 'ok'
  return typeof value === 'string' ? value : `gives ${JSON.stringify(value)?.replaceAll('"', '')}`
}

function failureOf(error: unknown): Outcome {
  if (error === REASON) return 'the reason'
  // An error that is not ours is a defect of the library: the table has none.
  if (!NetlinkError.is(error)) return `untyped ${String(error)}`
  if (error.syscall !== undefined) return `${error.syscall}: ${error.code}`
  return error.code.replace('ERR_NETLINK_', '')
}

function prepare(fault: Fault, at: number): FaultyTransport {
  const transport = answering()
  transport.at = at
  transport.wrong = fault.wrong
  transport.times = fault.times ?? 1
  return transport
}

/** Counts what is published of the requests that left: none may have more outcomes than it left. */
function publications(): { readonly surplus: () => string[]; readonly stop: () => void } {
  const open = new Map<string, number>()
  const count = (by: number) => (message: unknown) => {
    const { request } = message as ReplyMessage
    const key = `${request.text} seq ${request.seq}`
    if (request.seq > 0) open.set(key, (open.get(key) ?? 0) + by)
  }
  const [left, ended] = [count(1), count(-1)]
  channel('rtnetlink:request').subscribe(left)
  channel('rtnetlink:reply').subscribe(ended)
  return {
    surplus: () => [...open].filter(([, left]) => left < 0).map(([key]) => key),
    stop: () => {
      channel('rtnetlink:request').unsubscribe(left)
      channel('rtnetlink:reply').unsubscribe(ended)
    },
  }
}

const late = async (): Promise<never> => {
  await new Promise<void>(resolve => setTimeout(resolve, NEVER).unref())
  throw new Error('it never settled')
}

/** What is wrong with a client behind an operation: nothing may be left of it. */
async function remains(rt: ReturnType<typeof client>, transport: FaultyTransport, fault: Fault): Promise<string[]> {
  const { port, packer } = rt.channel
  const wrong: string[] = []
  if (port.engine.pending > 0) wrong.push(`${port.engine.pending} pending`)
  if (rt.dumps.size > 0) wrong.push(`${rt.dumps.size} dumps`)
  const closes = rt.channel.closed
  const idle = transport.sockets.filter(socket => socket !== rt.channel.socket)
  if (idle.length > (closes ? 0 : 1)) wrong.push(`${idle.length} sockets`)
  if (idle.some(socket => socket.groups.size > 0)) wrong.push('a socket in groups')
  transport.wrong = site => site.perform()
  const next = await Promise.race([rt.send(get(7)).then(String, failureOf), late()])
  const expected = closes ? 'CLOSED' : '1007'
  if (next !== expected) wrong.push(`the next request: ${next}`)
  const rows = await Promise.race([rt.thing.list().then(String, failureOf), late()])
  if (rows !== (closes ? 'CLOSED' : '1,2,3')) wrong.push(`the next dump: ${rows}`)
  // A slow send holds its bytes until it returns.
  if (closes) await rt.close()
  if (packer.count > 0) wrong.push(`${packer.count} packed`)
  if (!closes && fault.interferes === 'close') wrong.push('it is open')
  return wrong
}

/** Runs an operation without a fault: the calls that it makes, and its value. */
export async function sound(
  name: OperationName,
): Promise<{ readonly calls: readonly Call[]; readonly value: unknown }> {
  const transport = answering()
  await using rt = client(transport)
  const value = await operations[name](rt, transport, {}, false)
  return { calls: [...transport.calls], value }
}

/** Runs an operation with a fault at its `at`th system call. */
export async function run(name: OperationName, faultName: FaultName, at: number, fast: unknown): Promise<Outcome> {
  const fault: Fault = faults[faultName]
  const transport = prepare(fault, at)
  const published = publications()
  const controller = new AbortController()
  const rt = client(transport, fault.silent === true ? { timeoutMs: 30 } : {})
  try {
    transport.interfere = () => {
      if (fault.interferes === 'close') void rt.close()
      else controller.abort(REASON)
    }
    const begun = async () =>
      await operations[name](
        rt,
        transport,
        { signal: controller.signal },
        name === 'watch' ? fault.silent === true : fault.lossy === true,
      )
    const outcome = await Promise.race([begun().then(value => outcomeOf(value, fast), failureOf), late()])
    const wrong = await remains(rt, transport, fault)
    if (getEventListeners(controller.signal, 'abort').length > 0) wrong.push('a listener of the signal')
    wrong.push(...published.surplus().map(key => `two outcomes of ${key}`))
    return [outcome, ...wrong].join(', but ')
  } finally {
    published.stop()
    await rt.close()
  }
}

/** Runs an operation of the blocking client without a fault. */
export function soundBlocking(name: BlockingName): { readonly calls: readonly Call[]; readonly value: unknown } {
  const transport = answering()
  using rt = blocking(transport)
  const value = blockingOperations[name](rt)
  return { calls: [...transport.calls], value }
}

/** Runs an operation of the blocking client with a fault at its `at`th system call. */
export function runBlocking(name: BlockingName, faultName: FaultName, at: number, fast: unknown): Outcome {
  const transport = prepare(faults[faultName], at)
  using rt = blocking(transport, { timeoutMs: 30 })
  const attempt = (make: () => unknown): Outcome => {
    try {
      return outcomeOf(make(), fast)
    } catch (error) {
      return failureOf(error)
    }
  }
  const wrong: string[] = []
  const outcome = attempt(() => blockingOperations[name](rt))
  if (rt.channel.port.engine.pending > 0) wrong.push('pending')
  if (rt.dumps.size > 0) wrong.push('a dump')
  if (transport.sockets.length > 2) wrong.push(`${transport.sockets.length} sockets`)
  transport.wrong = site => site.perform()
  if (rt.send(get(7)) !== 1007) wrong.push('the next request')
  if (String(rt.thing.list()) !== '1,2,3') wrong.push('the next dump')
  return [outcome, ...wrong].join(', but ')
}
