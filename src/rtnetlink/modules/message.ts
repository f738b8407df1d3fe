// Loaded lazily, as few programs decode whole messages.
import type { Remark } from '../../codec/trace.js'
import { rtnetlink } from '../../objects/protocol.js'
import { decodeMessage as decode, encodeMessage as encode, type Message } from '../../request/message.js'

export const decodeMessage = (bytes: Uint8Array, remarks?: Remark[]): Message => decode(rtnetlink, bytes, remarks)
export const encodeMessage = (message: Message): Uint8Array => encode(rtnetlink, message)
