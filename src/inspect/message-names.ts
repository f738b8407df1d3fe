import type { Protocol } from '../request/protocol.js'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_MIN_TYPE } from '../wire/nlmsghdr.js'

/** Bits that mean the same in every message. */
const common: readonly (readonly [number, string])[] = [
  [0x01, 'REQUEST'],
  [0x02, 'MULTI'],
  [0x04, 'ACK'],
  [0x08, 'ECHO'],
  [0x10, 'DUMP_INTR'],
  [0x20, 'DUMP_FILTERED'],
]
/** Bits by what a message does: RTM_NEW, DEL, GET, SET; acknowledgements are a sort of their own. */
const special: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  new: [
    [0x100, 'REPLACE'],
    [0x200, 'EXCL'],
    [0x400, 'CREATE'],
    [0x800, 'APPEND'],
  ],
  delete: [
    [0x100, 'NONREC'],
    [0x200, 'BULK'],
  ],
  get: [
    [0x100, 'ROOT'],
    [0x200, 'MATCH'],
    [0x400, 'ATOMIC'],
  ],
  ack: [
    [NLM_F_CAPPED, 'CAPPED'],
    [NLM_F_ACK_TLVS, 'ACK_TLVS'],
  ],
}
const controls: Readonly<Record<number, string>> = {
  1: 'NLMSG_NOOP',
  2: 'NLMSG_ERROR',
  3: 'NLMSG_DONE',
  4: 'NLMSG_OVERRUN',
}
/** Returns the kernel's name of a message type: `RTM_NEWLINK`, `NLMSG_DONE`; `undefined` for an unknown one. */
export function messageName(protocol: Protocol, type: number, flags: number): string | undefined {
  return protocol.nameOf(type, flags) ?? controls[type]
}

/**
 * Names the flags of a message: `REQUEST|ACK|EXCL|CREATE`; what has no name is a number. Without a type, which is rtnetlink's, only what
 * every family means by them.
 */
export function messageFlags(protocol: Protocol, type: number, flags: number): string {
  const sort = type < NLMSG_MIN_TYPE ? 'ack' : protocol.verbOf(type)
  const names = [
    ...common,
    ...((flags & 1) !== 0 || sort === 'ack' || sort === 'new' ? (special[sort ?? ''] ?? []) : []),
  ]
  const known = names.filter(([bit]) => (flags & bit) !== 0)
  const rest = known.reduce((left, [bit]) => left & ~bit, flags)
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])].join('|') || '0'
}
