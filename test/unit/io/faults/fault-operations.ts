// The operations of the fault table, on a script that answers all of them.
import { setTimeout as sleep } from 'node:timers/promises'
import { AsyncWatch } from '../../../../src/client/watch.js'
import { NetlinkError } from '../../../../src/errors/netlink-error.js'
import type { BulkResult, CallOptions } from '../../../../src/request/operation.js'
import { encodeMessage } from '../../../../src/rtnetlink/modules/message.js'
import type { ScriptedRequest } from '../../../../src/testing/scripted/scripted-request.js'
import {
  ACK,
  type blocking,
  build,
  bytesOf,
  change,
  type client,
  DUMP,
  dump,
  ECHO,
  GET,
  get,
  link,
  NEW,
  number,
  ROUTE,
  route,
  takesLong,
  turns,
} from '../fixtures.js'
import { FaultyTransport } from './faulty-transport.js'

type Rt = ReturnType<typeof client>
type BlockingRt = ReturnType<typeof blocking>

const LONG = 'a-name-longer-than-fifteen'
const LINK_GROUP = 1
/** A change that the script refuses. */
const REFUSED = 13
/** The payload of a dump of numbers is no longer than this, that of links is. */
const THING = 8

/** An RTM_NEWLINK's payload. */
function linkBytes(index: number, name: string): Uint8Array {
  const header = { family: 0, type: 1, index, flags: 1, change: 0 }
  return encodeMessage({ type: NEW, flags: 0, seq: 0, pid: 0, header, attrs: { name } as object }).subarray(16)
}

function answer(request: ScriptedRequest): void {
  if ((request.flags & DUMP) === 0) {
    const looksUp = request.payload.length > THING
    request.reply(NEW, looksUp ? linkBytes(77, LONG) : bytesOf(number(request.payload) + 1000))
  } else {
    const links = request.payload.length > THING
    const rows = links ? [linkBytes(1, 'lo'), linkBytes(2, 'v0')] : [bytesOf(1), bytesOf(2)]
    request.rows(NEW, rows)
    if (!links) request.rows(NEW, [bytesOf(3)])
    request.done()
  }
}

/** Acknowledges a change as the kernel does: only a refusal is told unasked. */
function acknowledge(request: ScriptedRequest): void {
  const value = number(request.payload)
  if (value === REFUSED) request.error('EBUSY')
  else {
    if ((request.flags & ECHO) !== 0) request.reply(NEW, bytesOf(value + 1000), { groups: 1 })
    if ((request.flags & ACK) !== 0) request.ack()
  }
}

/** A transport on which every operation succeeds as long as nothing goes wrong. */
export function answering(): FaultyTransport {
  const transport = new FaultyTransport()
  transport.on(NEW, acknowledge).on(ROUTE, acknowledge).on(GET, answer)
  transport.links.set('v0', 2)
  return transport
}

/** How long an operation waits for what may have been lost: the script's answers are there within a turn of the event loop. */
const PATIENCE = 50

/** Waits until a condition holds; when it may never hold, only for so long. */
async function until(lossy: boolean, holds: () => boolean): Promise<void> {
  for (let i = 0; !holds() && (!lossy || i < PATIENCE); i++) await (lossy ? turns() : sleep(1))
}

/** Reads into `seen` until the end; gives what ended it. */
async function follow<T>(events: AsyncIterable<T>, seen: T[]): Promise<unknown> {
  try {
    for await (const event of events) seen.push(event)
    return undefined
  } catch (error) {
    return error
  }
}

async function collected(rows: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = []
  const error = await follow(rows, seen)
  if (error !== undefined) throw error
  return seen
}

async function monitored(rt: Rt, transport: FaultyTransport, options: CallOptions, lossy: boolean): Promise<unknown> {
  await using events = rt.openMonitor({
    groups: [LINK_GROUP],
    filter: new Uint8Array(8),
    decode: (_type, bytes, start, end) => number(bytes.subarray(start, end)),
    overrun: () => -1,
    signal: options.signal,
  })
  const seen: number[] = []
  let ended = false
  const reading = follow(events, seen).finally(() => {
    ended = true
  })
  for (const value of [1, 2, 3]) {
    transport.notify(LINK_GROUP, NEW, bytesOf(value))
    if (value !== 1) await until(lossy, () => ended || seen.includes(value))
  }
  await until(lossy, () => ended || transport.sockets.every(({ queued }) => queued === 0))
  await events.close()
  const error = await reading
  if (error !== undefined) throw error
  const numbers = new Set(seen.filter(value => value > 0))
  const [overruns, others] = [seen.filter(value => value < 0).length, seen.filter(value => value === 0).length]
  const reported = {
    missing: 3 - numbers.size,
    twice: seen.length - overruns - others - numbers.size,
    strange: others,
    overrun: overruns,
  }
  return Object.entries(reported)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}

