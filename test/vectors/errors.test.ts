import { describe, expect, test } from 'vitest'
import { messages, readAck } from '../../src/codec.js'
import { errnoNumber } from '../../src/errors/errno.js'
import { messageCodec } from '../../src/objects/protocol.js'
import { locationAt } from '../../src/request/message.js'
import { fromHex, vectorFile } from '../support/vector-bytes.js'

interface ErrorVector {
  readonly name: string
  readonly capped: boolean
  readonly request: string
  readonly reply: string
  readonly expect: { readonly code: string; readonly message?: string; readonly attr?: string }
  readonly offset: number | null
}

const vectors = vectorFile<ErrorVector[]>('errors.json')

describe('answers of the kernel', () => {
  test.each(vectors.map(vector => [`${vector.name}${vector.capped ? ', capped' : ''}`, vector] as const))(
    '%s',
    (_, vector) => {
      const [reply] = [...messages(fromHex(vector.reply))]
      const [request] = [...messages(fromHex(vector.request))]
      if (reply === undefined || request === undefined) throw new Error('no message')
      const { errno, extAck } = readAck(reply)
      expect(errno).toBe(vector.expect.code === 'ok' ? 0 : errnoNumber(vector.expect.code))
      expect(extAck?.message).toBe(vector.expect.message)
      expect(extAck?.offset).toBe(vector.offset ?? undefined)
      if (vector.offset === null) return
      const { attrPath } = locationAt(messageCodec(request.type), request.bytes, vector.offset)
      // The path of a vector has no kinds: `linkinfo.data.id` is `linkinfo.data(vxlan).id`.
      expect(attrPath?.replace(/\([a-z0-9-]+\)/g, '')).toBe(vector.expect.attr)
    },
  )

  test('tell limits where the kernel knows them', () => {
    const policies = vectors
      .filter(vector => !vector.capped)
      .map(vector => {
        const [reply] = [...messages(fromHex(vector.reply))]
        return [vector.name, reply && readAck(reply).extAck?.policy] as const
      })
    expect(Object.fromEntries(policies.filter(([, policy]) => policy !== undefined))).toEqual({
      'mtu too short': { type: 4, minValue: 0n, maxValue: 0xffffffffn },
      'dscp out of range': { type: 2, minValue: 0n, maxValue: 63n },
    })
  })
})
