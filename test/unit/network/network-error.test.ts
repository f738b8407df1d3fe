// What an error of a step says: all that its cause said, and each part once.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/index.js'
import { atStep, NetworkError } from '../../../src/network/network-error.js'

const request = { type: 16, flags: 5, seq: 1, text: 'link add name=v0' }

describe('the error of a step', () => {
  it.each<[ConstructorParameters<typeof NetlinkError>[0], string]>([
    [
      { reason: 'encode', code: 'ERR_NETLINK_BAD_VALUE', detail: '"x" is no address', fieldPath: 'address', request },
      'link add name=v0: ERR_NETLINK_BAD_VALUE: "x" is no address (at address)',
    ],
    [
      {
        reason: 'syscall',
        code: 'ENODEV',
        syscall: 'SIOCGIFINDEX',
        detail: "no interface 'v1'",
        attrPath: 'a',
        request,
      },
      "link add name=v0: SIOCGIFINDEX: ENODEV: no interface 'v1' (at a)",
    ],
    [
      {
        reason: 'kernel',
        code: 'ERANGE',
        extAck: { message: 'too much' },
        attrPath: 'linkinfo.data(vlan).id',
        fieldPath: 'info.id',
        request,
      },
      'link add name=v0: ERANGE: too much (at linkinfo.data(vlan).id)',
    ],
    [{ reason: 'kernel', code: 'EINVAL', request }, 'link add name=v0: EINVAL'],
    [{ reason: 'syscall', code: 'EPERM', syscall: 'setns', detail: 'needs a right' }, 'setns: EPERM: needs a right'],
    [{ reason: 'closed', code: 'ERR_NETLINK_CLOSED' }, 'ERR_NETLINK_CLOSED'],
  ])('%j', (init, words) => {
    const cause = new NetlinkError(init)
    expect(cause.message).toBe(words)
    expect(atStep(cause, 'lab', 'link', [])).toMatchObject({ message: `lab, step link: ${words}`, cause })
  })

  it('of node:fs has its code, its call and its path', () => {
    let cause: unknown
    try {
      readFileSync('/proc/self/stat/x')
    } catch (error) {
      cause = error
    }
    const error = atStep(cause, 'lab', 'link', ['lease (ENOSPC)'])
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: 'lab, step link: open: ENOTDIR: /proc/self/stat/x; not undone: lease (ENOSPC)',
      reason: 'syscall',
      code: 'ENOTDIR',
      syscall: 'open',
      step: 'link',
      left: ['lease (ENOSPC)'],
      cause,
    })
  })

  it.each([new TypeError('wrong'), Object.assign(new Error('x'), { code: 'ABORT_ERR' }), 'enough', null, undefined])(
    'is none of %s',
    what => {
      expect(atStep(what, 'lab', 'link', [])).toBe(what)
    },
  )
})
