import { jsonReplacer } from '../codec/text/json-replacer.js'
import { errnoName } from '../errors/errno.js'
import { NetlinkError } from '../errors/netlink-error.js'
import { decodeMessage } from '../request/message.js'
import type { Protocol } from '../request/protocol.js'
import { readAck } from '../wire/ack.js'
import { type MessageView, messages, NLMSG_DONE, NLMSG_ERROR } from '../wire/nlmsghdr.js'
import { messageFlags, messageName } from './message-names.js'

/**
 * Writes the messages of a datagram, a line each: type and flags by name, then header and attributes by name with their values, or
 * what an acknowledgement says. Nothing makes it throw: what cannot be read is said.
 */
export function messageLines(protocol: Protocol, bytes: Uint8Array): string[] {
  const lines: string[] = []
  try {
    for (const message of messages(bytes)) lines.push(messageLine(protocol, message))
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    lines.push(error.message)
  }
  return lines
}

function messageLine(protocol: Protocol, message: MessageView): string {
  const { type, flags, seq, pid, payload } = message
  const name = messageName(protocol, type, flags) ?? `type ${type}`
  const head = `${name} ${messageFlags(protocol, type, flags)} seq ${seq} pid ${pid}`
  if (type === NLMSG_ERROR || type === NLMSG_DONE) return `${head}: ${ackText(message)}`
  const { header, attrs, data } = decodeMessage(protocol, message.bytes)
  if (data !== undefined) return `${head}: ${payload.length} bytes`
  return `${head}: ${text(header)} ${text(attrs)}`
}

const text = (value: unknown): string => JSON.stringify(value, jsonReplacer)

function ackText(message: MessageView): string {
  const { errno, extAck } = readAck(message)
  const outcome = errno === 0 ? 'ok' : `${errnoName(errno)} (${errno})`
  return extAck === undefined ? outcome : `${outcome} ${text(extAck)}`
}
