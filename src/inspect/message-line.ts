import { jsonReplacer } from '../codec/text/json-replacer.js'
import { errnoName } from '../errors/errno.js'
import { NetlinkError } from '../errors/netlink-error.js'
import { decodeMessage } from '../request/message.js'
import { readAck } from '../wire/ack.js'
import { type MessageView, messages, NLMSG_DONE, NLMSG_ERROR } from '../wire/nlmsghdr.js'
import { messageFlags, messageName } from './message-names.js'

/**
 * Writes the messages of a datagram, a line each: type and flags by name, then header and attributes by name with their values, or
 * what an acknowledgement says. Nothing makes it throw: what cannot be read is said.
 */
export function messageLines(bytes: Uint8Array, protocol = 0): string[] {
  const lines: string[] = []
  try {
    for (const message of messages(bytes)) lines.push(messageLine(message, protocol))
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    lines.push(error.message)
  }
  return lines
}

function messageLine(message: MessageView, protocol: number): string {
  const { type, flags, seq, pid, payload } = message
  const rtnetlink = protocol === 0 || type < 16
  const name = (rtnetlink ? messageName(type, flags) : undefined) ?? `type ${type}`
  const head = `${name} ${messageFlags(rtnetlink ? type : undefined, flags)} seq ${seq} pid ${pid}`
  if (type === NLMSG_ERROR || type === NLMSG_DONE) return `${head}: ${ackText(message)}`
  if (!rtnetlink) return `${head}: ${payload.length} bytes`
  const { header, attrs, data } = decodeMessage(message.bytes)
  if (data !== undefined) return `${head}: ${payload.length} bytes`
  return `${head}: ${text(header)} ${text(attrs)}`
}

const text = (value: unknown): string => JSON.stringify(value, jsonReplacer)

function ackText(message: MessageView): string {
  const { errno, extAck } = readAck(message)
  const outcome = errno === 0 ? 'ok' : `${errnoName(errno)} (${errno})`
  return extAck === undefined ? outcome : `${outcome} ${text(extAck)}`
}
