import { describe, expect, test } from 'vitest'
import { readAck } from '../../../src/wire/ack.js'
import { messages } from '../../../src/wire/nlmsghdr.js'
import { Writer } from '../../../src/wire/writer.js'
import { attr, type Bytes, message, u32 } from '../../support/vector-build.js'

const NLM_F_ACK_TLVS = 0x200
const wide = (value: bigint) => new Uint8Array(new BigInt64Array([value]).buffer)

/** The policy in an ext-ack behind an NLMSG_DONE. */
function policyOf(...limits: readonly Bytes[]) {
  const bytes = message(3, [
    ...u32(-34 >>> 0),
    ...attr(
      0x8004,
      limits.flatMap(each => [...each]),
    ),
  ])
  new DataView(bytes.buffer).setUint16(6, NLM_F_ACK_TLVS, true)
  const [view] = [...messages(bytes)]
  return view && readAck(view).extAck?.policy
}

describe('the policy of an ext-ack', () => {
  // enum netlink_policy_type_attr, include/uapi/linux/netlink.h
  test.each([
    ['type', 1, u32(2), { type: 2 }],
    ['signed minimum', 2, wide(-5n), { minValue: -5n }],
    ['signed maximum', 3, wide(-1n), { maxValue: -1n }],
    ['unsigned minimum', 4, wide(-1n), { minValue: 2n ** 64n - 1n }],
    ['unsigned maximum', 5, wide(7n), { maxValue: 7n }],
    ['minimal length', 6, u32(4), { minLength: 4 }],
    ['maximal length', 7, u32(16), { maxLength: 16 }],
    ['mask of a bitfield', 10, u32(0x81), { mask: 0x81n }],
    ['mask', 12, wide(0xff00n), { mask: 0xff00n }],
  ] as const)('tells the %s, and none that is cut short', (_name, type, data, policy) => {
    expect(policyOf(attr(type, data))).toEqual(policy)
    expect(policyOf(attr(type, data.slice(0, data.length - 1)))).toEqual({})
    const other = type === 1 ? 7 : 1
    expect(policyOf(attr(other, u32(9)), attr(type, []))).toEqual(type === 1 ? { maxLength: 9 } : { type: 9 })
  })
})

test('a positive number in an ERROR is success, and an echo of 4 bytes holds no TLVs', () => {
  const answer = (flags: number, payload: Bytes) => {
    const bytes = message(2, payload)
    new DataView(bytes.buffer).setUint16(6, flags, true)
    const [view] = [...messages(bytes)]
    return view && readAck(view)
  }
  expect(answer(0, u32(5))).toEqual({ errno: 0, extAck: undefined })
  expect(answer(NLM_F_ACK_TLVS, [...u32(0), 1, 2])).toEqual({ errno: 0, extAck: undefined })
  // An echoed header of 12 bytes would have its TLVs behind it.
  expect(answer(NLM_F_ACK_TLVS, [...u32(-1 >>> 0), ...u32(12), ...u32(0), ...u32(0), ...attr(1, [65, 0])])).toEqual({
    errno: -1,
    extAck: undefined,
  })
})

test('a writer gives zeros behind what was taken back', () => {
  const writer = new Writer(8)
  writer.append(Uint8Array.of(1, 2, 3, 4, 5, 6))
  writer.truncate(2)
  writer.reserve(4)
  expect(writer.finish()).toEqual(Uint8Array.of(1, 2, 0, 0, 0, 0))
})
