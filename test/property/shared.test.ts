// Links share what they have in common (src/codec/shared-value.ts): whatever comes one behind the other, each must say what its own
// bytes say, as a trace has it, which shares nothing.
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Trace } from '../../src/codec/trace.js'
import { decodeLink } from '../../src/generated/link/decode.gen.js'
import { NLMSG_HDRLEN, typeOf, viewOf } from '../../src/wire/nlmsghdr.js'
import { dumpMessages, dumpVectors } from '../support/vector-bytes.js'

const RTM_NEWLINK = 16

const captured = [...dumpVectors().values()]
  .flat()
  .flatMap(dumpMessages)
  .filter(bytes => typeOf(bytes) === RTM_NEWLINK)

const decode = (bytes: Uint8Array, trace?: Trace) => decodeLink(bytes, viewOf(bytes), NLMSG_HDRLEN, bytes.length, trace)

test('links say what their own bytes say, whichever come before', () => {
  expect(captured.length).toBeGreaterThan(10)
  const change = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.nat({ max: 255 }) })
  const step = fc.record({
    which: fc.nat({ max: captured.length - 1 }),
    changes: fc.array(change, { maxLength: 3 }),
    times: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), steps => {
      for (const { which, changes, times } of steps) {
        const bytes = (captured[which] as Uint8Array).slice()
        for (const { place, to } of changes) {
          const behind = NLMSG_HDRLEN + 16
          bytes[Math.min(bytes.length - 1, behind + Math.floor(place * (bytes.length - behind)))] = to
        }
        for (let time = 0; time < times; time++)
          if (!isDeepStrictEqual(decode(bytes), decode(bytes, new Trace()))) return false
      }
      return true
    }),
    { numRuns: 400 },
  )
})
