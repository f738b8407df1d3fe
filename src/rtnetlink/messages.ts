import { lazyModule } from '../codec/lazy-module.js'
import type { Remark } from '../codec/trace.js'
import type { Message } from '../request/message.js'

type Whole = typeof import('./modules/message.js')

/**
 * Decodes one message, from its nlmsghdr on; oddities are added to `remarks`. Rejects broken framing
 * (ERR_NETLINK_BAD_MESSAGE); attributes never make it throw.
 *
 * @example
 * const { attrs } = decodeMessage(bytes)
 */
export function decodeMessage(bytes: Uint8Array, remarks?: Remark[]): Message {
  return (lazyModule('message') as Whole).decodeMessage(bytes, remarks)
}

/**
 * Encodes a message. What `decodeMessage` gave comes out as `Message` says: in its wire order, with its flag bits; a message made by hand
 * is written in the order of its keys. Rejects values that do not fit (ERR_NETLINK_BAD_VALUE).
 *
 * @example
 * const again = encodeMessage(decodeMessage(bytes))
 */
export function encodeMessage(message: Message): Uint8Array {
  return (lazyModule('message') as Whole).encodeMessage(message)
}
