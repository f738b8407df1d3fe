// What a watch of a network looks at: what an event is about, and the namespaces of this machine once for all that have no name.
import { expect, it, vi } from 'vitest'
import * as netns from '../../../src/netns.js'
import { openByName } from '../../../src/network/connection/containers.js'
import { createNetwork, type NetworkWatch, removeNetwork } from '../../../src/network.js'
import { ip } from '../../support/iproute2/iproute.js'

vi.mock('../../../src/netns.js', async original => {
  const actual = await original<typeof import('../../../src/netns.js')>()
  return { ...actual, list: vi.fn(actual.list) }
})
vi.mock('../../../src/network/connection/containers.js', async original => {
  const actual = await original<typeof import('../../../src/network/connection/containers.js')>()
  return { ...actual, openByName: vi.fn(actual.openByName) }
})

const names = ['c0', 'c1', 'c2', 'c3']
const looks = (): Set<string> =>
  new Set(
    vi
      .mocked(openByName)
      .mock.calls.splice(0)
      .map(([{ name }]) => name),
  )

async function next(watch: NetworkWatch): Promise<string> {
  const { value } = await watch.next()
  return value?.type === 'container' ? `${value.action} ${(value.new ?? value.old).name}` : 'ready'
}

it('looks at the containers that an event is about', async () => {
  for (const name of [...names, 'c4']) netns.create(name).close()
  await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24'] })
  for (const name of names) await network.connect(name)
  await using watch = network.watch()
  for (const name of names) expect(await next(watch)).toBe(`added ${name}`)
  expect(await next(watch)).toBe('ready')
  ip('link add foreign type veth peer name foreign1')
  let round = 0
  // Until what came of the connecting is past.
  const looked = async (): Promise<string[]> => {
    looks()
    const [state, verb] = round++ % 2 === 0 ? ['up', 'add'] : ['down', 'del']
    ip(`link set foreign ${state}`)
    ip(`-n c0 addr ${verb} 192.0.2.1/24 dev eth0`)
    expect(await next(watch)).toBe('changed c0')
    return [...looks()]
  }
  await expect.poll(looked).toEqual(['c0'])
  looks()
  await network.connect('c4')
  expect(await next(watch)).toBe('added c4')
  await network.disconnect('c1')
  expect(await next(watch)).toBe('removed c1')
  vi.mocked(netns.list).mockClear()
  netns.delete('c2')
  expect(await next(watch)).toBe('removed c2')
  // Its link goes with it: nobody has to search for who holds it, unless the link was still there.
  expect(vi.mocked(netns.list).mock.calls.length).toBeLessThan(2)
  expect(looks()).not.toContain('c3')
  // Another may get the id of one that has gone.
  netns.create('c2').close()
  await network.connect('c2')
  expect(await next(watch)).toBe('added c2')
  ip('-n c2 addr add 192.0.2.1/24 dev eth0')
  expect(await next(watch)).toBe('changed c2')
  await removeNetwork('web', { force: true })
  ip('link del foreign')
  for (const name of [...names, 'c4']) netns.delete(name)
})

it('looks once for all containers that have no name', async () => {
  const handles = ['d0', 'd1', 'd2', 'd3'].map(name => {
    const handle = netns.create(name)
    netns.delete(name)
    return handle
  })
  await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24'] })
  for (const handle of handles) await network.connect(handle)
  vi.mocked(netns.list).mockClear()
  await using watch = network.watch()
  for (const _ of handles) expect(await next(watch)).toMatch(/^added net:/)
  expect(await next(watch)).toBe('ready')
  expect(netns.list).toHaveBeenCalledTimes(1)
  const { containers } = await network.inspect()
  ip(`link set ${containers[1]?.link} down`)
  expect(await next(watch)).toBe(`changed ${containers[1]?.name}`)
  await removeNetwork('web', { force: true })
  for (const handle of handles) handle.close()
})