async function watched(rt: Rt, transport: FaultyTransport, options: CallOptions, lossy: boolean): Promise<unknown> {
  const links = [linkBytes(1, 'lo'), linkBytes(2, 'v0')]
  transport.on(GET, request => {
    if ((request.flags & DUMP) === 0 || request.payload.length <= THING) return answer(request)
    request.rows(NEW, links)
    request.done()
  })
  await using state = new AsyncWatch(rt, { link: true, signal: options.signal })
  const names = () => state.current().link.map(({ name }) => name)
  let ended = false
  const reading = follow(state, []).finally(() => {
    ended = true
  })
  await Promise.race([state.ready().catch(() => {}), reading])
  links.push(linkBytes(3, 'v1'))
  transport.notify(LINK_GROUP, NEW, linkBytes(3, 'v1'))
  await until(lossy, () => ended || names().includes('v1'))
  const found = names()
  await state.close()
  const error = await reading
  if (error !== undefined) throw error
  return found
}

async function bulk(rt: Rt, _: FaultyTransport, options: CallOptions): Promise<unknown> {
  return summaryOf(await rt.bulk(bulkRequests(), options))
}

const bulkRequests = () => [change(1), change(REFUSED), change(3)]

/** A bulk's result without what differs from run to run. */
function summaryOf({ sent, failed, unknown }: BulkResult): unknown {
  return { sent, failed: failed.map(({ index, error }) => `${index} ${error.code}`), unknown }
}

/** Gives the errno name that a change was refused with. */
function rejection(error: unknown): string {
  if (NetlinkError.is(error) && error.reason === 'kernel') return error.code
  throw error
}

/** What the asynchronous client can be asked for. */
export const operations = {
  change: (rt: Rt, _: FaultyTransport, options: CallOptions): Promise<unknown> => rt.send(change(5), options),
  table: (rt: Rt, _: FaultyTransport, options: CallOptions): Promise<unknown> => rt.send(route(5), options),
  tables: (rt: Rt, _: FaultyTransport, options: CallOptions) =>
    Promise.all([rt.send(route(5), options), rt.send(get(6), options), rt.send(route(7), options)]),
  rejection: (rt: Rt, _: FaultyTransport, options: CallOptions): Promise<unknown> =>
    rt.send(route(REFUSED), options).catch(rejection),
  get: (rt: Rt, _: FaultyTransport, options: CallOptions) => rt.send(get(5), options),
  several: (rt: Rt, _: FaultyTransport, options: CallOptions) =>
    Promise.all([rt.send(change(5), options), rt.send(get(6), options), rt.send(change(7), options)]),
  name: (rt: Rt, _: FaultyTransport, options: CallOptions) => rt.send(change(5, { fixUps: [link('v0')] }), options),
  altname: (rt: Rt, _: FaultyTransport, options: CallOptions) => rt.send(change(5, { fixUps: [link(LONG)] }), options),
  slow: (rt: Rt, _: FaultyTransport, options: CallOptions) => rt.send(change(5, { slow: true }), options),
  list: (rt: Rt, _: FaultyTransport, options: CallOptions) => rt.collect(dump(), options),
  stream: (rt: Rt, _: FaultyTransport, options: CallOptions) => collected(rt.stream(dump(), options)),
  'long list': (rt: Rt, transport: FaultyTransport, options: CallOptions) => {
    transport.prepare = takesLong
    return rt.collect(dump(), options)
  },
  'long stream': (rt: Rt, transport: FaultyTransport, options: CallOptions) => {
    transport.prepare = takesLong
    return collected(rt.stream(dump(), options))
  },
  echo: (rt: Rt, _: FaultyTransport, options: CallOptions) =>
    rt.send(build(NEW, 5, { flags: ECHO, decode: true }), options),
  bulk,
  monitor: monitored,
  watch: watched,
}

/** What the blocking client can be asked for. */
export const blockingOperations = {
  change: (rt: BlockingRt): unknown => rt.send(change(5)),
  table: (rt: BlockingRt): unknown => rt.send(route(5)),
  rejection: (rt: BlockingRt): unknown => {
    try {
      return rt.send(route(REFUSED))
    } catch (error) {
      return rejection(error)
    }
  },
  get: (rt: BlockingRt) => rt.send(get(5)),
  name: (rt: BlockingRt) => rt.send(change(5, { fixUps: [link('v0')] })),
  altname: (rt: BlockingRt) => rt.send(change(5, { fixUps: [link(LONG)] })),
  list: (rt: BlockingRt) => rt.collect(dump()),
  stream: (rt: BlockingRt) => [...rt.stream(dump(), undefined)],
  bulk: (rt: BlockingRt) => summaryOf(rt.bulk(bulkRequests())),
}

export type OperationName = keyof typeof operations
export type BlockingName = keyof typeof blockingOperations
