import { atHome, openNamespace, openVisited } from '../../sys/namespace.js'
import { NetlinkSocket } from '../../sys/socket.js'
import type { Transport } from './transport.js'

/** Is the transport to the running kernel; nothing native is loaded before its first use. */
export const kernelTransport: Transport = {
  open: options => atHome(() => NetlinkSocket.open(options)),
  openNamespace,
  openVisited,
}
