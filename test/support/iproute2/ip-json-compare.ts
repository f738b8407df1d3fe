// Compares what toIpJson prints of messages with what `ip` prints of the same messages, object by object.
import { expect } from 'vitest'
import { decodeLink, encodeMessage, type IpJsonOptions, type Link, toIpJson } from '../../../src/codec.js'
import { ipPrints } from './ip-answers.js'
import { digits } from './ip-json.js'

const NLMSG_HDRLEN = 16
export const RTM_NEWLINK = 16

/** Makes the bytes of a message as the kernel sends it. */
export function messageOf(type: number, header: object, attrs: object): Uint8Array {
  return encodeMessage({ type, flags: 0, seq: 0, pid: 0, header, attrs } as Parameters<typeof encodeMessage>[0])
}

/** What follows the header of a message. */
export const payloadOf = (message: Uint8Array): Uint8Array => message.subarray(NLMSG_HDRLEN)

/** A link, which always has a transmit queue: for a missing length `ip` asks the machine. */
export function linkMessage(attrs: object, header: object = {}): Uint8Array {
  const whole = { family: 'unspec', type: 'ether', index: 100, flags: 0x1043, change: 0, ...header }
  return messageOf(RTM_NEWLINK, whole, { name: 't', txqlen: 1000, ...attrs })
}

/** Links that others name: one that is up, one that is down, and tunnels. */
const low = [
  linkMessage({ name: 'low1' }, { index: 1, flags: 1 }),
  linkMessage({ name: 'low2' }, { index: 2, flags: 0, type: 'tunnel' }),
  linkMessage({ name: 'low3' }, { index: 3, flags: 1, type: 'tunnel6' }),
]

export const lowLinks: readonly Link[] = low.map(message => decodeLink(payloadOf(message)))

/** Compares one by one, so that a difference is told with the message that makes it; no time goes on in messages of our making. */
export function samePrint(line: string, messages: readonly Uint8Array[], ours: string, skip = 0): void {
  const theirs = digits(ipPrints(line, [...low, ...messages])) as unknown[]
  const mine = digits(ours) as unknown[]
  expect(mine.length).toBe(theirs.length)
  expect(mine.length - skip).toBe(messages.length)
  for (const [at, object] of mine.entries()) expect(object).toEqual(theirs[at])
}

/** Compares links. */
export function sameLinks(messages: readonly Uint8Array[], options: IpJsonOptions = {}): void {
  const links = messages.map(message => decodeLink(payloadOf(message)))
  const statistics = '-s '.repeat(Number(options.statistics ?? 0))
  samePrint(`${statistics}link show`, messages, toIpJson.link([...lowLinks, ...links], options), low.length)
}
