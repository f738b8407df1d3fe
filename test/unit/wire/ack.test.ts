import { describe, expect, test } from 'vitest'
import { readAck } from '../../../src/wire/ack.js'
import { messages } from '../../../src/wire/nlmsghdr.js'
import { attr, type Bytes, message, newLink, text, thrown, u32 } from '../../support/vector-build.js'

const NLM_F_CAPPED = 0x100
const NLM_F_ACK_TLVS = 0x200

function ack(type: number, flags: number, payload: Bytes) {
  const bytes = message(type, payload)
  new DataView(bytes.buffer).setUint16(6, flags, true)
  const [view] = [...messages(bytes)]
  if (view === undefined) throw new Error('no message')
  return readAck(view)
}

const EINVAL = u32(-22 >>> 0)
const request = [...newLink(attr(3, text('x')))]
const tlvs = [...attr(1, [...text('no'), 0]), ...attr(2, u32(36))]

describe('readAck', () => {
  test('adv-28: capped: TLVs follow the 16 bytes of the echoed header', () => {
    expect(ack(2, NLM_F_CAPPED | NLM_F_ACK_TLVS, [...EINVAL, ...request.slice(0, 16), ...tlvs])).toEqual({
      errno: -22,
      extAck: { message: 'no', offset: 36 },
    })
  })

  test('adv-28: uncapped: TLVs follow the whole request', () => {
    expect(ack(2, NLM_F_ACK_TLVS, [...EINVAL, ...request, ...tlvs])).toEqual({
      errno: -22,
      extAck: { message: 'no', offset: 36 },
    })
  })

  test('adv-28: NLMSG_DONE: TLVs follow the error number', () => {
    expect(ack(3, NLM_F_ACK_TLVS, [...EINVAL, ...tlvs])).toEqual({ errno: -22, extAck: { message: 'no', offset: 36 } })
  })

  test.each([0, 15, 4000, 0xffffffff])(
    'adv-28: an echoed length of %i that cannot be true gives no TLVs, and the errno',
    length => {
      expect(ack(2, NLM_F_ACK_TLVS, [...EINVAL, ...u32(length), ...request.slice(4), ...tlvs])).toEqual({
        errno: -22,
        extAck: undefined,
      })
    },
  )

  test('adv-28: without NLM_F_ACK_TLVS there are none', () => {
    expect(ack(2, 0, [...EINVAL, ...request, ...tlvs])).toEqual({ errno: -22, extAck: undefined })
    expect(ack(2, NLM_F_ACK_TLVS, EINVAL)).toEqual({ errno: -22, extAck: undefined })
  })

  test('adv-29: text without NUL, offsets anywhere, broken TLVs', () => {
    const done = (...list: Bytes[]) => ack(3, NLM_F_ACK_TLVS, [...EINVAL, ...list.flatMap(each => [...each])]).extAck
    expect(done(attr(1, text('no NUL')))).toEqual({ message: 'no NUL' })
    expect(done(attr(2, u32(0xffffffff)))).toEqual({ offset: 0xffffffff })
    expect(done(attr(2, [1]), attr(1, text('kept')))).toEqual({ message: 'kept' })
    expect(done(attr(1, text('kept')), attr(2, [1], 99))).toEqual({ message: 'kept' })
    expect(done(attr(9, [1]))).toBeUndefined()
  })

  test('names what is missing, gives limits and cookies', () => {
    const policy = [...attr(1, u32(4)), ...attr(4, [1, 0, 0, 0, 0, 0, 0, 0]), ...attr(5, [255, 0, 0, 0, 0, 0, 0, 0])]
    const { extAck } = ack(3, NLM_F_ACK_TLVS, [
      ...EINVAL,
      ...attr(5, u32(3)),
      ...attr(6, u32(32)),
      ...attr(3, [1, 2]),
      ...attr(0x8004, policy),
    ])
    expect(extAck).toEqual({
      missingType: 3,
      missingNest: 32,
      cookie: Uint8Array.of(1, 2),
      policy: { type: 4, minValue: 1n, maxValue: 255n },
    })
  })

  test('adv-30: a DONE without payload is success, one with a negative number an error, an ERROR without a number no message', () => {
    expect(ack(3, 0, [])).toEqual({ errno: 0, extAck: undefined })
    expect(ack(3, 0, u32(-105 >>> 0)).errno).toBe(-105)
    expect(ack(3, 0, u32(512)).errno).toBe(0)
    expect(thrown(() => ack(2, 0, [1, 2, 3]))).toMatchObject({ code: 'ERR_NETLINK_BAD_MESSAGE', reason: 'decode' })
  })
})
