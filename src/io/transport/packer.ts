import { quote } from '../../codec/text/quote.js'
import { badValue, NetlinkError } from '../../errors/netlink-error.js'
import { BuiltRequest } from '../../request/build.js'
import type { Protocol } from '../../request/protocol.js'
import type { FixUp, NamespaceRef, Request } from '../../request/request.js'
import { littleEndian } from '../../wire/endian.js'
import { align4, lengthOf, NLM_F_ACK, NLM_F_REQUEST, viewOf } from '../../wire/nlmsghdr.js'
import { missingLink, requestInfo, withRequest } from '../outcome.js'
import { Names } from './names.js'
import type { NamespaceHandle, TransportSocket } from './transport.js'

const le = littleEndian

/** The most requests and bytes that leave in one send. */
const FLUSH_REQUESTS = 64
const FLUSH_BYTES = 32_768
/** Replies of a flush together: each may take 4 KiB and more of the receive queue (208 KiB), an ACK a fifth of that. */
const FLUSH_REPLIES = 16
/** IFNAMSIZ without its NUL: longer names are altnames, which SIOCGIFINDEX does not take. */
const SHORT_NAME = 15

const NLMSG_NOOP = 1

const encoder = new TextEncoder()
const noLinks: readonly number[] = []

/** Tells how `Packer.add` went: `full` and `flush` send what is packed and add again; `lookup` finds `packer.wanted` first. */
export type Packed = 'packed' | 'full' | 'flush' | 'lookup' | NetlinkError

/**
 * Packs requests into the buffer of one send and fills in their fix-ups. Namespaces stay open until `reset`: rtnetlink has
 * looked at their descriptors, and has answered, when send returns.
 */
export class Packer {
  bytes = new Uint8Array(FLUSH_BYTES)
  length = 0
  count = 0
  /** Tells whether one of the packed requests may hold its caller inside send. */
  slow = false
  /** The long name to look up when `add` answers `lookup`. */
  expected = ''
  /** Indexes of the links that the request packed last has named. */
  links = noLinks
  readonly #openNamespace: (ref: NamespaceRef) => NamespaceHandle
  readonly #protocol: Protocol
  #view = viewOf(this.bytes)
  #renames = false
  /** The kernel stops at what is packed, and executes nothing behind it. */
  #broken = false
  #replies = 0
  readonly #names = new Names()
  readonly #headers: number[] = []
  readonly #namespaces: NamespaceHandle[] = []

  constructor(openNamespace: (ref: NamespaceRef) => NamespaceHandle, protocol: Protocol) {
    this.#openNamespace = openNamespace
    this.#protocol = protocol
  }

