import { codecOf } from '../request/registry.js'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED } from '../wire/nlmsghdr.js'

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
/** Names the type of a message as the kernel does: `RTM_NEWLINK`, `NLMSG_DONE`; `undefined` for one that no table knows. */
export function messageName(type: number, flags: number): string | undefined {
  const codec = codecOf(type, flags)
  return codec === undefined ? controls[type] : `RTM_${codec.name.toUpperCase()}`
}

/**
 * Names the flags of a message: `REQUEST|ACK|EXCL|CREATE`; what has no name is a number. Without a type, which is rtnetlink's, only what
 * every family means by them.
 */
export function messageFlags(type: number | undefined, flags: number): string {
  const sort = type === undefined ? undefined : type < 16 ? 'ack' : (['new', 'delete', 'get', 'set'] as const)[type % 4]
  const names = [
    ...common,
    ...((flags & 1) !== 0 || sort === 'ack' || sort === 'new' ? (special[sort ?? ''] ?? []) : []),
  ]
  const known = names.filter(([bit]) => (flags & bit) !== 0)
  const rest = known.reduce((left, [bit]) => left & ~bit, flags)
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])].join('|') || '0'
}
