import type { NamespaceRef } from '../wire/namespace-ref.js'

export type { NamespaceRef } from '../wire/namespace-ref.js'

/** A 32-bit field of a request that is filled in when the bytes leave: an interface index, or a namespace descriptor. */
export type FixUp =
  | {
      readonly kind: 'link'
      /** Offset of the 32-bit field from the start of the nlmsghdr, host byte order. */
      readonly offset: number
      /** Interface name or altname to look up. */
      readonly name: string
      /** The field that named it, for the error: `dev`, `master`, `multipath[1].dev`. */
      readonly fieldPath: string
    }
  | { readonly kind: 'netns'; readonly offset: number; readonly ref: NamespaceRef; readonly fieldPath: string }

/** Several objects that one message holds: each is a row of a dump, or an event. */
export class Several<T> {
  readonly items: readonly T[]

  constructor(items: readonly T[]) {
    this.items = items
  }
}

/** Where an offset of a request lies. */
export interface FieldLocation {
  readonly attrPath: string | undefined
  readonly fieldPath: string | undefined
}

/**
 * A request as a value: built without I/O, sent by a client, kept and sent again as often as wanted.
 *
 * `T` is what the answer decodes to; a request without a reply is only acknowledged.
 */
export interface Request<T = void> {
  /** The message from its nlmsghdr on; flags are final but for NLM_F_ACK, seq and pid are 0, fix-ups are 0. */
  readonly bytes: Uint8Array
  /**
   * One line: `link add name=vx0 kind=vxlan id=16777216`. It is made when it is read, as copying what was asked would cost each request a
   * tenth: whoever changes a spec before its call has settled finds the new values in the text of the error. What is sent stays as it was.
   */
  readonly summary: string
  readonly fixUps: readonly FixUp[]
  /** How long the request may hold its caller inside send: `slow` for RTM_DELLINK and moves (18 ms in RCU waits). */
  readonly slow: boolean
  /**
   * Decodes one reply message, given its type and the payload behind the nlmsghdr, to an object or several; `undefined` drops the
   * message. Absent when there is only an ACK. A dump that the kernel does not filter is told the indexes of the links that the request names.
   */
  readonly decode?: (
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    links?: readonly number[],
  ) => T | Several<T> | undefined
  /** Decodes a row of a dump that has what most have, between the same offsets; `undefined` for any other, which is for `decode`. */
  readonly decodeFast?: (bytes: Uint8Array, view: DataView, start: number, end: number) => T | undefined
  /** Finds what lies at an offset that an ext-ack names. */
  readonly locate: (offset: number) => FieldLocation
  /** Names an attribute type that an ext-ack misses; `nest` is the offset of its nest. */
  readonly missing: (type: number, nest: number | undefined) => FieldLocation
}
