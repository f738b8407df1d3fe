import type { ChildProcess, SpawnOptions } from 'node:child_process'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import type { NamespaceRef } from '../request/request.js'
import { inNamespace } from '../sys/namespace.js'

/** Options of `spawn`: those of node:child_process, and `mounts`. */
export interface NamespaceSpawnOptions extends SpawnOptions {
  /** Gives the child a mount namespace with the network namespace's /sys, and /etc/netns/NAME over /etc. */
  readonly mounts?: boolean | undefined
}

// What `ip netns exec` does between unshare and exec; a bind that fails is reported and left out.
const mountScript = `
name=$1; shift
flags=
while read -r _ point _ options _; do
  [ "$point" = /sys ] || continue
  case $options in ro | ro,*) flags=-r ;; *) flags= ;; esac
done </proc/mounts
umount -l /sys 2>/dev/null
mount $flags -t sysfs -- "$name" /sys || exit 126
for file in /etc/netns/"$name"/*; do
  [ ! -e "$file" ] || mount --bind "$file" "/etc/\${file##*/}"
done
exec "$@"
`

/**
 * Starts a program in a namespace: what `nsenter --net` does, with `{ mounts: true }` what `ip netns exec` does. Rejects as `open`
 * does, and with EPERM without CAP_SYS_ADMIN; a missing program is an 'error' event (ENOENT). `mounts` needs `unshare` of util-linux,
 * with `uid` or `gid` its `setpriv`, and there a missing program shows as exit code 127; `argv0` does not go with it.
 *
 * @example
 * netns.spawn('blue', 'ping', ['-c1', '192.0.2.1'], { stdio: 'inherit' })
 */
export function spawn(
  ref: NamespaceRef,
  command: string,
  args: readonly string[] = [],
  options: NamespaceSpawnOptions = {},
): ChildProcess {
  const { mounts = false, ...rest } = options
  // Loaded here, outside: most processes start no other, and it takes Node's streams and sockets.
  const { spawn: spawnProcess } = process.getBuiltinModule('node:child_process')
  if (!mounts) return inNamespace(ref, () => spawnProcess(command, args, rest))
  const { shell = false, uid, gid, ...plain } = rest
  if (plain.argv0 !== undefined)
    throw new TypeError('netns.spawn takes no argv0 with mounts: a shell starts the program')
  const words =
    shell === false
      ? [command, ...args]
      : [typeof shell === 'string' ? shell : '/bin/sh', '-c', [command, ...args].join(' ')]
  const program = [...identity(uid, gid), ...words]
  const name = typeof ref === 'string' ? ref : 'netns'
  const unshare = ['--mount', '--propagation', 'slave', '--', '/bin/sh', '-c', mountScript, 'sh', name, ...program]
  return inNamespace(ref, () => spawnProcess('unshare', unshare, plain))
}

/** Makes a program somebody else's as libuv does, but behind the mounts, which need privilege. */
function identity(uid: number | undefined, gid: number | undefined): string[] {
  if (uid === undefined && gid === undefined) return []
  const user = uid === undefined ? [] : ['--reuid', String(uid)]
  const group = gid === undefined ? [] : ['--regid', String(gid)]
  return ['setpriv', ...group, ...user, '--clear-groups', '--']
}

/**
 * Starts a Worker that lives in a namespace; rejects as `open` does, and with EPERM without CAP_SYS_ADMIN. Its sockets, servers and
 * children are that namespace's, and what it reads synchronously of /proc/sys/net and /proc/thread-self/net. /proc/net is that of the
 * main thread, and pool threads are outside: `fs.promises` and `dns.lookup`.
 *
 * @example
 * const host = netns.worker('blue', new URL('./server.js', import.meta.url))
 */
export function worker(ref: NamespaceRef, url: string | URL, options?: WorkerOptions): Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  return inNamespace(ref, () => new Worker(url, options))
}