  /** Packs a request; its sequence number is written by `stamp`. */
  add(request: Request<unknown>, flags: number, socket: TransportSocket): Packed {
    const built = request instanceof BuiltRequest ? request : undefined
    const size = built?.size ?? request.bytes.length
    const start = this.length
    const replies = request.decode === undefined ? 0 : 1
    // A message whose nlmsg_len lies ends the datagram without a word (netlink_rcv_skb): what is behind it would look like success.
    const broken = (built?.length ?? lengthOf(request.bytes)) !== size
    if (this.count > 0) {
      if (broken || this.#broken) return 'full'
      if (this.count >= FLUSH_REQUESTS || start + size > FLUSH_BYTES) return 'full'
      if (this.#replies + replies > FLUSH_REPLIES) return 'full'
    }
    const end = align4(start + size)
    if (end > this.bytes.length) this.#grow(end)
    if (built === undefined) this.bytes.set(request.bytes, start)
    else built.copyTo(this.#view, start)
    if (end > start + size) this.bytes.fill(0, start + size, end)
    this.#view.setUint16(start + 6, flags | NLM_F_REQUEST, le)
    this.links = noLinks
    if (request.fixUps.length > 0) {
      const state = this.#fixUp(request, socket)
      if (state !== 'packed') return state
    }
    this.#headers[this.count++] = start
    this.#broken = broken
    this.#replies += replies
    this.length = end
    if (request.slow) this.slow = true
    if (this.#protocol.changesNames(this.#view.getUint16(start + 4, le))) this.#renames = true
    return 'packed'
  }

  /** Writes the sequence number of a packed request, and with `ack` that it asks for one. */
  stamp(index: number, seq: number, ack = false): void {
    const start = this.#headers[index]
    if (start === undefined) throw new RangeError(`request ${index} is not packed`)
    this.#view.setUint32(start + 8, seq, le)
    this.#view.setUint32(start + 12, 0, le)
    if (ack) this.#view.setUint16(start + 6, this.#view.getUint16(start + 6, le) | NLM_F_ACK, le)
  }

  /** Makes a packed request one that the kernel passes over without a word (netlink_rcv_skb). */
  cancel(index: number): void {
    const start = this.#headers[index]
    if (start === undefined) throw new RangeError(`request ${index} is not packed`)
    this.#view.setUint16(start + 4, NLMSG_NOOP, le)
    this.#view.setUint16(start + 6, 0, le)
  }

  /** Remembers the outcome of a lookup (an index or a negative errno) for the requests that follow. */
  found(name: string, index: number): void {
    this.#names.set(name, index)
  }

  /** Empties the packer after a send; interface names are looked up anew, unless what was sent was such a lookup. */
  reset(keepNames = false): void {
    this.length = 0
    this.count = 0
    this.slow = false
    this.#replies = 0
    this.#renames = false
    this.#broken = false
    if (!keepNames) this.#names.clear()
    if (this.#namespaces.length > 0) this.#closeNamespaces(0)
  }

  /** Fills in what the request at `length` leaves open. */
  #fixUp(request: Request<unknown>, socket: TransportSocket): Packed {
    const open = this.#namespaces.length
    for (const fixUp of request.fixUps) {
      const state = fixUp.kind === 'link' ? this.#link(request, fixUp, socket) : this.#netns(request, fixUp)
      if (state !== 'packed') {
        this.#closeNamespaces(open)
        // Nothing leaves that the names were looked up for.
        if (this.count === 0 && state !== 'lookup') this.#names.clear()
        return state
      }
    }
    return 'packed'
  }

  #closeNamespaces(keep: number): void {
    for (const handle of this.#namespaces.splice(keep)) handle.close()
  }

  #grow(size: number): void {
    const bytes = new Uint8Array(align4(Math.max(size, this.bytes.length * 2)))
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.#view = viewOf(bytes)
  }

  #link(request: Request<unknown>, fixUp: FixUp & { kind: 'link' }, socket: TransportSocket): Packed {
    // An unsent request may make, rename or delete the very link: what it leaves behind is what is meant.
    if (this.#renames) return 'flush'
    const { name, offset } = fixUp
    let index = this.#names.get(name)
    if (index === undefined) {
      if (isLong(name)) {
        if (this.count > 0) return 'flush'
        this.expected = name
        return 'lookup'
      }
      index = socket.ifindex(name)
      if (index > 0) this.#names.set(name, index)
      else if (this.count > 0) return 'flush'
    }
    if (index <= 0)
      return missingLink(request, name, fixUp.fieldPath, index === 0 ? -19 : index, locationAt(request, offset))
    this.#view.setUint32(this.length + offset, index, le)
    if (request.decode !== undefined) this.links = [...this.links, index]
    return 'packed'
  }

  #netns(request: Request<unknown>, fixUp: FixUp & { kind: 'netns' }): Packed {
    try {
      const handle = this.#openNamespace(fixUp.ref)
      this.#namespaces.push(handle)
      this.#view.setUint32(this.length + fixUp.offset, handle.fd, le)
      return 'packed'
    } catch (error) {
      // What is read of a reference may throw anything.
      const text = error instanceof Error ? String(error) : quote(error)
      const rejected = NetlinkError.is(error) ? error : badValue(fixUp.fieldPath, text, error)
      return withRequest(rejected, requestInfo(request, 0), fixUp.fieldPath)
    }
  }
}

function isLong(name: string): boolean {
  if (name.length > SHORT_NAME) return true
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) > 0x7f) return encoder.encode(name).length > SHORT_NAME
  }
  return false
}

function locationAt(request: Request<unknown>, offset: number) {
  try {
    return request.locate(offset)
  } catch {
    return { attrPath: undefined, fieldPath: undefined }
  }
}
