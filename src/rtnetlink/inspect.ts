import { lazyModule } from '../codec/lazy-module.js'
import type { CapturedMessage } from '../inspect/capture.js'

type Inspect = typeof import('./modules/inspect.js')

/**
 * Writes the messages of a datagram line by line: offset, bytes, what they mean. Nothing makes it throw: what is broken is named.
 *
 * @example
 * console.log(hexdump(request.link.add({ name: 'br0', info: { kind: 'bridge' } }).bytes))
 */
export function hexdump(bytes: Uint8Array): string {
  return (lazyModule('inspect') as Inspect).hexdump(bytes)
}

/**
 * Reads what tcpdump has captured on an nlmon link (pcap), and what `rtmon` has written for `ip monitor file`; rejects other and broken files
 * with ERR_NETLINK_BAD_MESSAGE after yielding what came before.
 *
 * @example
 * for (const { to, message } of decodeCapture(readFileSync('netlink.pcap'))) console.log(to, message.type, message.attrs)
 */
export function decodeCapture(bytes: Uint8Array): IterableIterator<CapturedMessage> {
  return (lazyModule('inspect') as Inspect).decodeCapture(bytes)
}
