// Clients of other netlink families than NETLINK_ROUTE: the numbers of its messages mean something else there.
import { expect, test } from 'vitest'
import { open, openSync } from '../../../src/index.js'
import { thrown } from '../../support/vector-build.js'
import { echoing } from './fixtures.js'

test('send nothing of rtnetlink: RTM_DELNEIGH is XFRM_MSG_FLUSHPOLICY', async () => {
  const transport = echoing()
  await using rt = await open({ transport, family: 6 })
  using sync = openSync({ transport, family: 6 })
  const unsupported = {
    code: 'ERR_NETLINK_UNSUPPORTED',
    message: 'ERR_NETLINK_UNSUPPORTED: the client is of netlink family 6, which has raw and monitor alone',
  }
  const neigh = { dev: 1, dst: '192.0.2.1' }
  await expect(rt.neigh.delete(neigh)).rejects.toMatchObject(unsupported)
  await expect(rt.link.list()).rejects.toMatchObject(unsupported)
  await expect(rt.addr.flush({ dev: 1 })).rejects.toMatchObject(unsupported)
  const requests = [rt.request.neigh.delete(neigh)]
  await expect(rt.bulk(requests)).rejects.toMatchObject(unsupported)
  await expect(rt.supports({ kind: 'veth' })).rejects.toMatchObject(unsupported)
  for (const call of [
    () => rt.link.dump(),
    () => rt.watch({ link: true }),
    () => sync.neigh.delete(neigh),
    () => sync.link.list(),
    () => sync.link.dump(),
    () => sync.bulk(requests),
    () => sync.supports({ kind: 'veth' }),
  ])
    expect(thrown(call)).toMatchObject(unsupported)
  expect(transport.requests).toEqual([])
  expect(await rt.raw.request({ type: 17 })).toEqual([])
})

test('hear nothing by names and filters of rtnetlink: RTNLGRP_LINK is XFRMNLGRP_ACQUIRE', async () => {
  const transport = echoing()
  await using rt = await open({ transport, family: 6 })
  const sockets = transport.sockets.length
  for (const [options, fieldPath] of [
    [{ groups: [2, 'link'] }, 'groups'],
    [{ groups: [1], filter: { ifindex: 5 } }, 'filter'],
  ] as const)
    expect(thrown(() => rt.monitor(options))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  expect(transport.sockets.length).toBe(sockets)
  await rt.monitor({ groups: [1], filter: Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0) }).close()
  await using own = await open({ transport })
  await own.monitor({ groups: ['link'], filter: { ifindex: 5 } }).close()
})
