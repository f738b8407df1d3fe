import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/codec.js'
import { messageCodec } from '../../src/rtnl/message.js'
import { arbitraryMessage, arbitraryMutation, checkMessage, messageTypes, oracleMessage } from '../../src/testing.js'

const types = messageTypes().map(type => [messageCodec(type).name, type] as const)

describe('every message type', () => {
  test.each(types)('%s: what is encoded decodes to the same', (_name, type) => {
    fc.assert(
      fc.property(arbitraryMessage(fc, type), message => {
        const bytes = encodeMessage(message)
        expect(decodeMessage(bytes)).toStrictEqual(message)
        expect(oracleMessage(bytes)).toStrictEqual(message)
        expect(encodeMessage(decodeMessage(bytes))).toStrictEqual(bytes)
      }),
      { numRuns: 40 },
    )
  })

  test.each(types)('%s: changed bytes decode without an error, and stay what they become', (_name, type) => {
    fc.assert(
      fc.property(arbitraryMessage(fc, type), arbitraryMutation(fc), (message, mutate) => {
        checkMessage(mutate(encodeMessage(message)))
      }),
      { numRuns: 60 },
    )
  })
})
