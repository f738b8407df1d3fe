import { describe, expect, test } from 'vitest'
import { jsonReplacer } from '../../../src/codec/text/json-replacer.js'
import { errnoName, errnoNumber } from '../../../src/errors/errno.js'
import { badMessage, badValue, NetlinkError } from '../../../src/errors/netlink-error.js'

const request = { type: 16, flags: 1537, seq: 7, text: 'link add name=vx0 kind=vxlan id=16777216' }

describe('NetlinkError', () => {
  test('says what was asked, what went wrong and where', () => {
    const error = new NetlinkError({
      reason: 'kernel',
      code: 'ERANGE',
      extAck: { message: 'VXLAN ID must be lower than 16777216', offset: 60 },
      attrPath: 'linkinfo.data(vxlan).id',
      fieldPath: 'info.id',
      request,
    })
    expect(error.message).toBe(
      'link add name=vx0 kind=vxlan id=16777216: ERANGE: VXLAN ID must be lower than 16777216 (at linkinfo.data(vxlan).id)',
    )
    expect(error).toMatchObject({
      name: 'NetlinkError',
      errno: -34,
      syscall: undefined,
      detail: 'VXLAN ID must be lower than 16777216',
      partial: undefined,
      fieldPath: 'info.id',
    })
    expect(Object.keys(error)).toEqual(
      expect.arrayContaining([
        'reason',
        'code',
        'errno',
        'syscall',
        'detail',
        'extAck',
        'attrPath',
        'fieldPath',
        'request',
        'partial',
      ]),
    )
  })

  test.each([
    [{ reason: 'kernel', code: 'EPERM' }, 'EPERM'],
    [{ reason: 'syscall', code: 'EMFILE', syscall: 'socket' }, 'socket: EMFILE'],
    [
      { reason: 'syscall', code: 'EMSGSIZE', syscall: 'send', request, detail: 'too big' },
      `${request.text}: send: EMSGSIZE: too big`,
    ],
    [
      { reason: 'timeout', code: 'ERR_NETLINK_TIMEOUT', detail: 'no answer in 5000 ms' },
      'ERR_NETLINK_TIMEOUT: no answer in 5000 ms',
    ],
    [{ reason: 'kernel', code: 'EINVAL', attrPath: '' }, 'EINVAL'],
  ] as const)('%o', (init, message) => {
    expect(new NetlinkError(init).message).toBe(message)
  })

  test('names the caller’s field of what was never sent', () => {
    expect(badValue('info.id', 'is not a number').message).toBe('ERR_NETLINK_BAD_VALUE: is not a number (at info.id)')
    expect(badMessage('nlmsg_len 3 is shorter than its header', 16)).toMatchObject({
      reason: 'decode',
      message: 'ERR_NETLINK_BAD_MESSAGE: nlmsg_len 3 is shorter than its header (byte 16)',
    })
  })

  test('is known across copies of the package, and keeps its cause', () => {
    const cause = new Error('x')
    const error = badValue('x', 'y', cause)
    expect(error.cause).toBe(cause)
    expect(NetlinkError.is(error)).toBe(true)
    expect(NetlinkError.is({ [Symbol.for('rtnetlink.NetlinkError')]: true })).toBe(true)
    for (const other of [new Error('x'), {}, null, undefined, 'x', { name: 'NetlinkError' }])
      expect(NetlinkError.is(other)).toBe(false)
  })
})

test('is written by JSON.stringify with its message, 64-bit values as text, bytes as its replacer has them', () => {
  const bad = badValue('x', 'y')
  const error = new NetlinkError({
    reason: 'kernel',
    code: 'ERANGE',
    extAck: {
      message: 'integer out of range',
      policy: { minValue: 1n, maxValue: 2n ** 64n - 1n },
      cookie: Uint8Array.of(1, 171),
    },
    partial: [{ sent: 1, failed: [{ index: 0, error: bad }] }, { stats64: { rxBytes: 2n ** 60n } }],
  })
  expect(JSON.parse(JSON.stringify({ error }, jsonReplacer))).toEqual({
    error: {
      name: 'NetlinkError',
      message: 'ERANGE: integer out of range',
      reason: 'kernel',
      code: 'ERANGE',
      errno: -34,
      detail: 'integer out of range',
      extAck: {
        message: 'integer out of range',
        policy: { minValue: '1', maxValue: '18446744073709551615' },
        cookie: '01ab',
      },
      partial: [
        { sent: 1, failed: [{ index: 0, error: JSON.parse(JSON.stringify(bad)) }] },
        { stats64: { rxBytes: '1152921504606846976' } },
      ],
    },
  })
  expect(JSON.parse(JSON.stringify(error)).extAck.policy.minValue).toBe('1')
  expect(JSON.parse(JSON.stringify(bad)).message).toBe('ERR_NETLINK_BAD_VALUE: y (at x)')
})

test('errno names, both ways', () => {
  expect([-1, -17, 95, 110, 133, 524].map(errnoName)).toEqual([
    'EPERM',
    'EEXIST',
    'EOPNOTSUPP',
    'ETIMEDOUT',
    'EHWPOISON',
    'ENOTSUPP',
  ])
  expect([41, 0, 9999].map(errnoName)).toEqual(['E41', 'E0', 'E9999'])
  expect(['EPERM', 'EEXIST', 'EOPNOTSUPP', 'ETIMEDOUT', 'nonsense'].map(errnoNumber).map(Math.abs)).toEqual([
    1, 17, 95, 110, 0,
  ])
  expect(['ENOTSUPP', 'E41', 'E9999'].map(errnoNumber)).toEqual([-524, -41, -9999])
})
