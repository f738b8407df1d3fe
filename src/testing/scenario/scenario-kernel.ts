import type { Request } from '../../request/request.js'
import { littleEndian } from '../../wire/endian.js'
import {
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  viewOf,
  writeHeader,
} from '../../wire/nlmsghdr.js'
import { ScriptedTransport } from '../scripted/scripted.js'
import type { ScriptedRequest } from '../scripted/scripted-request.js'
import type { ScriptedMessage, ScriptedSocket } from '../scripted/scripted-socket.js'
import type { ScenarioAnswer, ScenarioStep } from './scenario.js'

const le = littleEndian

export const NEW = 16
export const GET = 18
/** RTM_NEWROUTE: a change that asks for no ACK. */
const CHANGE = 24
const DUMP = 0x300
const OVERRUN = 4
/** What an error says: its number, and the kernel's words. */
export const REJECTED = { code: 'EBUSY', message: 'not now' } as const
export const BROKEN = { code: 'EIO', errno: -5 } as const
/** More than the smaller of the first buffers. */
const LONG = 600

/** Builds the question that `value` stands for. */
export function question(value: number, kind: 'get' | 'change' | 'dump'): Request<number> {
  const bytes = new Uint8Array(24)
  writeHeader(bytes, kind === 'change' ? CHANGE : GET, 1 | (kind === 'dump' ? DUMP : 0), 0, 0)
  viewOf(bytes).setUint32(16, value, le)
  const noLocation = () => ({ attrPath: undefined, fieldPath: undefined })
  const base = { bytes, summary: `${kind} ${value}`, fixUps: [], slow: false, locate: noLocation, missing: noLocation }
  if (kind === 'change') return base
  return {
    ...base,
    decode: (type, reply, start, end) =>
      type === NEW && end - start >= 4 ? viewOf(reply).getUint32(start, le) : undefined,
  }
}

/** The rows that a dump of `value` has in its datagrams. */
export function rowsOf(value: number, datagram: number): number[] {
  return Array.from({ length: 1 + ((value + datagram) % 3) }, (_, row) => 1000 * value + 10 * datagram + row)
}

/** What the answer to a GET of `value` holds. */
export const answerTo = (value: number): number => value + 1_000_000

/** What became of one request, as the kernel sees it. */
export interface ScenarioRequest {
  readonly step: ScenarioStep
  readonly answers: readonly ScenarioAnswer[]
  /** How often it was executed. */
  times: number
  acknowledged: boolean
  socket: ScriptedSocket | undefined
}

interface Delivery {
  readonly socket: ScriptedSocket
  readonly merged: boolean
  readonly parts: ScriptedMessage[]
  /** It has an address of its own. */
  readonly alone?: boolean
  /** Something else than a datagram: a loss, a failing read. */
  readonly effect?: () => void
}

/** Is the kernel of a scenario: it answers as the plan of each request says. */
export class ScenarioKernel {
  readonly transport = new ScriptedTransport()
  readonly requested = new Map<number, ScenarioRequest>()
  /** Codes that anything on a socket may end with, since something happened to the socket. */
  readonly troubles = new Map<ScriptedSocket, Set<string>>()
  /** Tells that an answer may never come. */
  silent = false
  readonly #inOrder: boolean
  readonly #readSize: number
  readonly #holds: boolean
  #first: ScriptedSocket | undefined
  #queue: Delivery[] = []

