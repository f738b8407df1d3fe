import { readText, textBytes } from '../codec/text/text.js'
import { badValue } from '../errors/netlink-error.js'
import { checkOptions, flag, integer, type OptionRules } from '../request/check-options.js'
import type { NamespaceRef } from '../request/request.js'
import { fs } from '../sys/fs.js'
import { IFNAME_MAX } from '../sys/ifreq.js'
import { lastErrno, libc, syscallError } from '../sys/libc.js'
import { fsError, inNamespace } from '../sys/namespace.js'
import { littleEndian } from '../wire/endian.js'
import { viewOf } from '../wire/nlmsghdr.js'

const le = littleEndian

const DEVICE = '/dev/net/tun'
const IFF_TUN = 0x0001
const IFF_TAP = 0x0002
const IFF_MULTI_QUEUE = 0x0100
const IFF_NO_PI = 0x1000
const IFF_VNET_HDR = 0x4000
const IFF_TUN_EXCL = 0x8000
const TUNSETIFF = 0x400454ca
const TUNSETPERSIST = 0x400454cb
const TUNSETOWNER = 0x400454cc
const TUNSETGROUP = 0x400454ce
/** Offset of ifr_flags. */
const IFREQ_FLAGS = 16

/** What a tun or tap interface is made with. */
export interface TuntapOptions {
  readonly mode: 'tun' | 'tap'
  /** By default the kernel chooses; `tap%d` is filled in. */
  readonly name?: string | undefined
  /** Numeric id of the user who may open it. */
  readonly user?: number | undefined
  /** Numeric id of the group that may open it. */
  readonly group?: number | undefined
  readonly multiQueue?: boolean | undefined
  /** Each packet is led by a struct virtio_net_hdr. */
  readonly vnetHeader?: boolean | undefined
  /** Each packet is led by four bytes of flags and protocol. */
  readonly packetInformation?: boolean | undefined
  /** Rejects with EBUSY when the interface exists already. */
  readonly exclusive?: boolean | undefined
  /** Keeps the interface when its descriptor is closed, until it is deleted as a link. */
  readonly persist?: boolean | undefined
}

/** Is an open tun or tap interface: one read or write of `fd` is one packet. */
export interface Tuntap extends Disposable {
  readonly name: string
  /** Non-blocking; −1 after `close`. Without `persist` the interface ends with it. */
  readonly fd: number
  close(): void
}

/**
 * Creates a tun or tap interface in a namespace, or opens an existing one; rejects with ENOENT or ENODEV without the
 * driver, ERR_NETLINK_BAD_VALUE for options that are none, EPERM without CAP_NET_ADMIN there, EBUSY when it is in use. (It is an ioctl: rtnetlink cannot create these.)
 *
 * @example
 * netns.tuntap('blue', { mode: 'tap', name: 'tap0', persist: true }).close()
 */
export function tuntap(ref: NamespaceRef, options: TuntapOptions): Tuntap {
  const ifreq = request(options)
  libc('ioctl')
  let fd = inNamespace(ref, () => {
    const opened = openDevice()
    try {
      control(opened, 'TUNSETIFF', TUNSETIFF, ifreq)
      return opened
    } catch (error) {
      fs.closeSync(opened)
      throw error
    }
  })
  try {
    if (options.user !== undefined) control(fd, 'TUNSETOWNER', TUNSETOWNER, options.user)
    if (options.group !== undefined) control(fd, 'TUNSETGROUP', TUNSETGROUP, options.group)
    if (options.persist !== undefined) control(fd, 'TUNSETPERSIST', TUNSETPERSIST, Number(options.persist))
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
  const close = (): void => {
    if (fd >= 0) fs.closeSync(fd)
    fd = -1
  }
  return {
    name: readText(ifreq, 0, IFNAME_MAX),
    get fd() {
      return fd
    },
    close,
    [Symbol.dispose]: close,
  }
}

/** What the kernel takes for nobody, (uid_t) -1, is no id. */
const id = integer(0, 0xfffffffe)

const rules: OptionRules<TuntapOptions> = {
  mode: { holds: value => value === 'tun' || value === 'tap', text: "'tun' or 'tap'" },
  name: { holds: isName, text: `an interface name of ${IFNAME_MAX} bytes at most` },
  user: id,
  group: id,
  multiQueue: flag,
  vnetHeader: flag,
  packetInformation: flag,
  exclusive: flag,
  persist: flag,
}

function isName(value: unknown): boolean {
  const bytes = typeof value === 'string' ? textBytes(value) : undefined
  return bytes !== undefined && bytes.length <= IFNAME_MAX
}

function request(options: TuntapOptions): Uint8Array {
  checkOptions('tuntap', options, rules, badValue)
  if (options.mode === undefined) throw badValue('mode', `is ${rules.mode.text}`)
  const ifreq = new Uint8Array(40)
  ifreq.set(textBytes(options.name ?? '') ?? [])
  const flags =
    (options.mode === 'tun' ? IFF_TUN : IFF_TAP) |
    (options.packetInformation === true ? 0 : IFF_NO_PI) |
    (options.multiQueue === true ? IFF_MULTI_QUEUE : 0) |
    (options.vnetHeader === true ? IFF_VNET_HDR : 0) |
    (options.exclusive === true ? IFF_TUN_EXCL : 0)
  viewOf(ifreq).setUint16(IFREQ_FLAGS, flags, le)
  return ifreq
}

function openDevice(): number {
  try {
    return fs.openSync(DEVICE, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
  } catch (error) {
    throw fsError(error, DEVICE)
  }
}

function control(fd: number, name: string, code: number, argument: number | Uint8Array): void {
  // koffi takes a number for a pointer: these ioctls take their argument by value.
  if (libc('ioctl')(fd, code, argument) !== 0) throw syscallError(`ioctl ${name}`, lastErrno())
}
