import { errnoNumber } from './errno.js'
import type { ExtAck } from './ext-ack.js'

/** Who refused: the kernel (in an answer), a system call, a codec, the protocol engine, or the library itself. */
export type Reason = 'kernel' | 'syscall' | 'decode' | 'encode' | 'protocol' | 'closed' | 'timeout' | 'unsupported'

/** The request an error belongs to. */
export interface RequestInfo {
  readonly type: number
  readonly flags: number
  readonly seq: number
  /** One line: `link add name=vx0 kind=vxlan id=16777216`. */
  readonly text: string
}

/** What a NetlinkError is made of; what is left out is `undefined`, 0 or empty in the error. */
export interface NetlinkErrorInit {
  readonly reason: Reason
  /** A Linux errno name, or one of the ERR_NETLINK_ codes. */
  readonly code: string
  /** What went wrong, in words; by default the kernel's own words or the code alone. */
  readonly detail?: string | undefined
  readonly syscall?: string | undefined
  readonly extAck?: ExtAck | undefined
  readonly attrPath?: string | undefined
  readonly fieldPath?: string | undefined
  readonly request?: RequestInfo | undefined
  readonly partial?: readonly unknown[] | undefined
  readonly cause?: unknown
}

const brand: unique symbol = Symbol.for('rtnetlink.NetlinkError') as never

/**
 * Is the one error of this library: what was asked, what went wrong and where.
 *
 * @example
 * try {
 *   await rt.link.add({ name: 'vx0', info: { kind: 'vxlan', id: 2 ** 24 } })
 * } catch (error) {
 *   if (NetlinkError.is(error) && error.code === 'ERANGE') console.log(error.fieldPath) // info.id
 * }
 */
export class NetlinkError extends Error {
  override readonly name = 'NetlinkError'
  readonly reason: Reason
  /** Linux errno name, or ERR_NETLINK_BAD_VALUE, _BAD_MESSAGE, _UNEXPECTED_REPLY, _DUMP_INTERRUPTED, _OUTCOME_UNKNOWN, _OVERRUN, _TIMEOUT, _CLOSED, _UNSUPPORTED. */
  readonly code: string
  /** Negative, 0 when `code` is no errno name. */
  readonly errno: number
  readonly syscall: string | undefined
  /** What went wrong, in words: the kernel's own where there are no others; `undefined` where `code` says it all. */
  readonly detail: string | undefined
  readonly extAck: ExtAck | undefined
  /** The attribute at fault in the kernel's spelling: `linkinfo.data(vlan).id`. */
  readonly attrPath: string | undefined
  /** The same in the object's spelling: `info.id`. */
  readonly fieldPath: string | undefined
  readonly request: RequestInfo | undefined
  /** What had been received before the error (interrupted dumps). */
  readonly partial: readonly unknown[] | undefined

  constructor(init: NetlinkErrorInit) {
    super(errorMessage(init), init.cause === undefined ? undefined : { cause: init.cause })
    Object.defineProperty(this, brand, { value: true })
    this.reason = init.reason
    this.code = init.code
    this.errno = errnoNumber(init.code)
    this.syscall = init.syscall
    this.detail = init.detail ?? init.extAck?.message
    this.extAck = init.extAck
    this.attrPath = init.attrPath
    this.fieldPath = init.fieldPath
    this.request = init.request
    this.partial = init.partial
  }

  /** Gives what JSON.stringify writes: the fields and the message, with 64-bit values, which it does not take, as decimal text. */
  toJSON(): object {
    return { message: this.message, ...members(this) }
  }

  /** Tells a NetlinkError of any copy of this package from other values. */
  static is(value: unknown): value is NetlinkError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

function members(of: object): object {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, plain(value)]))
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  const own = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return own ? members(value) : value
}

/** Writes `what was asked: CODE: what went wrong (at where)`. */
function errorMessage(init: NetlinkErrorInit): string {
  const detail = init.detail ?? init.extAck?.message
  // What the kernel refused is named by its attribute, what was never sent by the caller's field.
  const where = init.reason === 'kernel' ? init.attrPath : (init.fieldPath ?? init.attrPath)
  return [
    init.request === undefined ? '' : `${init.request.text}: `,
    init.syscall === undefined ? '' : `${init.syscall}: `,
    detail === undefined ? init.code : `${init.code}: ${detail}`,
    where === undefined || where === '' ? '' : ` (at ${where})`,
  ].join('')
}

/** Makes the error of a value that cannot be used; `fieldPath` names it. */
export function badValue(fieldPath: string, detail: string, cause?: unknown): NetlinkError {
  return new NetlinkError({ reason: 'encode', code: 'ERR_NETLINK_BAD_VALUE', detail, fieldPath, cause })
}

/** Makes the error of bytes that are no netlink message; `offset` is where. */
export function badMessage(detail: string, offset: number): NetlinkError {
  return new NetlinkError({ reason: 'decode', code: 'ERR_NETLINK_BAD_MESSAGE', detail: `${detail} (byte ${offset})` })
}
