import { littleEndian } from '../wire/endian.js'
import type { NamespaceRef } from '../wire/namespace-ref.js'
import { viewOf } from '../wire/nlmsghdr.js'
import { closeDescriptor, makeDescriptor } from './descriptor.js'
import { check, libc, syscallError } from './libc.js'
import { AF_NETLINK } from './msghdr.js'
import { inNamespace } from './namespace.js'

const le = littleEndian

const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const SOL_SOCKET = 1
const SO_NETNS_COOKIE = 71

/**
 * Asks for a namespace's cookie: a number that no other namespace has until the next boot (inode numbers are recycled at
 * once). Rejects with ENOPROTOOPT before Linux 5.14, with EPERM where the namespace may not be entered.
 */
export function namespaceCookie(ref?: NamespaceRef): bigint {
  const socket = libc('socket')
  const getsockopt = libc('getsockopt')
  const create = () => makeDescriptor(() => socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0))
  const fd = ref === undefined ? create() : inNamespace(ref, create)
  if (fd < 0) throw syscallError('socket', fd)
  try {
    const value = new Uint8Array(8)
    check(getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, value, Int32Array.of(8)), 'getsockopt', 'SO_NETNS_COOKIE')
    return viewOf(value).getBigUint64(0, le)
  } finally {
    closeDescriptor(fd)
  }
}
