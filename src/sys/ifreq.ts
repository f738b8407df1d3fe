import { littleEndian } from '../wire/endian.js'
import { viewOf } from '../wire/nlmsghdr.js'
import { lastErrno, libc } from './libc.js'

const le = littleEndian

/** Longest interface name in bytes; the kernel's IFNAMSIZ counts the NUL. */
export const IFNAME_MAX = 15

const SIOCGIFINDEX = 0x8933
const ENODEV = -19
const ENAMETOOLONG = -36

/** One struct ifreq is enough: the calls are synchronous. */
const request = new Uint8Array(40)
const view = viewOf(request)

/** Writes an interface name as bytes: UTF-8, and U+DC80–DCFF back to the bytes that were no UTF-8. */
export function nameBytes(name: string): Uint8Array {
  const encoder = new TextEncoder()
  // With the u flag only lone surrogates match, not halves of pairs.
  const parts = name.split(/([\udc80-\udcff])/u)
  return Uint8Array.from(
    parts.flatMap(part => (/^[\udc80-\udcff]$/.test(part) ? [part.charCodeAt(0) & 0xff] : [...encoder.encode(part)])),
  )
}

/** Finds an interface index by name or altname (0.7 µs); gives −ENODEV, −ENAMETOOLONG above 15 bytes. */
export function interfaceIndex(fd: number, name: string): number {
  request.fill(0)
  if (!isAscii(name)) {
    const bytes = nameBytes(name)
    if (bytes.length > IFNAME_MAX) return ENAMETOOLONG
    request.set(bytes)
  } else {
    if (name.length > IFNAME_MAX) return ENAMETOOLONG
    for (let i = 0; i < name.length; i++) request[i] = name.charCodeAt(i)
  }
  // The ioctl cuts the name at a colon (alias interfaces of old) and would answer for another link; names have no colon or NUL.
  if (name === '' || name.includes(':') || name.includes('\0')) return ENODEV
  if (libc('ioctl')(fd, SIOCGIFINDEX, request) < 0) return lastErrno()
  return view.getInt32(16, le)
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
