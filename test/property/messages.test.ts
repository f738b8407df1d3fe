import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeAddr,
  decodeChain,
  decodeFilter,
  decodeLink,
  decodeMessage,
  decodeNeigh,
  decodeNeighTable,
  decodeNsid,
  decodeRoute,
  decodeRule,
  encodeMessage,
  messages,
  NetlinkError,
  readAck,
} from '../../src/codec.js'
import { messageCodec } from '../../src/objects/protocol.js'
import {
  arbitraryMessage,
  arbitraryMutation,
  arbitraryRepetition,
  fuzzOne,
  messageTypes,
  oracleMessage,
} from '../../src/testing.js'
import { message } from '../support/vector-build.js'

const types = messageTypes().map(type => [messageCodec(type).name, type] as const)
type Dict = Readonly<Record<string, unknown>>

/** Fails with what differs; comparing first is a hundred times faster than `expect` is. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected)
}

describe('every message type', () => {
  test.each(types)('%s: what is encoded decodes to the same', (_name, type) => {
    fc.assert(
      fc.property(arbitraryMessage(fc, type), given => {
        const bytes = encodeMessage(given)
        same(decodeMessage(bytes), given)
        same(oracleMessage(bytes), given)
        same(encodeMessage(decodeMessage(bytes)), bytes)
      }),
      { numRuns: 60 },
    )
  })

  test.each(types)('adv-32: %s: changed bytes decode without an error, and stay what they become', (_name, type) => {
    fc.assert(
      fc.property(arbitraryMessage(fc, type), arbitraryMutation(fc), (given, mutate) => {
        fuzzOne(mutate(encodeMessage(given)))
      }),
      { numRuns: 80 },
    )
  })

  test.each(types)('adv-32: %s: so do random bytes', (_name, type) => {
    const random = fc.oneof(
      fc.uint8Array({ maxLength: 200, size: 'max' }),
      fc.array(fc.nat(12), { maxLength: 200, size: 'max' }),
    )
    fc.assert(
      fc.property(random, body => fuzzOne(message(type, body))),
      { numRuns: 80 },
    )
  })
})

/** Fields that the object spells otherwise than the message. */
const own = new Set([
  '$unknown',
  'linkinfo',
  'newNetnsid',
  'targetNetnsid',
  'netNsFd',
  'netNsPid',
  'address',
  'local',
  'dst',
  'src',
])

/** Attributes of the set that objects leave to `$unknown`: their messages never have them. */
const without: Readonly<Record<string, readonly string[]>> = {
  filter: ['dumpFlags'],
  chain: ['dumpFlags', 'stats', 'xstats', 'rate', 'stats2', 'hwOffload'],
}

describe.each([
  ['link', 16, decodeLink],
  ['addr', 20, decodeAddr],
  ['route', 24, decodeRoute],
  ['neigh', 28, decodeNeigh],
  ['rule', 32, decodeRule],
  ['neighbour table', 64, decodeNeighTable],
  ['nsid', 88, decodeNsid],
  ['filter', 44, decodeFilter],
  ['chain', 100, decodeChain],
] as const)('%s objects', (name, type, decode) => {
  test('hold what the message holds', () => {
    fc.assert(
      fc.property(arbitraryMessage(fc, type), arbitraryMutation(fc), fc.boolean(), (given, mutate, changed) => {
        const bytes = changed ? mutate(encodeMessage(given)) : encodeMessage(given)
        const { attrs } = decodeMessage(bytes)
        if (attrs === undefined) return
        const object = decode(bytes.subarray(16)) as unknown as Dict
        for (const [key, value] of Object.entries(attrs)) {
          if (without[name]?.includes(key) === true) continue
          if (own.has(key) && !(name === 'link' && key === 'address') && !(name === 'neigh' && key === 'dst')) continue
          if (!(key in object) || !isDeepStrictEqual(object[key], value))
            expect({ [key]: object[key] }).toStrictEqual({ [key]: value })
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('adv-32: datagrams and acks of random bytes end in nothing but NetlinkError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120, size: 'max' }), fc.nat(64), fc.nat(0xffff), (bytes, length, flags) => {
      const datagram = bytes.slice()
      if (datagram.length >= 16) new DataView(datagram.buffer).setUint16(0, length, true)
      if (datagram.length >= 16) datagram.fill(0, 2, 4)
      try {
        for (const view of messages(datagram)) readAck({ ...view, flags, type: flags % 2 === 0 ? 2 : 3 })
      } catch (error) {
        if (!NetlinkError.is(error)) throw error
      }
    }),
    { numRuns: 2000 },
  )
})

test('adv-22: the time to decode grows with the bytes, not with their square', () => {
  const time = (count: number, messages: number): number => {
    const bytes = message(16, new Array<number>(16).fill(0), [new Array<number[]>(count).fill([4, 0, 4, 39]).flat()])
    const start = process.cpuUsage()
    for (let i = 0; i < messages; i++) decodeMessage(bytes)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  // The same attributes in one message and in 32, which takes as long, where quadratic work takes 32 times as long. Processor time:
  // by the clock it would be a test of the machine. The first rounds are those of code that is not compiled yet.
  const rounds = Array.from({ length: 10 }, () => [time(16_000, 1), time(500, 32)] as const)
  const shortest = (of: 0 | 1): number => Math.min(...rounds.map(round => round[of]))
  expect(shortest(0) / shortest(1)).toBeLessThan(6)
})

test('adv-22: so does the time of everything else, of one attribute again and again', () => {
  const long = fc.sample(arbitraryRepetition(fc), 40).filter(bytes => bytes.length > 60_000)
  // Half of them are; the others have too few attributes.
  expect(long.length).toBeGreaterThan(4)
  for (const bytes of long.slice(0, 6)) fuzzOne(bytes, { quick: true })
})
