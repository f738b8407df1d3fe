// The faults of the fault table: what goes wrong, and in which calls it can.
import { NetlinkError } from '../../../../src/errors/netlink-error.js'
import { littleEndian as le } from '../../../../src/wire/endian.js'
import { viewOf, writeHeader } from '../../../../src/wire/nlmsghdr.js'
import type { Call, Site, Wrong } from './faulty-transport.js'

const EINTR = -4
const EBADF = -9
const EAGAIN = -11
const ENOMEM = -12
const ENOBUFS = -105
const always = Number.POSITIVE_INFINITY

/** One fault. */
export interface Fault {
  readonly calls: readonly Call[]
  readonly wrong: Wrong
  /** How often it happens, on one socket; once by default. */
  readonly times?: number
  /** The client cannot go on: its socket, or the client itself, is gone. */
  readonly fatal?: boolean
  /** Nothing comes in place of what is lost: the deadline must be short. */
  readonly silent?: boolean
  /** What is lost does not come: a reader need not wait for it. */
  readonly lossy?: boolean
  /** It is the program itself that ends the client or the call. */
  readonly interferes?: 'close' | 'abort'
}

/** Calls that give a negative errno when they fail. */
/** Calls of whose sort a client has more after it has begun: while one of the others runs, no program can get a word in. */
const inside: readonly Call[] = ['send', 'receive', 'wait', 'ifindex']
const every: readonly Call[] = ['send', 'receive', 'wait', 'join', 'filter', 'ifindex']
/** Opening a socket fails with an error that is thrown. */
const noSocket: Wrong = ({ socket }) => {
  socket.close()
  throw new NetlinkError({ reason: 'syscall', code: 'EMFILE', syscall: 'socket' })
}

/** Reads a datagram and gives, before it, another that is made of it. */
function before(forge: (site: Site, header: { seq: number; pid: number }, length: number) => number): Wrong {
  return site => {
    const length = site.perform()
    if (length < 0) return length
    site.transport.keep(site.socket, site.buffer.subarray(0, length))
    const view = viewOf(site.buffer)
    return forge(site, { seq: view.getUint32(8, le), pid: view.getUint32(12, le) }, length)
  }
}

/** Writes an NLMSG_ERROR of EPERM into the receive buffer. */
function rejection(buffer: Uint8Array, seq: number, pid: number): number {
  const bytes = buffer.subarray(0, 36)
  bytes.fill(0)
  writeHeader(bytes, 2, 0, seq, pid)
  viewOf(bytes).setInt32(16, -1, le)
  return bytes.length
}

/** Reads a datagram and gives only part of it. */
const cut =
  (length: (whole: number) => number): Wrong =>
  ({ perform }) => {
    const whole = perform()
    return whole < 0 ? whole : length(whole)
  }

export const faults = {
  EINTR: { calls: ['send', 'receive', 'wait'], wrong: () => EINTR },
  'EINTR, 50 times': { calls: ['send', 'receive', 'wait'], wrong: () => EINTR, times: 50 },
  EAGAIN: { calls: ['receive'], wrong: () => EAGAIN },
  'EAGAIN, 50 times': { calls: ['receive'], wrong: () => EAGAIN, times: 50 },
  'EAGAIN of a send': { calls: ['send'], wrong: () => EAGAIN },
  'ENOBUFS of a send': { calls: ['send'], wrong: () => ENOBUFS },
  'ENOBUFS, nothing lost': { calls: ['receive'], wrong: () => ENOBUFS },
  'ENOBUFS, a datagram lost': { calls: ['receive'], wrong: ({ perform }) => Math.min(perform(), ENOBUFS), lossy: true },
  ENOMEM: { calls: every, wrong: () => ENOMEM },
  'EBADF from then on': { calls: every, wrong: () => EBADF, times: always, fatal: true },
  'no socket': { calls: ['open'], wrong: noSocket },
  'a datagram lost': {
    calls: ['receive'],
    wrong: ({ perform }) => (perform() < 0 ? EAGAIN : perform()),
    silent: true,
    lossy: true,
  },
  'a datagram twice': {
    calls: ['receive'],
    wrong: before((_site, _header, length) => length),
  },
  'a forged refusal': {
    calls: ['receive'],
    wrong: before(({ socket, buffer }, { seq, pid }) => {
      socket.sourcePid = 4242
      return rejection(buffer, seq, pid)
    }),
  },
  'a refusal for another port': {
    calls: ['receive'],
    wrong: before(({ buffer }, { seq, pid }) => rejection(buffer, seq, pid + 1)),
  },
  'a refusal that nobody waits for': {
    calls: ['receive'],
    wrong: before(({ buffer }, { seq, pid }) => rejection(buffer, seq + 1000, pid)),
  },
  'a notification with our number': {
    calls: ['receive'],
    wrong: before(({ socket, buffer }, { seq, pid }) => {
      socket.sourceGroups = 1
      const bytes = buffer.subarray(0, 20).fill(0)
      writeHeader(bytes, 16, 0, seq, pid)
      return bytes.length
    }),
  },
  'a read of 10 bytes': { calls: ['receive'], lossy: true, wrong: cut(() => 10) },
  'a read of 4 bytes less': { calls: ['receive'], lossy: true, wrong: cut(whole => whole - 4) },
  'an empty read': { calls: ['receive'], lossy: true, wrong: cut(() => 0) },
  MSG_TRUNC: {
    calls: ['receive'],
    lossy: true,
    wrong: ({ socket, perform }) => {
      const length = perform()
      socket.truncated = length >= 0
      return length
    },
  },
  'closed before the call': {
    calls: inside,
    wrong: ({ transport, perform }) => {
      transport.interfere()
      return perform()
    },
    fatal: true,
    interferes: 'close',
  },
  'closed behind the call': {
    calls: every,
    wrong: ({ transport, perform }) => {
      queueMicrotask(transport.interfere)
      return perform()
    },
    fatal: true,
    interferes: 'close',
  },
  'aborted before the call': {
    calls: inside,
    wrong: ({ transport, perform }) => {
      transport.interfere()
      return perform()
    },
    interferes: 'abort',
  },
  'aborted behind the call': {
    calls: every,
    wrong: ({ transport, perform }) => {
      queueMicrotask(transport.interfere)
      return perform()
    },
    interferes: 'abort',
  },
} satisfies { readonly [name: string]: Fault }

export type FaultName = keyof typeof faults
