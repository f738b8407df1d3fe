import type { Remark } from '../../codec/trace.js'
import type { ExtAck } from '../../errors/ext-ack.js'
import type { NetlinkError } from '../../errors/netlink-error.js'
import { observeDecoding } from '../../request/build.js'
import { decodeMessage } from '../../request/message.js'
import type { Protocol } from '../../request/protocol.js'
import { plainProtocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { clock } from '../../wire/clock.js'
import { NLMSG_HDRLEN } from '../../wire/nlmsghdr.js'
import { requestInfo } from '../outcome.js'
import {
  droppedChannel,
  receivedChannel,
  remarkChannel,
  replyChannel,
  requestChannel,
  sentChannel,
  warningChannel,
} from './channels.js'
import { installPrinter } from './printer.js'

const spoken = new Map<number, Protocol>()

/** Makes the messages of a netlink family readable in NODE_DEBUG lines. */
export function traceProtocol(protocol: Protocol): void {
  spoken.set(protocol.id, protocol)
}

installPrinter(id => spoken.get(id) ?? plainProtocol(id))

// Objects are decoded without remarks; where somebody wants them the message is decoded once more, with them.
observeDecoding((protocol, bytes, start, end) => {
  if (!remarkChannel.hasSubscribers) return
  const found: Remark[] = []
  decodeMessage(protocol, bytes.slice(start - NLMSG_HDRLEN, end), found)
  for (const remark of found) remarkChannel.publish(remark)
})

/** Tells whether somebody listens to requests and their outcome. */
export function tracing(): boolean {
  return replyChannel.hasSubscribers || requestChannel.hasSubscribers
}

/** Publishes that a request leaves. */
export function reportRequest(request: Request<unknown>, seq: number): void {
  if (requestChannel.hasSubscribers) requestChannel.publish({ request: requestInfo(request, seq) })
}

/** Publishes the outcome of a request that left at `startedAt`. */
export function reportReply(
  request: Request<unknown>,
  seq: number,
  error: NetlinkError | undefined,
  startedAt: number,
): void {
  if (!replyChannel.hasSubscribers) return
  const ms = startedAt === 0 ? 0 : clock() - startedAt
  replyChannel.publish({ request: requestInfo(request, seq), error, ms })
}

/** Tells whether somebody listens to what the kernel says of requests that succeed. */
export function warnings(): boolean {
  return warningChannel.hasSubscribers
}

/** Publishes what the kernel said about a request that succeeded. */
export function publishWarning(request: Request<unknown>, seq: number, extAck: ExtAck): void {
  if (warningChannel.hasSubscribers) warningChannel.publish({ request: requestInfo(request, seq), extAck })
}

/** Publishes the first `length` bytes of what is sent. */
export function publishSent(protocol: number, bytes: Uint8Array, length: number): void {
  if (sentChannel.hasSubscribers) sentChannel.publish({ protocol, bytes: bytes.slice(0, length) })
}

/** Publishes what was read: it lies in `bytes` from `start` to `end`; a datagram that did not fit is cut. */
export function publishReceived(protocol: number, bytes: Uint8Array, start: number, end: number): void {
  if (receivedChannel.hasSubscribers) receivedChannel.publish({ protocol, bytes: bytes.slice(start, end) })
}

/** Publishes that a notification could not be read. */
export function publishDropped(reason: string, error: unknown): void {
  if (droppedChannel.hasSubscribers) droppedChannel.publish({ reason, error })
}
