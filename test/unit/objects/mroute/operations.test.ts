// What changing a multicast route asks of the kernel, step by step, without one.
import { describe, expect, it } from 'vitest'
import { decodeMessage, type Link, type Message } from '../../../../src/codec.js'
import { RTM_GETLINK, RTM_NEWROUTE } from '../../../../src/constants.js'
import { replaceMroute } from '../../../../src/objects/mroute/operations.js'
import { thrown } from '../../../support/vector-build.js'

/** Runs the operation where the kernel has one virtual interface, of the link 7; gives its requests. */
function drive(vifId: number): Message[] {
  const operation = replaceMroute({ dst: '239.1.1.1', src: '192.0.2.7', iif: 3, multipath: [{ ifindex: 7, hops: 2 }] })
  const table: Partial<Link> = { afSpec: { id: 253, vifs: { vif: [{ ifindex: 7, vifId }] } } as never }
  const sent: Message[] = []
  for (
    let step = operation.next();
    step.done !== true;
    step = operation.next(sent.length === 1 ? [table] : undefined)
  ) {
    if (step.value.do !== 'request' && step.value.do !== 'dump') throw new Error(step.value.do)
    sent.push(decodeMessage(step.value.request.bytes))
  }
  return sent
}

describe('replace', () => {
  it.each([0, 2, 31])('puts a hop at the position of its virtual interface, here %i', vifId => {
    const sent = drive(vifId)
    expect(sent.map(({ type }) => type)).toEqual([RTM_GETLINK, RTM_NEWROUTE])
    const before = new Array(vifId).fill({ hops: 0 })
    expect(sent[1]?.attrs).toMatchObject({ multipath: [...before, { hops: 2 }] })
  })

  it.each([32, 100_000])('takes a position that no table has, here %i, for none', vifId => {
    expect(thrown(() => drive(vifId))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'multipath[0].ifindex',
    })
  })

  it.each([
    ['no list', null, 'multipath'],
    ['a hop that is none', [null], 'multipath[0]'],
    ['a field that nobody knows', [{ ifindex: 7, ttl: 2 }], 'multipath[0].ttl'],
    ['a TTL beyond its byte', [{ ifindex: 7, hops: 300 }], 'multipath[0].hops'],
  ])('asks for nothing where its hops are wrong: %s', (_, multipath, fieldPath) => {
    const operation = replaceMroute({ dst: '239.1.1.1', src: '192.0.2.7', iif: 3, multipath: multipath as never })
    expect(thrown(() => operation.next())).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })
})
