import { openNamespace } from '../sys/namespace.js'
import { NetlinkSocket } from '../sys/socket.js'
import type { Transport } from './transport.js'

/** Is the transport to the running kernel; nothing native is loaded before its first use. */
export const kernelTransport: Transport = {
  open: options => NetlinkSocket.open(options),
  openNamespace: (ref, own) =>
    own === true && typeof ref === 'object' && 'fd' in ref
      ? openNamespace({ path: `/proc/self/fd/${ref.fd}` })
      : openNamespace(ref),
}
