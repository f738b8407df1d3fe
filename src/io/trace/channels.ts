import type { ExtAck } from '../../errors/ext-ack.js'
import type { NetlinkError, RequestInfo } from '../../errors/netlink-error.js'

const { channel } = process.getBuiltinModule('node:diagnostics_channel')

/** What `rtnetlink:request` publishes when a request leaves. */
export interface RequestMessage {
  readonly request: RequestInfo
}

/** What `rtnetlink:reply` publishes when a request has its outcome. */
export interface ReplyMessage {
  readonly request: RequestInfo
  readonly error: NetlinkError | undefined
  /** Milliseconds since the request left. */
  readonly ms: number
}

/** What `rtnetlink:warning` publishes: the kernel's words on a request that succeeded. */
export interface WarningMessage {
  readonly request: RequestInfo
  readonly extAck: ExtAck
}

/** What `rtnetlink:dropped` publishes: a datagram that was read and could not be used. */
export interface DroppedMessage {
  readonly reason: string
  readonly error: unknown
}

/** What `rtnetlink:sent` and `rtnetlink:received` publish: a datagram, of one message or of several. */
export interface DatagramMessage {
  /** The netlink family: 0 is NETLINK_ROUTE. */
  readonly protocol: number
  /** The bytes, copied. */
  readonly bytes: Uint8Array
}

/** Is published when a request leaves: a `RequestMessage`. */
export const requestChannel = channel('rtnetlink:request')
/** Is published when a request has its outcome: a `ReplyMessage`. */
export const replyChannel = channel('rtnetlink:reply')
/** Is published when the kernel says something about a request that succeeded: a `WarningMessage`. */
export const warningChannel = channel('rtnetlink:warning')
/** Is published for each datagram that is sent: a `DatagramMessage`. */
export const sentChannel = channel('rtnetlink:sent')
/** Is published for each datagram that is read: a `DatagramMessage`. */
export const receivedChannel = channel('rtnetlink:received')
/** Is published for each oddity that a decoder finds: a `Remark`. */
export const remarkChannel = channel('rtnetlink:remark')
/** Is published for each notification that could not be read: a `DroppedMessage`. */
export const droppedChannel = channel('rtnetlink:dropped')
