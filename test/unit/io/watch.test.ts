import { expect, it } from 'vitest'
import { encodeMessage } from '../../../src/codec.js'
import { RTM_GETLINK, RTM_GETROUTE, RTM_NEWLINK } from '../../../src/generated/constants.gen.js'
import { open } from '../../../src/index.js'
import { ScriptedTransport } from '../../../src/testing.js'
import { NLMSG_HDRLEN } from '../../../src/wire/nlmsghdr.js'
import { DUMP, INTR } from './fixtures.js'

const header = { family: 'unspec', type: 'loopback', index: 1, flags: ['up', 'loopback'], change: 0 } as const
const attrs: object = { name: 'lo' }
/** The payload of a message that tells of a link. */
const lo = encodeMessage({ type: RTM_NEWLINK, flags: 0, seq: 0, pid: 0, header, attrs }).subarray(NLMSG_HDRLEN)

it('a table of routes that never rests keeps no reader from the links', async () => {
  const transport = new ScriptedTransport()
  transport.on(RTM_GETLINK, asked => {
    if ((asked.flags & DUMP) !== DUMP) return asked.reply(RTM_NEWLINK, lo)
    asked.rows(RTM_NEWLINK, [lo])
    asked.done()
  })
  let looks = 0
  transport.on(RTM_GETROUTE, asked => {
    looks++
    asked.done(undefined, undefined, INTR)
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
