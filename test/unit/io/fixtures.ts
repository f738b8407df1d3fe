import { AsyncClient, bindMethods } from '../../../src/io/async/async-client.js'
import type { ClientOptions } from '../../../src/io/client-options.js'
import { bindSyncMethods, SyncClient } from '../../../src/io/sync/sync-client.js'
import { rtnetlink } from '../../../src/objects/protocol.js'
import { call, collect, stream } from '../../../src/request/operation.js'
import type { FixUp, Request } from '../../../src/request/request.js'
import { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import type { ScriptedSocket } from '../../../src/testing/scripted/scripted-socket.js'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { viewOf, writeHeader } from '../../../src/wire/nlmsghdr.js'

export const NEW = 16
export const DEL = 17
export const GET = 18
/** RTM_NEWROUTE: it asks for no ACK. */
export const ROUTE = 24
export const ACK = 4
export const ECHO = 8
export const DUMP = 0x300
export const INTR = 0x10

/** The first 32 bits of a payload. */
export const number = (payload: Uint8Array): number => viewOf(payload).getUint32(0, le)

/** Four bytes that hold a number. */
export function bytesOf(value: number, length = 4): Uint8Array {
  const bytes = new Uint8Array(length)
  viewOf(bytes).setUint32(0, value, le)
  return bytes
}

interface Init {
  flags?: number
  decode?: boolean
  fixUps?: FixUp[]
  slow?: boolean
  length?: number
}

/** Builds a request whose payload is a number; its reply is one too. */
export function build(type: number, value: number, init: Init = {}): Request<number> {
  const bytes = new Uint8Array(16 + (init.length ?? 8))
  writeHeader(bytes, type, 1 | (init.flags ?? 0), 0, 0)
  viewOf(bytes).setUint32(16, value, le)
  const base: Request<number> = {
    bytes,
    summary: `test ${type} ${value}`,
    fixUps: init.fixUps ?? [],
    slow: init.slow ?? false,
    locate: offset => ({ attrPath: `attr(${offset})`, fieldPath: `field(${offset})` }),
    missing: (missing, nest) => ({ attrPath: `missing(${missing},${nest ?? '-'})`, fieldPath: undefined }),
  }
  if (init.decode === false || type === DEL) return base
  if ((type === NEW || type === ROUTE) && init.decode !== true) return base
  return {
    ...base,
    decode: (reply, buffer, start, end) =>
      reply === NEW && end - start >= 4 ? viewOf(buffer).getUint32(start, le) : undefined,
  }
}

/** A request without a reply. */
export const change = (value: number, init: Init = {}): Request => build(NEW, value, init) as unknown as Request
/** A change of a table: only a refusal is answered. */
export const route = (value: number, init: Init = {}): Request => build(ROUTE, value, init) as unknown as Request
export const get = (value: number, init: Init = {}): Request<number> => build(GET, value, init)
export const dump = (value = 0, init: Init = {}): Request<number> => build(GET, value, { flags: DUMP, ...init })

/** A fix-up of the field that follows the number. */
export const link = (name: string, fieldPath = 'dev'): FixUp => ({ kind: 'link', offset: 20, name, fieldPath })

export const verbs = {
  thing: {
    get: (value: number) => call(get(value)),
    list: () => collect(dump()),
    dump: () => stream(dump()),
    add: (value: number) => call(change(value)),
    bad: (): ReturnType<typeof call<number>> => {
      throw new TypeError('no such thing')
    },
  },
}

/** A transport that answers GET with the number asked for plus 1000 and acknowledges changes. */
export function echoing(): ScriptedTransport {
  return new ScriptedTransport()
    .on(NEW, request => request.ack())
    .on(DEL, request => request.ack())
    .on(ROUTE, request => {
      if ((request.flags & ACK) !== 0) request.ack()
    })
    .on(GET, request => {
      if ((request.flags & DUMP) !== 0) {
        request.rows(NEW, [bytesOf(1), bytesOf(2)])
        request.rows(NEW, [bytesOf(3)])
        request.done()
        return
      }
      request.reply(NEW, bytesOf(number(request.payload) + 1000))
      if ((request.flags & ACK) !== 0) request.ack()
    })
}

/** What runs the client, with the verbs on it. */
export function client(transport: ScriptedTransport, options: ClientOptions = {}) {
  const rt = new AsyncClient(transport, options, rtnetlink)
  return bindMethods(rt, verbs, rt)
}

/** What runs the blocking client, with the verbs on it. */
export function blocking(transport: ScriptedTransport, options: ClientOptions = {}) {
  const rt = new SyncClient(transport, options, rtnetlink)
  return bindSyncMethods(rt, verbs, rt)
}

/** Lets what was put off to a turn of the event loop happen. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>(resolve => setImmediate(resolve))
}

/** Has the first read behind each request take the kernel as long as a long dump does in all. */
export function takesLong(socket: ScriptedSocket): void {
  const { send, receive } = socket
  let requested = false
  socket.send = (bytes, length) => {
    requested = true
    return send.call(socket, bytes, length)
  }
  socket.receive = buffer => {
    const begun = performance.now()
    if (requested && socket.queued > 1) while (performance.now() - begun < 12);
    requested = false
    return receive.call(socket, buffer)
  }
}

/** The message types that reached the script, with their numbers. */
export const log = (transport: ScriptedTransport): string[] =>
  transport.requests.map(request => `${request.type}:${number(request.payload)}`)

/** An error with what a test looks at. */
export type Failed = Error & { code?: string; request?: unknown; partial?: readonly unknown[]; cause?: unknown }

/** Gives what a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Failed> {
  try {
    await promise
  } catch (error) {
    return error as Failed
  }
  throw new Error('it did not reject')
}

/** Gives what a function throws. */
export function thrown(run: () => unknown): Failed {
  try {
    run()
  } catch (error) {
    return error as Failed
  }
  throw new Error('it did not throw')
}

/** What slow sends of a socket wait for until it is opened. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}
