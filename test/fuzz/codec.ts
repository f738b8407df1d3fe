import fc from 'fast-check'
import { encodeMessage } from 'rtnetlink/codec'
import { arbitraryDatagram, arbitraryMessage, corpusText, fuzzOne } from 'rtnetlink/testing'
import { capturedMessages } from './bases.js'
import { textOf } from './error-text.js'
import type { Finding, Part } from './target.js'

const INPUTS = 4000
/** One in so many and one is looked at wholly, the others quickly. */
const WHOLE = 15
/** Milliseconds that a round, and making a finding shorter, may take. */
const LONGEST = 60_000
const SHORTENING = 15_000
/** Messages that are made anew for each round, beside the captured ones. */
const FRESH = 60

/** Makes datagrams and decodes them. */
export function codecPart(types: readonly number[]): Part {
  const captured = capturedMessages().filter(bytes => types.includes(new DataView(bytes.buffer).getUint16(4, true)))
  const one = fc.constantFrom(...types).chain(type => arbitraryMessage(fc, type))
  return {
    name: 'codec',
    async round(seed) {
      const fresh = fc.sample(one, { numRuns: FRESH, seed }).map(encodeMessage)
      for (const bytes of fresh) {
        const finding = attempt(bytes, seed)
        if (finding !== undefined) return { runs: 1, finding }
      }
      const datagram = arbitraryDatagram(fc, { types, messages: [...captured, ...fresh] })
      const result = fc.check(
        fc.property(datagram, fc.nat(WHOLE), (bytes, quick) => fuzzOne(bytes, { quick: quick > 0 })),
        { numRuns: INPUTS, seed, interruptAfterTimeLimit: LONGEST },
      )
      const [bytes] = result.counterexample ?? []
      return { runs: FRESH + result.numRuns, finding: bytes === undefined ? undefined : attempt(bytes, seed) }
    },
  }
}

/** Tells what is wrong with bytes, which are made as short and simple as they can be first. */
function attempt(bytes: Uint8Array, seed: number): Finding | undefined {
  try {
    fuzzOne(bytes)
    return undefined
  } catch {
    const shorter = fc.uint8Array({ maxLength: bytes.length, size: 'max' })
    const result = fc.check(
      fc.property(shorter, each => fuzzOne(each)),
      { numRuns: 1, seed, examples: [[bytes]], interruptAfterTimeLimit: SHORTENING },
    )
    const shortest = result.counterexample?.[0] ?? bytes
    const { message, stack } = textOf(result.errorInstance)
    return { extension: 'hex', text: corpusText(message, shortest), error: stack }
  }
}
