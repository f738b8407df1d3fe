import { littleEndian } from '../../src/wire/endian.js'

/** Builds attributes and messages by hand, byte by byte, without the encoder. */
export type Bytes = readonly number[] | Uint8Array

export const u16 = (value: number, little = littleEndian): number[] =>
  little ? [value & 255, (value >> 8) & 255] : [(value >> 8) & 255, value & 255]
export const u32 = (value: number, little = littleEndian): number[] => {
  const [low, high] = [u16(value & 0xffff, little), u16(value >>> 16, little)]
  return little ? [...low, ...high] : [...high, ...low]
}
export const text = (value: string): number[] => [...new TextEncoder().encode(value)]

/** One attribute with its padding; `length` says another nla_len than the true one. */
export function attr(type: number, data: Bytes = [], length: number = 4 + data.length): number[] {
  return [...u16(length), ...u16(type), ...data, ...new Array<number>((4 - (data.length % 4)) % 4).fill(0)]
}

/** A message of a type: fixed header, then attributes; `length` says another nlmsg_len than the true one. */
export function message(type: number, header: Bytes, attrs: readonly Bytes[] = [], length?: number): Uint8Array {
  const body = [...header, ...attrs.flatMap(each => [...each])]
  return Uint8Array.from([...u32(length ?? 16 + body.length), ...u16(type), ...u16(0), ...u32(1), ...u32(2), ...body])
}

/** An RTM_NEWLINK of the link 5 with these attributes. */
export const newLink = (...attrs: readonly Bytes[]): Uint8Array =>
  message(16, [0, 0, ...u16(1), ...u32(5), ...u32(0), ...u32(0)], attrs)

/** An RTM_NEWROUTE of IPv4 with these attributes; the header says /24 and table 254. */
export const newRoute = (...attrs: readonly Bytes[]): Uint8Array =>
  message(24, [2, 24, 0, 0, 254, 3, 0, 1, ...u32(0)], attrs)

/** What a call throws. */
export function thrown(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
