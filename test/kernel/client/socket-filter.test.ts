// Filters of monitors: the kernel drops what is not wanted, and passes what a classic BPF program cannot decide.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BlockingClient, type Client, open, openSync, type SocketFilter } from '../../../src/index.js'
import { requireKind, requireQdisc } from '../../support/probe.js'

let rt: Client
let sync: BlockingClient
let v0 = 0

beforeEach(async () => {
  rt = await open()
  sync = openSync()
  sync.link.add({ name: 'v0', up: true, info: { kind: 'veth', peer: { name: 'v1' } } })
  sync.link.set('v1', { up: true })
  sync.addr.add({ dev: 'v0', address: '192.0.2.1/24' })
  v0 = sync.link.get('v0').index
})

afterEach(async () => {
  sync.link.delete('v0', { missingOk: true })
  sync.close()
  await rt.close()
})

/** Names the events of `act` that a filter lets through; the last change is one that always passes. */
async function passed(
  filter: SocketFilter,
  groups: readonly ('link' | 'ipv4-route' | 'ipv6-route' | 'neigh' | 'ipv4-rule')[],
  act: () => void,
): Promise<string[]> {
  const events = rt.monitor({ groups: [...groups, 'nsid'], filter })
  const seen: string[] = []
  const reading = (async () => {
    for await (const event of events) {
      if (event.type === 'route') seen.push(`${event.action} ${event.route.dst}`)
      else if (event.type === 'neigh') seen.push(`${event.action} ${event.neigh.dst}`)
      else if (event.type === 'link') seen.push(`${event.action} ${event.link.name}`)
      else if (event.type === 'rule') seen.push(`${event.action} ${event.rule.table}`)
      else seen.push(event.type)
    }
  })()
  act()
  // The event of a change is queued before its answer: one turn reads them all.
  await expect.poll(() => seen.length).toBeGreaterThan(0)
  await new Promise(resolve => setTimeout(resolve, 20))
  await events.close()
  await reading
  return seen
}

describe('a filter', () => {
  it('lets the routes of a table through, also of one beyond 255', async () => {
    const act = () => {
      for (const table of [100, 254, 1000, 100_000])
        sync.route.add({ dst: `10.${table & 255}.0.0/16`, dev: 'v0', table })
    }
    expect(await passed({ table: 1000 }, ['ipv4-route'], act)).toEqual(['new 10.232.0.0/16'])
    const undo = () => {
      for (const table of [100, 254, 1000, 100_000]) sync.route.flush({ table, dev: 'v0', protocol: 'static' })
    }
    expect(await passed({ table: 100 }, ['ipv4-route'], undo)).toEqual(['delete 10.100.0.0/16'])
  })

  it('lets a family and message types through', async () => {
    const act = () => {
      sync.route.add({ dst: '203.0.113.0/24', dev: 'v0' })
      sync.route.add({ dst: '2001:db8:1::/64', dev: 'v0' })
      sync.route.delete({ dst: '2001:db8:1::/64', dev: 'v0' })
      sync.route.delete({ dst: '203.0.113.0/24', dev: 'v0' })
    }
    const groups = ['ipv4-route', 'ipv6-route'] as const
    expect(await passed({ family: 'inet6', types: [24] }, groups, act)).toEqual(['new 2001:db8:1::/64'])
    expect(await passed({ types: [25] }, groups, act)).toEqual(['delete 2001:db8:1::/64', 'delete 203.0.113.0/24'])
  })

  it('lets through what is about a link, and routes of several hops, of which it cannot tell', async () => {
    const act = () => {
      sync.neigh.add({ dev: 'v0', dst: '192.0.2.7', lladdr: '02:00:00:00:00:07' })
      sync.neigh.add({ dev: 'v1', dst: '192.0.2.8', lladdr: '02:00:00:00:00:08' })
      sync.route.add({ dst: '203.0.113.0/25', dev: 'v0' })
      sync.route.add({ dst: '203.0.113.128/25', dev: 'v1' })
      sync.route.add({ dst: '198.51.100.0/24', multipath: [{ dev: 'v1' }, { dev: 'v1', hops: 1 }] })
      sync.route.add({ dst: '198.51.101.0/24', type: 'blackhole' })
      sync.link.set('v1', { mtu: 1400 })
      sync.link.set('v0', { mtu: 1400 })
    }
    const seen = await passed({ ifindex: v0 }, ['ipv4-route', 'neigh', 'link'], act)
    expect(new Set(seen)).toEqual(new Set(['new 192.0.2.7', 'new 203.0.113.0/25', 'new 198.51.100.0/24', 'new v0']))
  })

  it('lets through what is about a link of all that say so in their header', async context => {
    requireKind(context, 'bridge')
    requireQdisc(context, 'v1', 'clsact')
    for (const name of ['br0', 'br1']) sync.link.add({ name, up: true, info: { kind: 'bridge' } })
    try {
      const br0 = sync.link.get('br0').index
      const events = rt.monitor({ groups: ['mdb', 'link', 'tc'], filter: { ifindex: br0 } })
      for (const dev of ['br1', 'br0']) {
        sync.mdb.add({ dev, port: dev, addr: '239.1.1.1' })
        sync.qdisc.add({ dev, kind: 'clsact' })
        sync.chain.add({ dev, parent: 'ingress', chain: 5 })
        sync.link.set(dev, { mtu: 1400 })
      }
      const seen = new Set<string>()
      for await (const event of events) {
        if (event.type === 'mdb') seen.add(`mdb of ${event.mdb.ifindex}`)
        else if (event.type === 'qdisc') seen.add(`qdisc of ${event.qdisc.ifindex}`)
        else if (event.type === 'chain') seen.add(`chain of ${event.chain.ifindex}`)
        else if (event.type === 'link' && event.link.mtu === 1400) break
      }
      expect([...seen].sort()).toEqual([`chain of ${br0}`, `mdb of ${br0}`, `qdisc of ${br0}`])
    } finally {
      for (const name of ['br0', 'br1']) sync.link.delete(name)
    }
  })

  it('lets the rules of a table through', async () => {
    const act = () => {
      sync.rule.add({ fwmark: 1, table: 100, priority: 100 })
      sync.rule.add({ fwmark: 1, table: 1000, priority: 101 })
      sync.rule.delete({ priority: 100 })
      sync.rule.delete({ priority: 101 })
    }
    expect(await passed({ table: 1000 }, ['ipv4-rule'], act)).toEqual(['new 1000', 'delete 1000'])
  })

  it('of a family that is none is refused', () => {
    expect(() => rt.monitor({ groups: ['link'], filter: { family: 'inet7' as 'inet' } })).toThrow(
      'is no address family',
    )
  })
})
