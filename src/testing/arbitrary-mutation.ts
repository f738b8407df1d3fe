import type * as FastCheck from 'fast-check'

/** Changes that hostile or newer kernels could make: bytes set, cut off, inserted, and 16-bit lengths bent. */
export function arbitraryMutation(fc: typeof FastCheck): FastCheck.Arbitrary<(bytes: Uint8Array) => Uint8Array> {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const change = fc.record({ at, how: fc.constantFrom('set', 'cut', 'insert', 'length'), byte: fc.nat(255) })
  return fc.array(change, { minLength: 1, maxLength: 6 }).map(changes => bytes => changes.reduce(mutate, bytes.slice()))
}

interface Change {
  readonly at: number
  readonly how: string
  readonly byte: number
}

/** Changes bytes behind the nlmsghdr, whose length stays true. */
function mutate(bytes: Uint8Array, { at, how, byte }: Change): Uint8Array {
  const place = 16 + Math.floor(at * (bytes.length - 16))
  let out = bytes
  if (how === 'set') out[place] = byte
  else if (how === 'cut') out = Uint8Array.of(...bytes.subarray(0, place), ...bytes.subarray(place + 1 + (byte % 8)))
  else if (how === 'insert') out = Uint8Array.of(...bytes.subarray(0, place), byte, ...bytes.subarray(place))
  else out[place - (place % 4)] = byte
  new DataView(out.buffer).setUint32(0, out.length, new Uint8Array(new Uint16Array([1]).buffer)[0] === 1)
  return out
}
