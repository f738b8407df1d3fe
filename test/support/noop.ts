import { littleEndian as le } from '../../src/wire/endian.js'
import { viewOf } from '../../src/wire/nlmsghdr.js'

/** Bytes of the acknowledgement that a NOOP gets: nlmsghdr, error number, echoed nlmsghdr. */
export const ACK_LENGTH = 36

/** Builds NLMSG_NOOP with NLM_F_REQUEST | NLM_F_ACK: the smallest message that is answered. */
export function noop(seq: number): Uint8Array {
  const bytes = new Uint8Array(16)
  const view = viewOf(bytes)
  view.setUint32(0, 16, le)
  view.setUint16(4, 1, le)
  view.setUint16(6, 5, le)
  view.setUint32(8, seq, le)
  return bytes
}
