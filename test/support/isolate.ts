// Setup file of the kernel tests. Moves this test file's process (vitest starts one per file) into a fresh network and a
// fresh mount namespace: unshare works for one thread of many as long as no user namespace is asked for. Children and
// Workers follow; libuv's pool threads stay outside, so `fs.promises` sees the outer /run and /sys.
// Where that is not permitted every kernel test skips, with the reason.
import { beforeEach } from 'vitest'
import { lastErrno, libc } from '../../src/sys/libc.js'
import { MS_PRIVATE, MS_REC, tryMount } from '../../src/sys/mount.js'
import { CLONE_NEWNET, startPool } from '../../src/sys/namespace.js'
import { lacking } from './probe.js'

const CLONE_NEWNS = 0x20000

function isolate(): string | undefined {
  // Before unshare, or the pool would be in namespaces that differ from file to file.
  startPool()
  if (libc('unshare')(CLONE_NEWNET | CLONE_NEWNS) !== 0)
    return `no privilege to unshare namespaces (errno ${lastErrno()})`
  const errno = tryMount('none', '/', null, MS_PRIVATE | MS_REC) || tryMount('tmpfs', '/run', 'tmpfs', 0)
  if (errno !== 0) return `no privilege to mount (errno ${errno})`
  // /sys/class/net of the new namespace; some sandboxes refuse it, and only few tests look there.
  tryMount('sysfs', '/sys', 'sysfs', 0)
  return undefined
}

const rejected = isolate()
beforeEach(context => {
  if (rejected !== undefined) lacking(context, rejected, true)
})
