import { describe, expect, it } from 'vitest'
import { grownSize } from '../../../src/io/transport/port.js'
import { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { blocking, bytesOf, client, DUMP, dump, GET, get, NEW, number, rejection } from './fixtures.js'

const SIZE = 1024
/** Once asked and asked again with a buffer that has grown. */
const ASKED = 1 + 9
/** Answers fit after so many: who asks again for ever gets one, not the end of the memory. */
const GIVEN_UP = ASKED + 3

/** A transport each of whose answers is longer than the buffer that has grown for the one before. */
function growing(): ScriptedTransport {
  const transport = new ScriptedTransport()
  return transport.on(GET, request => {
    const requested = transport.requests.length
    const row = bytesOf(7, requested < GIVEN_UP ? SIZE << requested : 4)
    if ((request.flags & DUMP) === 0) {
      request.reply(NEW, row)
      return
    }
    request.rows(NEW, [row])
    request.done()
  })
}

type Read = (transport: ScriptedTransport) => Promise<unknown>

const asynchronous =
  (read: (rt: ReturnType<typeof client>) => Promise<unknown>): Read =>
  async transport => {
    await using rt = client(transport, { readSize: SIZE })
    return await read(rt)
  }

const synchronous =
  (read: (rt: ReturnType<typeof blocking>) => unknown): Read =>
  async transport => {
    using rt = blocking(transport, { readSize: SIZE })
    return read(rt)
  }

const reads: [string, Read][] = [
  ['a call', asynchronous(rt => rt.send(get(1)))],
  ['a list', asynchronous(rt => rt.collect(dump()))],
  ['a dump', asynchronous(rt => rt.stream(dump()).next())],
  ['the chunks of a dump', asynchronous(rt => rt.stream(dump()).chunks().next())],
  ['a call, blocking', synchronous(rt => rt.send(get(1)))],
  ['a list, blocking', synchronous(rt => rt.collect(dump()))],
  ['a dump, blocking', synchronous(rt => rt.stream(dump()).next())],
]

describe('answers that never fit', () => {
  it.each(reads)('adv-53 end %s after nine growths of the buffer', async (_, read) => {
    const transport = growing()
    const error = await rejection(read(transport))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN', reason: 'protocol' })
    expect(error.message).toMatch(/^test 18 \d: .*the answer was longer than the receive buffer/)
    expect(transport.requests).toHaveLength(ASKED)
    expect(transport.sockets).toEqual([])
  })
})

it('a receive buffer grows to what did not fit, to 16 MiB, and never shrinks', () => {
  const MIB = 1024 * 1024
  expect(grownSize(1024, 1025)).toBe(2048)
  expect(grownSize(1024, 5000)).toBe(8192)
  expect(grownSize(12 * MIB, 13 * MIB)).toBe(16 * MIB)
  expect(grownSize(1024, Number.MAX_SAFE_INTEGER)).toBe(16 * MIB)
  for (const size of [16 * MIB, 20 * MIB]) expect(grownSize(size, size + 1)).toBe(size)
})

it('adv-53 a raw GET of several replies gives those of the attempt that fitted', async () => {
  const transport = new ScriptedTransport()
  transport.on(GET, request => {
    const lengths = number(request.payload) === 1 || transport.requests.length === 1 ? [16, 3000] : []
    for (const length of lengths) request.reply(NEW, bytesOf(7, length))
    request.ack()
  })
  const lengths = (replies: readonly { payload: Uint8Array }[]) => replies.map(({ payload }) => payload.length)
  const none = { type: GET, payload: bytesOf(0) }
  const several = { type: GET, payload: bytesOf(1) }
  await using rt = client(transport, { readSize: SIZE })
  expect(await rt.raw.request(none)).toEqual([])
  expect(transport.requests).toHaveLength(2)
  await using other = client(transport, { readSize: SIZE })
  expect(lengths(await other.raw.request(several))).toEqual([16, 3000])
  transport.requests.length = 0
  using rtSync = blocking(transport, { readSize: SIZE })
  expect(rtSync.raw.request(none)).toEqual([])
  using otherSync = blocking(transport, { readSize: SIZE })
  expect(lengths(otherSync.raw.request(several))).toEqual([16, 3000])
})
