// What the tests of the engine have in common: datagrams, and exchanges that write down what they are told.
import { Engine } from '../../../src/engine/engine.js'
import type { Batch, Ending, Exchange, Failure } from '../../../src/engine/exchange.js'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { viewOf } from '../../../src/wire/nlmsghdr.js'

export const PORT = 0xae9c_e33d

export interface Parts {
  type: number
  seq: number
  flags?: number
  pid?: number
  payload?: Uint8Array
  /** The nlmsg_len to claim. */
  claim?: number
}

export function datagram(...parts: Parts[]): Uint8Array {
  const bytes: number[] = []
  for (const { type, seq, flags = 0, pid = PORT, payload = new Uint8Array(0), claim } of parts) {
    const message = new Uint8Array((16 + payload.length + 3) & ~3)
    const view = viewOf(message)
    view.setUint32(0, claim ?? 16 + payload.length, le)
    view.setUint16(4, type, le)
    view.setUint16(6, flags, le)
    view.setUint32(8, seq, le)
    view.setUint32(12, pid, le)
    message.set(payload, 16)
    bytes.push(...message)
  }
  return Uint8Array.from(bytes)
}

export function int(value: number, rest: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(4 + rest.length)
  viewOf(bytes).setInt32(0, value, le)
  bytes.set(rest, 4)
  return bytes
}

/** The payload of an NLMSG_ERROR with a capped echo. */
export const error = (errno: number) => int(errno, Array<number>(16).fill(0))

export class Recorder implements Exchange {
  readonly ending: Ending
  readonly echo: boolean
  readonly whole: boolean
  readonly silent: boolean
  readonly log: string[] = []
  failure: Failure | undefined

  constructor(ending: Ending = 'ack', echo = false, silent = false) {
    this.ending = ending
    this.silent = silent
    this.echo = echo
    this.whole = ending === 'done'
  }

  message(type: number, flags: number, _bytes: Uint8Array, start: number, end: number): void {
    this.log.push(`message ${type} flags ${flags} length ${end - start}`)
  }

  end(errno: number, extAck: { message?: string } | undefined, flags: number): void {
    this.log.push(`end ${errno} ${extAck?.message ?? '-'} flags ${flags}`)
  }

  fail(failure: Failure): void {
    this.failure = failure
    this.log.push(`fail ${typeof failure === 'string' ? failure : failure.code}`)
  }
}

export class BatchRecorder implements Batch {
  readonly log: string[] = []
  answer(index: number, errno: number): void {
    this.log.push(`answer ${index} ${errno}`)
  }
  end(): void {
    this.log.push('end')
  }
  fail(failure: Failure): void {
    this.log.push(`fail ${typeof failure === 'string' ? failure : failure.code}`)
  }
}

export function setUp(ending?: Ending, echo?: boolean) {
  const engine = new Engine(PORT)
  const exchange = new Recorder(ending, echo)
  const seq = engine.begin(exchange)
  const give = (bytes: Uint8Array, pid = 0, groups = 0) => engine.datagram(bytes, bytes.length, pid, groups)
  return { engine, exchange, seq, give }
}