  /** `inOrder`: what was held keeps back what follows it, as a socket's queue does; `holds`: something can be held at all. */
  constructor(inOrder: boolean, readSize: number, holds: boolean) {
    this.#inOrder = inOrder
    this.#readSize = readSize
    this.#holds = holds
    this.transport.on(CHANGE, request => this.#change(request)).on(GET, request => this.#get(request))
  }

  plan(value: number, step: ScenarioStep, answers: readonly ScenarioAnswer[]): void {
    this.requested.set(value, { step, answers, times: 0, acknowledged: false, socket: undefined })
  }

  /** Delivers what was held; `turn` rotates it where the order is free. */
  deliver(turn: number): void {
    const queue = this.#queue
    this.#queue = []
    const free = queue.filter(({ socket }) => !this.#ordered(socket))
    const at = free.length === 0 ? 0 : turn % free.length
    const rotated = [...free.slice(at), ...free.slice(0, at)]
    this.#send(queue.map(delivery => (this.#ordered(delivery.socket) ? delivery : (rotated.shift() ?? delivery))))
  }

  /** Nobody could tell the rows of a dump that come out of order; it has a socket of its own. */
  #ordered(socket: ScriptedSocket): boolean {
    return this.#inOrder || socket !== this.#first
  }

  trouble(socket: ScriptedSocket, code: string): void {
    const codes = this.troubles.get(socket) ?? new Set()
    this.troubles.set(socket, codes.add(code))
  }

  #send(queue: readonly Delivery[]): void {
    for (let index = 0; index < queue.length; index++) {
      const { socket, parts, effect, alone } = queue[index] as Delivery
      if (effect !== undefined) {
        effect()
        continue
      }
      const whole = [...parts]
      // The kernel has put no more into a datagram than fits, but for one message.
      for (let next = queue[index + 1]; next !== undefined; next = queue[index + 1]) {
        const together = alone !== true && next.merged && next.socket === socket && next.effect === undefined
        if (!together || sizeOf([...whole, ...next.parts]) > this.#readSize) break
        whole.push(...next.parts)
        index++
      }
      socket.deliverMessage(...whole)
    }
  }

  #put(delivery: Delivery, held: boolean): void {
    const { socket } = delivery
    const waits = this.#holds && (held || (this.#ordered(socket) && this.#queue.some(one => one.socket === socket)))
    if (waits) this.#queue.push(delivery)
    else this.#send([delivery])
  }

