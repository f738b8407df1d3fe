import { expect, it } from 'vitest'
import { encodeMessage } from '../../../src/codec.js'
import {
  RTM_DELLINK,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_LINK,
} from '../../../src/generated/constants.gen.js'
import { open } from '../../../src/index.js'
import { ScriptedTransport } from '../../../src/testing.js'
import { NLMSG_HDRLEN } from '../../../src/wire/nlmsghdr.js'
import { DUMP, INTR } from '../io/fixtures.js'

const header = { family: 'unspec', type: 'loopback', index: 1, flags: ['up', 'loopback'], change: 0 } as const
const attrs: object = { name: 'lo' }
const ofRule: object = { family: 'inet', dstLen: 0, srcLen: 0, tos: 0, table: 77, action: 'to-tbl', flags: 0 }
/** The payload of a message that tells of a rule. */
const rule = encodeMessage({
  type: RTM_NEWRULE,
  flags: 0,
  seq: 0,
  pid: 0,
  header: ofRule,
  attrs: {},
} as never).subarray(NLMSG_HDRLEN)
/** The payload of a message that tells of a link. */
const lo = encodeMessage({ type: RTM_NEWLINK, flags: 0, seq: 0, pid: 0, header, attrs }).subarray(NLMSG_HDRLEN)

it('a table of routes that never rests keeps no reader from the links', async () => {
  const transport = new ScriptedTransport()
  transport.on(RTM_GETLINK, requested => {
    if ((requested.flags & DUMP) !== DUMP) return requested.reply(RTM_NEWLINK, lo)
    requested.rows(RTM_NEWLINK, [lo])
    requested.done()
  })
  let looks = 0
  transport.on(RTM_GETROUTE, requested => {
    looks++
    requested.done(undefined, undefined, INTR)
  })
  const rt = await open({ transport })
  const watch = rt.watch({ link: true, route: true })
  const reader = watch[Symbol.asyncIterator]()
  expect(await reader.next()).toMatchObject({ value: { type: 'link', action: 'added', new: { name: 'lo' } } })
  let more = false
  void reader.next().then(({ done }) => {
    more = done !== true
  })
  while (looks < 8) await new Promise(resolve => setTimeout(resolve, 5))
  expect(more).toBe(false)
  await watch.close()
  await rt.close()
}, 10_000)

/** The payload of a message that tells of an IPv6 route. */
const route = (host: number) =>
  encodeMessage({
    type: RTM_NEWROUTE,
    flags: 0,
    seq: 0,
    pid: 0,
    header: { family: 'inet6', dstLen: 128, table: 254, protocol: 'static', scope: 'universe', type: 'unicast' },
    attrs: { dst: `2001:db8::${host}`, table: 254, oif: 1 },
  } as never).subarray(NLMSG_HDRLEN)

it.each([
  ['once', 1, 2, [2, 3]],
  ['always', Number.POSITIVE_INFINITY, 4, [3]],
] as const)(
  'a dump of IPv6 routes that are %s exchanged while it runs is repeated, a few times',
  async (_, times, needed, hosts) => {
    const transport = new ScriptedTransport()
    transport.on(RTM_GETLINK, requested => requested.reply(RTM_NEWLINK, lo))
    let looks = 0
    transport.on(RTM_GETROUTE, requested => {
      if (++looks <= times) {
        // It began with a route that has gone by now: what took its place, and the one behind it, are not shown.
        transport.notify(RTNLGRP_IPV6_ROUTE, RTM_DELROUTE, route(1))
        transport.notify(RTNLGRP_IPV6_ROUTE, RTM_NEWROUTE, route(3))
        requested.rows(RTM_NEWROUTE, [route(1)])
      } else requested.rows(RTM_NEWROUTE, [route(2), route(3)])
      requested.done()
    })
    const rt = await open({ transport })
    const watch = rt.watch({ route: true })
    await watch.ready()
    expect(looks).toBe(needed)
    expect(watch.current().route.map(({ dst }) => dst)).toEqual(hosts.map(host => `2001:db8::${host}/128`))
    await watch.close()
    await rt.close()
  },
)

it.each([
  ['added', 0, 1],
  ['deleted', 2, 1],
] as const)('a rule that is %s just before it is looked at is counted once', async (what, before, behind) => {
  const transport = new ScriptedTransport()
  let there: number = before
  let armed = false
  let unreported = false
  // Whoever has changed it tells of it before it lets go of the RTNL lock, for which a link waits, and a dump of rules does not.
  const tell = (): void => {
    if (unreported) transport.notify(RTNLGRP_IPV4_RULE, what === 'added' ? RTM_NEWRULE : RTM_DELRULE, rule)
    unreported = false
  }
  transport.on(RTM_GETLINK, requested => {
    tell()
    requested.reply(RTM_NEWLINK, lo)
  })
  transport.on(RTM_GETRULE, requested => {
    if (armed) {
      there = behind
      unreported = true
      setTimeout(tell, 20)
    }
    armed = false
    for (let i = 0; i < there; i++) requested.rows(RTM_NEWRULE, [rule])
    requested.done()
  })
  const rt = await open({ transport })
  const watch = rt.watch({ rule: true })
  await watch.ready()
  expect(watch.current().rule).toHaveLength(before)
  armed = true
  // The rules that are bound to a link may have changed with it: the watch looks.
  transport.notify(RTNLGRP_LINK, RTM_DELLINK, lo)
  await expect.poll(() => armed).toBe(false)
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(watch.current().rule).toHaveLength(behind)
  // Equal ones that come and go later are counted without a look.
  const { resyncs } = watch
  const looks = { ...resyncs }
  transport.notify(RTNLGRP_IPV4_RULE, RTM_NEWRULE, rule)
  await expect.poll(() => watch.current().rule.length).toBe(behind + 1)
  expect(resyncs).toEqual(looks)
  await watch.close()
  await rt.close()
})
