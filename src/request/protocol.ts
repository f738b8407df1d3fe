import type { MessageCodec } from '../codec/table.js'
import type { Request } from './request.js'

/** The facts about one netlink family that builders, the engine's drivers and printers work with. */
export interface Protocol {
  /** The number of the netlink family in socket(2): 0 is NETLINK_ROUTE. */
  readonly id: number
  /** The name of the family in error messages: `rtnetlink`. */
  readonly name: string
  /** Returns the tables of a message type, loading them at the first use; `undefined` for an unknown type. */
  codecOf(type: number, flags: number): MessageCodec | undefined
  /** Returns what a message type does; `undefined` where the number does not say. */
  verbOf(type: number): MessageVerb | undefined
  /** Returns the kernel's name of a message type: `RTM_NEWLINK`. */
  nameOf(type: number, flags: number): string | undefined
  /** Returns whether a request without an error has succeeded, so that it needs no ACK. */
  isSilent(type: number): boolean
  /** Returns whether the kernel can hold the sender of this type inside send. */
  isSlow(type: number): boolean
  /** Returns whether a message of this type can make, rename or delete an interface. */
  changesNames(type: number): boolean
  /** Builds the request for the index of an interface whose name is too long for SIOCGIFINDEX; absent where the family has none. */
  readonly lookup?: (name: string) => Request<number>
}

/** What a message does; it decides the meaning of the upper flag bits. */
export type MessageVerb = 'new' | 'delete' | 'get' | 'set'

/** Returns the protocol of a netlink family without tables: its messages are numbers and bytes. */
export function plainProtocol(id: number): Protocol {
  return {
    id,
    name: `netlink family ${id}`,
    codecOf: () => undefined,
    verbOf: () => undefined,
    nameOf: () => undefined,
    isSilent: () => false,
    isSlow: () => false,
    changesNames: () => false,
  }
}