  #noise(request: ScriptedRequest, answer: ScenarioAnswer): void {
    const { socket, seq } = request
    const wrong: ScriptedMessage = { type: NEW, payload: number(0xbad), seq }
    const rejection: ScriptedMessage = { type: NLMSG_ERROR, payload: errorPayload(-1), seq }
    for (const noise of answer.noise) {
      const part: ScriptedMessage =
        noise === 'spoofed'
          ? { ...wrong, sourcePid: 4711 }
          : noise === 'spoofed-error'
            ? { ...rejection, sourcePid: 1 }
            : noise === 'foreign'
              ? { ...rejection, pid: 4711 }
              : noise === 'stale'
                ? { ...rejection, seq: (seq + 0x4000_0000) >>> 0 }
                : noise === 'event'
                  ? { ...wrong, groups: 1 }
                  : { type: noise === 'noop' ? NLMSG_NOOP : 9, seq }
      this.#put({ socket, merged: false, alone: true, parts: [part] }, answer.held)
    }
  }

  /** Answers with `parts`, or with what the answer's plan has instead; tells whether it goes on. */
  #answer(request: ScriptedRequest, answer: ScenarioAnswer, parts: ScriptedMessage[]): boolean {
    const { socket, seq } = request
    const { how, held, merged } = answer
    this.#noise(request, answer)
    const effect = (code: string, what: () => void): boolean => {
      this.trouble(socket, code)
      this.#put({ socket, merged: false, parts: [], effect: what }, held)
      return false
    }
    switch (how) {
      case 'lost':
        this.silent = true
        return false
      case 'overrun':
        return effect('ERR_NETLINK_OUTCOME_UNKNOWN', () => socket.overflow())
      case 'malformed':
        return effect('ERR_NETLINK_BAD_MESSAGE', () =>
          socket.deliverBytes(Uint8Array.of(40, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        )
      case 'broken':
        return effect(BROKEN.code, () => socket.failRead(BROKEN.errno))
      case 'gap':
        // One answer may stand for several changes.
        if (this.#inOrder) this.trouble(socket, 'ERR_NETLINK_OVERRUN')
        this.#put({ socket, merged, parts: [{ type: OVERRUN, seq }] }, held)
        return false
      default:
        this.#put({ socket, merged, parts }, held)
        return true
    }
  }

  #find(request: ScriptedRequest): ScenarioRequest {
    const requested = this.requested.get(viewOf(request.payload).getUint32(0, le))
    if (requested === undefined) throw new Error('a request came in that nobody has made')
    requested.times++
    requested.acknowledged = (request.flags & NLM_F_ACK) !== 0
    requested.socket = request.socket
    this.#first ??= this.transport.sockets[0]
    return requested
  }

  #change(request: ScriptedRequest): void {
    const { step, answers, acknowledged } = this.#find(request)
    let answer = answers[0] ?? fine
    // What a change that asks for no ACK is refused with is there when send returns, and so is all that was said before.
    if (!acknowledged && step.do === 'change') {
      this.deliver(0)
      answer = { ...answer, held: false }
    }
    const { seq } = request
    if (answer.how === 'error')
      this.#answer(request, answer, [
        { type: NLMSG_ERROR, seq, flags: 0x300, payload: errorPayload(-16, request.bytes, REJECTED.message) },
      ])
    else if (!acknowledged && (answer.how === 'ok' || answer.how === 'long' || answer.how === 'interrupted'))
      this.#noise(request, answer)
    else {
      const text = answer.how === 'long' ? 'w'.repeat(LONG) : ''
      this.#answer(request, answer, [
        { type: NLMSG_ERROR, seq, flags: text === '' ? 0x100 : 0x300, payload: errorPayload(0, request.bytes, text) },
      ])
    }
  }

  #get(request: ScriptedRequest): void {
    const requested = this.#find(request)
    const { seq } = request
    const value = viewOf(request.payload).getUint32(0, le)
    if ((request.flags & DUMP) !== 0) {
      this.#dump(request, requested, value)
      return
    }
    const answer = requested.answers[0] ?? fine
    if (answer.how === 'error')
      this.#answer(request, answer, [
        { type: NLMSG_ERROR, seq, flags: 0x300, payload: errorPayload(-16, request.bytes, REJECTED.message) },
      ])
    else
      this.#answer(request, answer, [
        { type: NEW, seq, payload: number(answerTo(value), answer.how === 'long' ? LONG : 4) },
      ])
  }

  #dump(request: ScriptedRequest, requested: ScenarioRequest, value: number): void {
    const { seq, socket } = request
    for (const [index, answer] of requested.answers.entries()) {
      if (answer.how === 'error') {
        this.#answer(request, answer, [
          { type: NLMSG_DONE, seq, flags: NLM_F_MULTI, payload: errorPayload(-16).subarray(0, 4) },
        ])
        return
      }
      const interrupted = answer.how === 'interrupted' && requested.times === 1 ? NLM_F_DUMP_INTR : 0
      const flags = NLM_F_MULTI | interrupted
      const parts = rowsOf(value, index).map(row => ({
        type: NEW,
        seq,
        flags,
        payload: number(row, answer.how === 'long' ? LONG : 4),
      }))
      if (!this.#answer(request, answer, parts)) return
    }
    this.#put(
      {
        socket,
        merged: requested.answers.at(-1)?.merged === true,
        parts: [{ type: NLMSG_DONE, seq, flags: NLM_F_MULTI, payload: number(0) }],
      },
      requested.answers.at(-1)?.held === true,
    )
  }
}

function sizeOf(parts: readonly ScriptedMessage[]): number {
  return parts.reduce((sum, part) => sum + 16 + (part.payload?.length ?? 0), 0)
}

const fine: ScenarioAnswer = { how: 'ok', noise: [], held: false, merged: false }

function number(value: number, size = 4): Uint8Array {
  const bytes = new Uint8Array(size)
  viewOf(bytes).setUint32(0, value, le)
  return bytes
}

/** An errno, the header of the request, and the kernel's words where there are some. */
function errorPayload(errno: number, request: Uint8Array = new Uint8Array(16), text = ''): Uint8Array {
  const length = 4 + text.length + 1
  const bytes = new Uint8Array(20 + (text === '' ? 0 : length + ((4 - (length % 4)) % 4)))
  const view = viewOf(bytes)
  view.setInt32(0, errno, le)
  bytes.set(request.subarray(0, 16), 4)
  if (text === '') return bytes
  view.setUint16(20, length, le)
  view.setUint16(22, 1, le)
  bytes.set(new TextEncoder().encode(text), 24)
  return bytes
}
