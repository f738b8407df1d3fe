import { NetlinkError } from '../../errors/netlink-error.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { littleEndian } from '../../wire/endian.js'
import { align4, NLMSG_HDRLEN, NLMSG_MIN_TYPE } from '../../wire/nlmsghdr.js'
import { BaseExchange } from '../exchange-base.js'
import { isInterrupted } from '../outcome.js'
import { Rows } from './rows.js'

const le = littleEndian

/** Tells after which pauses, in milliseconds, an interrupted dump is asked for again. */
export const RETRY_AFTER: readonly number[] = [0, 1, 5, 20, 50]

/** Is one attempt at a dump: its rows so far, and how it ended. */
export class DumpExchange extends BaseExchange {
  readonly rows = new Rows()

  constructor(request: Request<unknown>, protocol: Protocol) {
    super(request, protocol, true)
  }

  protected override take(value: unknown): void {
    this.rows.push(value)
  }

  fastPath(bytes: Uint8Array, view: DataView, at: number, end: number, port: number): number {
    const { decodeFast: fastPath } = this.request
    if (fastPath === undefined) return at
    const { rows, seq } = this
    while (end - at >= NLMSG_HDRLEN) {
      const size = view.getUint32(at, le)
      if (size > end - at || view.getUint16(at + 4, le) < NLMSG_MIN_TYPE) break
      if (isInterrupted(view.getUint16(at + 6, le))) break
      if (view.getUint32(at + 8, le) !== seq || view.getUint32(at + 12, le) !== port) break
      const row = fastPath(bytes, view, at + NLMSG_HDRLEN, at + size)
      if (row === undefined) break
      rows.push(row)
      at += align4(size)
    }
    return at
  }

  /** Settles with what ended it early: the reason of an abort is told to its caller alone. */
  reject(reason: unknown): void {
    if (!NetlinkError.is(reason)) {
      this.settled = true
      return
    }
    this.error ??= reason
    this.settle()
  }

  /** Tells whether the socket of the dump can take another: the kernel has ended this one. */
  get clean(): boolean {
    return this.settled && (this.error === undefined || this.error.reason === 'kernel')
  }
}
