// What is deleted where a kernel answers with more than was asked for: it checks nothing strictly, or nobody speaks the family.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { open, openSync } from '../../../src/index.js'
import { ipShow } from '../../support/iproute2/iproute.js'

const names = ['f0', 'f1']

beforeEach(() => {
  using rt = openSync()
  for (const [i, name] of names.entries()) {
    rt.link.add({ name, up: true, info: { kind: 'ifb' } })
    rt.addr.add({ dev: name, address: `192.0.2.${16 * i + 1}/28` })
    rt.addr.add({ dev: name, address: `2001:db8:${i}::1/64`, flags: ['nodad'] })
  }
  rt.route.add({ dst: '203.0.113.0/24', dev: 'f0', table: 100 })
  rt.route.add({ dst: '203.0.113.0/24', dev: 'f0', table: 1000 })
  rt.route.add({ dst: '203.0.114.0/24', dev: 'f0', protocol: 'bgp' })
  rt.route.add({ dst: '203.0.115.0/24', multipath: [{ dev: 'f0' }, { dev: 'f1' }] })
  rt.route.add({ type: 'blackhole', dst: '203.0.116.0/24' })
})

afterEach(() => {
  using rt = openSync()
  for (const name of names) rt.link.delete(name, { missingOk: true })
  rt.route.flush({ type: 'blackhole' })
})

const routes = () =>
  [...ipShow('route show table all'), ...ipShow('-6 route show table all')].map(r => JSON.stringify(r))
const addresses = () => ipShow('addr').flatMap(link => (link['addr_info'] as object[]).map(a => JSON.stringify(a)))
const deleted = (before: readonly string[], after: readonly string[]) => before.filter(each => !after.includes(each))

describe('a flush', () => {
  it.each([
    [{ table: 100 }, 1],
    [{ table: 1000 }, 1],
    [{ protocol: 'bgp' }, 1],
    [{ protocol: 186 }, 1],
    [{ type: 'blackhole' }, 1],
    [{ type: 6 }, 1],
    [{ dev: 'f1', family: 'inet', table: 254 }, 2],
  ] as const)('of routes %o takes no others without strict checking', async (filter, count) => {
    await using loose = await open({ strict: false })
    await using strict = await open()
    const before = routes()
    expect(await loose.route.flush(filter)).toBe(count)
    const after = routes()
    expect(deleted(before, after)).toHaveLength(count)
    expect(await strict.route.flush(filter)).toBe(0)
    expect(routes()).toEqual(after)
  })

  it('of addresses takes those of one link', async () => {
    await using loose = await open({ strict: false })
    const before = addresses()
    const { index } = await loose.link.get('f1')
    expect(await loose.addr.flush({ dev: 'f0', family: 'inet' })).toBe(1)
    expect(await loose.addr.flush({ dev: index, scope: 'universe' })).toBe(2)
    expect(deleted(before, addresses()).filter(each => !each.includes('"link"'))).toHaveLength(3)
    expect((await loose.addr.list({ dev: 'lo' })).every(({ label }) => label === undefined || label === 'lo')).toBe(
      true,
    )
  })
})

describe('a family that this kernel does not speak', () => {
  // AX.25 has neither addresses nor routes of this sort in any kernel; whether MPLS and MCTP are there depends.
  it.each([3, 'mpls', 'mctp'] as const)('%s has no addresses, routes and settings of the others', async family => {
    await using rt = await open()
    const before = [routes(), addresses()]
    for (const rows of [
      await rt.route.list({ family }),
      await rt.addr.list({ family }),
      await rt.netconf.list({ family }),
    ])
      expect(rows.filter(row => row.family !== family)).toEqual([])
    await rt.route.flush({ family })
    await rt.addr.flush({ family })
    expect([routes(), addresses()]).toEqual(before)
  })
})
