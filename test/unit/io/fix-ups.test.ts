import { describe, expect, it } from 'vitest'
import type { Request } from '../../../src/rtnl/request.js'
import type { ScriptedTransport } from '../../../src/testing/scripted.js'
import { ACK, blocking, client, echoing, link, number, ROUTE, route } from './fixtures.js'

/** The indexes that the requests of a type name behind their number. */
const indexes = (transport: ScriptedTransport, type: number): number[] =>
  transport.requests.filter(request => request.type === type).map(({ payload }) => number(payload.subarray(4)))

describe.each(['asynchronous', 'blocking'] as const)('fix-ups of a bulk of the %s client', kind => {
  const send = async (transport: ScriptedTransport, requests: Request[]) => {
    if (kind === 'asynchronous') {
      await using rt = client(transport)
      return await rt.bulk(requests)
    }
    using rt = blocking(transport)
    return rt.bulk(requests)
  }

  it('look a name up once a flush, and anew in the next', async () => {
    const transport = echoing().on(ROUTE, request => {
      if (number(request.payload) === 63) transport.links.set('v0', 6)
      if ((request.flags & ACK) !== 0) request.ack()
    })
    transport.links.set('v0', 5)
    const requests = Array.from({ length: 66 }, (_, i) => route(i, { fixUps: [link('v0')] }))
    expect(await send(transport, requests)).toMatchObject({ sent: 66, failed: [], unknown: [] })
    expect(indexes(transport, ROUTE)).toEqual([...Array.from({ length: 64 }, () => 5), 6, 6])
  })
})
