import { afterEach, expect, it, vi } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'

const { platform } = process
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform })
  vi.resetModules()
})

it('says at first use, not at import, that it needs Linux', async () => {
  vi.resetModules()
  Object.defineProperty(process, 'platform', { value: 'darwin' })
  const { NetlinkSocket } = await import('../../../src/sys/socket.js')
  let error: unknown
  try {
    NetlinkSocket.open({ protocol: 0, strict: true })
  } catch (caught) {
    error = caught
  }
  expect(NetlinkError.is(error)).toBe(true)
  expect(error).toMatchObject({ reason: 'unsupported', code: 'ERR_NETLINK_UNSUPPORTED' })
  expect(String(error)).toContain('rtnetlink needs Linux, this is darwin')
})
