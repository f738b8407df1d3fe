// What becomes of the lives of IPv6 routes when they are written as they were read.
import { beforeAll, describe, expect, it } from 'vitest'
import { open, openSync, type Route, type RouteSpec } from '../../../src/index.js'
import { ipShow } from '../../support/iproute2/iproute.js'

beforeAll(() => {
  using rt = openSync()
  rt.link.add({ name: 'r0', info: { kind: 'ifb' }, up: true })
  rt.addr.add({ dev: 'r0', address: '2001:db8::1/64', flags: ['nodad'] })
})

describe('a route', () => {
  it('that expires goes on to do so when it is written as it was read', async () => {
    await using rt = await open()
    const dst = '2001:db8:5::/48'
    await rt.route.add({ dst, gateway: '2001:db8::fe', expires: 100 })
    const mine = async () => (await rt.route.list({ family: 'inet6' })).find(each => each.dst === dst)
    const lasts = () => Number(ipShow(`-6 route show ${dst}`)[0]?.['expires'])
    const read = await mine()
    if (read === undefined) throw new Error('no route')
    await rt.route.replace({ ...read, metrics: { mtu: 1400 } })
    expect(lasts()).toBeGreaterThan(60)
    await rt.route.delete(read)
    await rt.route.add(read)
    expect(lasts()).toBeGreaterThan(60)
    await rt.route.replace({ ...read, expires: 50 })
    expect(lasts()).toBeLessThanOrEqual(50)
    await rt.route.replace({ ...read, cacheinfo: undefined } as RouteSpec)
    expect(lasts()).toBeNaN()
  })

  it('that has expired, and is not collected yet, does not live for ever when it is written as it was read', async () => {
    await using rt = await open()
    const dst = '2001:db8:6::/48'
    await rt.route.add({ dst, dev: 'r0', expires: 0 })
    /** The kernel counts in ticks: at first nothing is left, then less. */
    const expired = async (): Promise<Route> => {
      for (let turn = 0; turn < 100; turn++) {
        const route = (await rt.route.list({ family: 'inet6' })).find(each => each.dst === dst)
        if ((route?.cacheinfo?.expires ?? 0) < 0) return route as Route
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      throw new Error('does not expire')
    }
    const read = await expired()
    await rt.route.delete(read)
    await rt.route.add(read)
    await rt.route.delete(await expired())
  })
})
