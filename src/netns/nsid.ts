import { NetlinkError } from '../errors/netlink-error.js'
import type { NamespaceRef } from '../request/request.js'
import { syscallError } from '../sys/libc.js'
import { openNamespace } from '../sys/namespace.js'
import { NetlinkSocket } from '../sys/socket.js'
import { readAck } from '../wire/ack.js'
import { littleEndian } from '../wire/endian.js'
import { attributes } from '../wire/nlattr.js'
import { messages, NLM_F_REQUEST, NLMSG_ERROR, NLMSG_HDRLEN, viewOf } from '../wire/nlmsghdr.js'

const le = littleEndian

const RTM_NEWNSID = 88
const RTM_GETNSID = 90
const NETNSA_NSID = 1
const NETNSA_FD = 3
/** Bytes of struct rtgenmsg, padded. */
const RTGENMSG_LENGTH = 4

/**
 * Tells the id by which the calling thread's namespace knows another, −1 when it has none; rejects as `open` does.
 *
 * @example
 * if (netns.id('blue') === -1) await rt.nsid.add({ netns: 'blue', nsid: 7 })
 */
export function id(ref: NamespaceRef): number {
  const target = openNamespace(ref)
  try {
    using socket = NetlinkSocket.open({ protocol: 0, strict: false })
    return namespaceId(socket, target.fd)
  } finally {
    target.close()
  }
}

/** Asks for the id of an open namespace on a socket that is used for nothing else. */
export function namespaceId(socket: NetlinkSocket, fd: number): number {
  const request = new Uint8Array(NLMSG_HDRLEN + RTGENMSG_LENGTH + 8)
  const view = viewOf(request)
  view.setUint32(0, request.length, le)
  view.setUint16(4, RTM_GETNSID, le)
  view.setUint16(6, NLM_F_REQUEST, le)
  view.setUint16(20, 8, le)
  view.setUint16(22, NETNSA_FD, le)
  view.setInt32(24, fd, le)
  const sent = socket.send(request, request.length)
  if (sent < 0) throw syscallError('send', sent)
  // rtnetlink answers within the system call.
  const buffer = new Uint8Array(8192)
  const length = socket.receive(buffer)
  if (length < 0) throw syscallError('recvfrom', length)
  for (const message of messages(buffer.subarray(0, length))) {
    if (message.type === NLMSG_ERROR) {
      const { errno, extAck } = readAck(message)
      throw syscallError('RTM_GETNSID', errno, extAck?.message)
    }
    if (message.type !== RTM_NEWNSID) continue
    for (const { type, data } of attributes(message.payload.subarray(RTGENMSG_LENGTH))) {
      if (type === NETNSA_NSID && data.length >= 4) return viewOf(data).getInt32(0, le)
    }
  }
  throw new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_UNEXPECTED_REPLY',
    detail: 'RTM_GETNSID was answered without an id',
  })
}
