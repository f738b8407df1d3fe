import { lastErrno, libc } from './libc.js'
import { privileged } from './namespace.js'

export const MS_BIND = 0x1000
export const MS_REC = 0x4000
export const MS_PRIVATE = 0x40000
export const MS_SHARED = 0x100000
const MNT_DETACH = 2
const UMOUNT_NOFOLLOW = 8

/** Mounts, as mount(2) does: 0 or −errno. */
export function tryMount(source: string, target: string, type: string | null, flags: number): number {
  return libc('mount')(source, target, type, flags, null) === 0 ? 0 : lastErrno()
}

/** Mounts, as mount(2) does; throws what the system call says. */
export function mount(source: string, target: string, type: string | null, flags: number): void {
  const errno = tryMount(source, target, type, flags)
  if (errno !== 0) throw privileged('mount', errno, target)
}

/** Takes a mount out of the tree at once, also while it is in use: 0 or −errno (−EINVAL: nothing is mounted there, or it is a link). */
export function tryUnmount(target: string): number {
  return libc('umount2')(target, MNT_DETACH | UMOUNT_NOFOLLOW) === 0 ? 0 : lastErrno()
}
