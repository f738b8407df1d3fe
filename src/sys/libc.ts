import { errnoName } from '../errors/errno.js'
import { NetlinkError } from '../errors/netlink-error.js'

const { createRequire } = process.getBuiltinModule('node:module')

/** What is used of koffi; its own types are full of `any`. */
interface Koffi {
  load(path: null): { func(name: string, result: string, args: readonly string[]): NativeFunction }
  errno(): number
  address(value: ArrayBufferView): bigint
  sizeof(type: string): number
  readonly node: { poll(fd: number, options: { readable: boolean }, callback: (status: number) => void): PollHandle }
}

/** A libc function: called directly, or through libuv's pool. */
export interface NativeFunction {
  (...args: readonly NativeArgument[]): number
  async(...args: readonly (NativeArgument | AsyncCallback)[]): void
}

type NativeArgument = number | string | Uint8Array | Int32Array | null
type AsyncCallback = (error: unknown, result: number) => void

/** libuv's poll handle as koffi gives it. */
export interface PollHandle {
  start(options: { readable: boolean }, callback: (status: number) => void): void
  stop(): void
  close(): void
}

const RTLD_NOW = 2
const RTLD_NODELETE = 0x1000

// `long` stands for size_t and ssize_t too: both are as wide as a pointer on every Linux, and long keeps them plain numbers.
// ioctl and syscall are variadic in C; on the platforms that koffi knows, integers are passed in the same registers.
const prototypes = {
  socket: ['int', 'int', 'int', 'int'],
  bind: ['int', 'int', 'void *', 'uint'],
  getsockname: ['int', 'int', 'void *', 'void *'],
  setsockopt: ['int', 'int', 'int', 'int', 'void *', 'uint'],
  getsockopt: ['int', 'int', 'int', 'int', 'void *', 'void *'],
  send: ['int', 'int', 'intptr_t', 'ulong', 'int'],
  recvfrom: ['int', 'int', 'intptr_t', 'ulong', 'int', 'intptr_t', 'intptr_t'],
  recvmmsg: ['int', 'int', 'intptr_t', 'uint', 'int', 'void *'],
  poll: ['int', 'void *', 'ulong', 'int'],
  close: ['int', 'int'],
  dup3: ['int', 'int', 'int', 'int'],
  ioctl: ['int', 'int', 'ulong', 'void *'],
  setns: ['int', 'int', 'int'],
  unshare: ['int', 'int'],
  mount: ['int', 'str', 'str', 'str', 'ulong', 'void *'],
  umount2: ['int', 'str', 'int'],
  flock: ['int', 'int', 'int'],
  fstatfs: ['int', 'int', 'void *'],
  syscall: ['long', 'long', 'long', 'long', 'long', 'long'],
  getpid: ['int'],
  gettid: ['int'],
  abort: ['void'],
  dlopen: ['long', 'str', 'int'],
} as const satisfies Record<string, readonly [string, ...string[]]>

/** The names of the libc functions in use. */
export type LibcName = keyof typeof prototypes

let loaded: Koffi | undefined
const bound = new Map<LibcName, NativeFunction>()

/** Throws ERR_NETLINK_UNSUPPORTED where there is no Linux. */
export function requireLinux(): void {
  if (process.platform === 'linux') return
  throw new NetlinkError({
    reason: 'unsupported',
    code: 'ERR_NETLINK_UNSUPPORTED',
    detail: `rtnetlink needs Linux, this is ${process.platform}`,
  })
}

/** Loads koffi at its first use; throws ERR_NETLINK_UNSUPPORTED where there is no Linux, or no koffi for its processor. */
export function koffi(): Koffi {
  if (loaded !== undefined) return loaded
  requireLinux()
  loaded = load()
  if (!onMainThread()) keepLoaded()
  return loaded
}

let main: boolean | undefined

/** Tells whether this thread is the process's first, and so no Worker. */
export function onMainThread(): boolean {
  main ??= libc('gettid')() === libc('getpid')()
  return main
}

function load(): Koffi {
  try {
    // The arch test looks for this very line: importing the package must load no native code.
    return createRequire(import.meta.url)('koffi')
  } catch (cause) {
    const why = String(cause instanceof Error ? cause.message : cause).split('\n')[0]
    throw new NetlinkError({
      reason: 'unsupported',
      code: 'ERR_NETLINK_UNSUPPORTED',
      detail: `koffi does not load on linux ${process.arch}, for which its optional dependencies have the binary: ${why}`,
      cause,
    })
  }
}

/**
 * Has koffi's library stay in memory. Node unloads what no thread uses any longer when a Worker ends, and only then has libuv call back for
 * the poll handles that were open: into what is gone, where the main thread has never loaded it.
 */
function keepLoaded(): void {
  const path = Object.keys(createRequire(import.meta.url).cache).find(name => name.endsWith('koffi.node'))
  if (path !== undefined) libc('dlopen')(path, RTLD_NOW | RTLD_NODELETE)
}

/** Gives a libc function, bound at its first use. */
export function libc(name: LibcName): NativeFunction {
  let found = bound.get(name)
  if (found === undefined) {
    const [result, ...args] = prototypes[name]
    found = koffi().load(null).func(name, result, args)
    bound.set(name, found)
  }
  return found
}

/** Gives the negative errno of the call that has just failed on this thread, or in the `.async` callback of this call. */
export function lastErrno(): number {
  return -koffi().errno()
}

/** Gives the address of a buffer's first byte; the number does not keep the buffer alive. */
export function addressOf(bytes: ArrayBufferView): number {
  return Number(koffi().address(bytes))
}

/** Makes the error of a failed system call; `errno` is negative. */
export function syscallError(syscall: string, errno: number, detail?: string, cause?: unknown): NetlinkError {
  return new NetlinkError({ reason: 'syscall', code: errnoName(errno), syscall, detail, cause })
}

/** Returns a call's result, or throws its error. */
export function check(result: number, syscall: string, detail?: string): number {
  if (result < 0) throw syscallError(syscall, lastErrno(), detail)
  return result
}
