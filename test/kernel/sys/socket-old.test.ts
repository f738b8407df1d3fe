// Kernels that lack a socket option; the running one has them all, so setsockopt is replaced.
import { expect, it, vi } from 'vitest'
import { ACK_LENGTH, noop } from '../../support/noop.js'

const LIBC = '../../../src/sys/libc.js'
const SOL_NETLINK = 270

/** Loads the socket anew, on a libc whose netlink socket options fail with `errno`. */
async function socketsWithout(errno: number): Promise<typeof import('../../../src/sys/socket.js')> {
  vi.resetModules()
  vi.doMock(LIBC, async importOriginal => {
    const real = await importOriginal<typeof import('../../../src/sys/libc.js')>()
    let failed = false
    return {
      ...real,
      libc: (name: Parameters<typeof real.libc>[0]) => {
        const call = real.libc(name)
        if (name !== 'setsockopt') return call
        return (...args: (number | Uint8Array | Int32Array | null)[]) => {
          failed = args[1] === SOL_NETLINK
          return failed ? -1 : call(...args)
        }
      },
      lastErrno: () => (failed ? errno : real.lastErrno()),
      check: (result: number, syscall: string) => {
        if (result < 0) throw real.syscallError(syscall, failed ? errno : real.lastErrno())
        return result
      },
    }
  })
  return import('../../../src/sys/socket.js')
}

it('adv-62 work without ext-ack, cap-ack and strict checking', async () => {
  const { NetlinkSocket } = await socketsWithout(-92)
  using socket = NetlinkSocket.open({ protocol: 0, strict: true })
  expect(socket.send(noop(1), 16)).toBe(16)
  expect(socket.receive(new Uint8Array(128))).toBe(ACK_LENGTH)
})

it('refuses to work where an option fails for another reason', async () => {
  const { NetlinkSocket } = await socketsWithout(-1)
  expect(() => NetlinkSocket.open({ protocol: 0, strict: true })).toThrow('setsockopt: EPERM')
})
