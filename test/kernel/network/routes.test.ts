// Routes of containers: which default routes they get, and of which family a default route is.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as netns from '../../../src/netns.js'
import { type ContainerRoute, createNetwork, removeNetwork } from '../../../src/network.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'
import { makeContainer } from '../../support/network.js'

const web = { name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] }

beforeEach(() => makeContainer('blue'))

afterEach(async () => {
  await removeNetwork('web', { force: true })
  netns.delete('blue')
})

const defaults = (family: 4 | 6): string[] =>
  ipShow(`-n blue -${family} route show default`).map(({ gateway, dev }) => `${gateway} ${dev}`)

/** Gives the container a way out of its own, by routes of a metric that no other default route has. */
function giveWayOut(type = 'unicast'): void {
  ip('-n blue link add name own type veth peer name own1')
  for (const name of ['own', 'own1']) ip(`-n blue link set ${name} up`)
  ip('-n blue addr add 192.0.2.1/24 dev own')
  ip('-n blue addr add 2001:db8::1/64 dev own nodad')
  for (const [family, gateway] of [
    [4, '192.0.2.2'],
    [6, '2001:db8::2'],
  ] as const) {
    const where = type === 'unicast' ? `default via ${gateway}` : 'default'
    ip(`-n blue -${family} route add ${type} ${where} metric 700`)
  }
}

describe('a default route', () => {
  it('is not made beside one of another metric', async () => {
    giveWayOut()
    await using network = await createNetwork(web)
    expect((await network.connect('blue')).routes).toEqual([])
    expect([...defaults(4), ...defaults(6)]).toEqual(['192.0.2.2 own', '2001:db8::2 own'])
    await network.disconnect('blue')
    const requested = network.connect('blue', { defaultRoute: true })
    await expect(requested).rejects.toMatchObject({ code: 'EEXIST', step: 'routes' })
    expect(ipShow('-n blue link').map(({ ifname }) => ifname)).not.toContain('eth0')
  })

  it('is made where a container has only one that refuses, and where it is one of its routes', async () => {
    giveWayOut('unreachable')
    await using network = await createNetwork(web)
    expect((await network.connect('blue')).routes).toHaveLength(2)
    await network.disconnect('blue')
    const { routes } = await network.connect('blue', {
      defaultRoute: true,
      routes: [{ dst: 'default', metric: 50 }],
    })
    expect(routes).toHaveLength(3)
    expect(defaults(4)).toContain('10.89.0.1 eth0')
  })

  it.each<[ContainerRoute, { dst: string; gw?: string }]>([
    [{ dst: 'default' }, { dst: '0.0.0.0/0', gw: '10.89.0.1' }],
    [
      { dst: 'default', gateway: 'FD00:89::1' },
      { dst: '::/0', gw: 'FD00:89::1' },
    ],
    [{ dst: '::/0' }, { dst: '::/0', gw: 'fd00:89::1' }],
    [{ dst: 'default', gateway: null }, { dst: '0.0.0.0/0' }],
  ])('as %j is of the family of its gateway', async (route, made) => {
    await using network = await createNetwork(web)
    const options = { defaultRoute: false, routes: [route] }
    expect((await network.connect('blue', options)).routes).toEqual([made])
    const family = made.dst === '::/0' ? 6 : 4
    expect(defaults(family)).toEqual([`${made.gw?.toLowerCase()} eth0`])
    expect(defaults(family === 6 ? 4 : 6)).toEqual([])
    // Another family's is another route.
    const other = { defaultRoute: false, routes: [{ dst: family === 6 ? '0.0.0.0/0' : '::/0' }] }
    await expect(network.connect('blue', other)).rejects.toMatchObject({ code: 'EEXIST', differs: ['routes'] })
  })

  it('is of IPv6 where the network is of IPv6 alone', async () => {
    await using network = await createNetwork({ name: 'web', subnets: ['fd00:89::/64'] })
    const { routes } = await network.connect('blue', { defaultRoute: false, routes: [{ dst: 'default' }] })
    expect(routes).toEqual([{ dst: '::/0', gw: 'fd00:89::1' }])
  })
})

it('routes are the same however their prefixes and gateways are spelled', async () => {
  await using network = await createNetwork(web)
  const routes = [{ dst: '10.3.3.3' }, { dst: 'FD77:0::/64' }, { dst: 'default', metric: 9 }]
  const first = await network.connect('blue', { routes })
  expect(first.routes.map(({ dst }) => dst)).toEqual(['0.0.0.0/0', '::/0', '10.3.3.3/32', 'fd77::/64', '0.0.0.0/0'])
  const aliases = [{ dst: '10.3.3.3/32', gateway: '10.89.0.1' }, { dst: 'fd77::/64' }, { dst: '0.0.0.0/0', metric: 9 }]
  expect(await network.connect('blue', { routes: aliases })).toEqual(first)
  // An IPv4 destination behind the gateway of IPv6 is another.
  const behind = [{ dst: '10.3.3.3', gateway: 'fd00:89::1' }, ...aliases.slice(1)]
  await expect(network.connect('blue', { routes: behind })).rejects.toMatchObject({ differs: ['routes'] })
})
