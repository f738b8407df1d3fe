// Loaded lazily, as few programs look into messages.
import { type CapturedMessage, decodeCapture as decode } from '../../inspect/capture.js'
import { hexdump as dump } from '../../inspect/hexdump.js'
import { rtnetlink } from '../../objects/protocol.js'

export const decodeCapture = (bytes: Uint8Array): IterableIterator<CapturedMessage> => decode(rtnetlink, bytes)
export const hexdump = (bytes: Uint8Array): string => dump(rtnetlink, bytes)
