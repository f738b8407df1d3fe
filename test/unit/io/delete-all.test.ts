import { describe, expect, it } from 'vitest'
import { deleteAll } from '../../../src/request/delete-all.js'
import type { Request } from '../../../src/request/request.js'
import type { ScriptedHandler, ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { ACK, blocking, build, client, DEL, echoing, number, rejection } from './fixtures.js'

const deletes = (count: number): Request[] =>
  Array.from({ length: count }, (_, i) => build(DEL, i) as unknown as Request)

describe.each(['asynchronous', 'blocking'] as const)('the deletes of a flush, by the %s client', kind => {
  const run = async (transport: ScriptedTransport, count: number) => {
    if (kind === 'asynchronous') {
      await using rt = client(transport)
      return await rt.run(deleteAll(deletes(count), ['ESRCH', 'ENODEV']))
    }
    using rt = blocking(transport)
    return rt.run(deleteAll(deletes(count), ['ESRCH', 'ENODEV']))
  }

  /** A transport that answers some deletes in a way of their own. */
  const answering = (answers: Readonly<Record<number, ScriptedHandler>>) =>
    echoing().on(DEL, request => {
      const answer = answers[number(request.payload)]
      if (answer !== undefined) answer(request)
      else if ((request.flags & ACK) !== 0) request.ack()
    })

  it('count what went meanwhile', async () => {
    const transport = answering({ 1: request => request.error('ESRCH'), 69: request => request.error('ENODEV') })
    expect(await run(transport, 70)).toBe(70)
    expect(await run(transport, 0)).toBe(0)
  })

  it('reject with the first error of another sort', async () => {
    const transport = answering({
      1: request => request.error('ESRCH'),
      2: request => request.error('EBUSY'),
      3: request => request.error('EPERM'),
    })
    expect(await rejection(run(transport, 5))).toMatchObject({ code: 'EBUSY', message: 'test 17 2: EBUSY' })
  })

  it('adv-56 are not counted when their answers were lost, but told as unknown', async () => {
    const transport = answering({ 1: request => request.error('ESRCH'), 63: request => request.socket.overflow() })
    const error = await rejection(run(transport, 100))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN', reason: 'protocol' })
    // All of the chunk but the one that was refused before; the next chunk is sent, and answered.
    expect(error.message).toMatch('answers to 63 deletes were lost')
    expect(transport.requests.filter(({ type }) => type === DEL)).toHaveLength(100)
  })

  it('reject with an error before they tell of lost answers', async () => {
    const transport = answering({ 1: request => request.error('EBUSY'), 63: request => request.socket.overflow() })
    expect(await rejection(run(transport, 100))).toMatchObject({ code: 'EBUSY' })
  })
})
