// watch(): a mirror that is equal to a fresh dump after whatever has happened.
import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RTNH_F_LINKDOWN } from '../../../src/generated/constants.gen.js'
import {
  type BlockingClient,
  type Client,
  open,
  openSync,
  type Route,
  type Watch,
  type WatchEvent,
} from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ip } from '../../support/iproute2/iproute.js'

/** Mappings of multicast addresses, of which the kernel says nothing. */
const NOARP = 0x40

let rt: Client
let sync: BlockingClient

beforeEach(async () => {
  rt = await open()
  sync = openSync()
  sync.link.set('lo', { up: true })
  sync.link.add({ name: 'v0', up: true, info: { kind: 'veth', peer: { name: 'v1' } } })
  sync.link.set('v1', { up: true })
  sync.addr.add({ dev: 'v0', address: '192.0.2.1/24' })
  sync.addr.add({ dev: 'v0', address: '2001:db8::1/64', flags: ['nodad'] })
})

afterEach(async () => {
  await rt.close()
  for (const name of ['v0', 'v2', 'v4']) sync.link.delete(name, { missingOk: true })
  sync.close()
})

const sorted = (lines: readonly string[]): string[] => [...lines].sort()
const hop = (r: { gateway?: string; oif?: number; ifindex?: number }): string =>
  `${r.gateway ?? ''}%${r.oif ?? r.ifindex ?? ''}`
const routeText = (r: Route): string =>
  `${r.family} ${r.table} ${r.dst} ${r.type} ${r.priority ?? 0} ${r.tos} ${r.multipath === undefined ? hop(r) : r.multipath.map(hop).sort().join('|')}`

/** What a watch holds and what a dump says now, as text. */
function both(state: Watch): { readonly mirror: string[]; readonly kernel: string[] } {
  const { link, addr, route, neigh, rule } = state.current()
  const text = (
    links: typeof link,
    addrs: typeof addr,
    routes: typeof route,
    neighs: typeof neigh,
    rules: typeof rule,
  ) =>
    sorted([
      ...links.map(l => `link ${l.index} ${l.name} ${l.mtu} ${l.flags} ${l.operstate}`),
      ...addrs.map(a => `addr ${a.index} ${a.address} ${a.flags}`),
      ...routes.map(r => `route ${routeText(r)}`),
      ...neighs.map(n => `neigh ${n.ifindex} ${n.dst} ${n.lladdr} ${n.state}`),
      ...rules.map(r => `rule ${r.family} ${r.priority} ${r.table} ${r.fwmark}`),
    ])
  return {
    mirror: text(link, addr, route, neigh, rule),
    kernel: text(
      sync.link.list(),
      sync.addr.list(),
      sync.route.list().filter(r => r.family !== 128 && r.family !== 129),
      sync.neigh.list().filter(n => (n.family === 'inet' || n.family === 'inet6') && n.state !== NOARP),
      sync.rule.list().filter(r => r.family === 'inet' || r.family === 'inet6'),
    ),
  }
}

async function settled(state: Watch): Promise<void> {
  await expect
    .poll(
      () => {
        const { mirror, kernel } = both(state)
        return {
          missing: kernel.filter(line => !mirror.includes(line)),
          surplus: mirror.filter(line => !kernel.includes(line)),
          count: mirror.length - kernel.length,
        }
      },
      { timeout: 20_000, interval: 50 },
    )
    .toEqual({ missing: [], surplus: [], count: 0 })
}

const everything = { link: true, addr: true, route: true, neigh: true, rule: true } as const

/** Plays what a reader is told upon nothing: it must come to what the watch holds. */
class Reader {
  readonly events: WatchEvent[] = []
  readonly #routes = new Map<string, number>()
  readonly done: Promise<void>

  constructor(state: Watch) {
    this.done = this.#read(state)
  }

  async #read(state: Watch): Promise<void> {
    for await (const event of state) {
      this.events.push(event)
      if (event.type !== 'route') continue
      if (event.old !== undefined) this.#add(event.old, -1)
      if (event.new !== undefined) this.#add(event.new, 1)
    }
  }

  #add(route: Route, by: number): void {
    const key = routeText(route)
    const count = (this.#routes.get(key) ?? 0) + by
    expect(count).toBeGreaterThanOrEqual(0)
    if (count === 0) this.#routes.delete(key)
    else this.#routes.set(key, count)
  }

  get routes(): string[] {
    return sorted([...this.#routes].flatMap(([key, count]) => Array<string>(count).fill(key)))
  }
}

describe('a watch', () => {
  it('tells the snapshot, then ready, then changes with what was and what is', async () => {
    await using state = rt.watch({ link: true, addr: true })
    const reader = new Reader(state)
    await state.ready()
    await expect.poll(() => reader.events).toContainEqual({ type: 'ready' })
    expect(reader.events.filter(e => e.type === 'link' && e.action === 'added')).toHaveLength(3)
    reader.events.length = 0
    sync.link.set('v0', { mtu: 1400 })
    await expect.poll(() => reader.events.length).toBeGreaterThan(0)
    const event = reader.events.find(e => e.type === 'link' && e.new?.mtu === 1400)
    expect(event).toMatchObject({
      type: 'link',
      action: 'changed',
      old: { name: 'v0', mtu: 1500 },
      new: { name: 'v0' },
    })
    reader.events.length = 0
    sync.link.set('v0', { afSpec: { inet6: { addrGenMode: 'none' } } })
    const modes = () =>
      reader.events.map(e => (e.type === 'link' && e.new?.name === 'v0' ? e.new.afSpec?.inet6?.addrGenMode : ''))
    await expect.poll(modes).toContain('none')
    reader.events.length = 0
    sync.addr.delete({ dev: 'v0', address: '192.0.2.1/24' })
    // Link-local addresses may come up meanwhile.
    const ours = () => reader.events.filter(e => e.type === 'addr' && (e.old ?? e.new)?.family === 'inet')
    await expect.poll(ours).toMatchObject([{ action: 'removed', old: { address: '192.0.2.1/24' } }])
    await state.close()
    await reader.done
  })

  it('equals a dump after changes of every sort', async () => {
    await using state = rt.watch(everything)
    const reader = new Reader(state)
    await state.ready()
    await settled(state)
    sync.link.add({ name: 'v2', up: true, info: { kind: 'veth', peer: { name: 'v3' } } })
    sync.link.set('v3', { up: true, name: 'v9' })
    sync.addr.add({ dev: 'v2', address: '198.51.100.1/24' })
    sync.neigh.add({ dev: 'v0', dst: '192.0.2.7', lladdr: '02:00:00:00:00:07' })
    sync.rule.add({ fwmark: 7, table: 100, priority: 1000 })
    sync.route.add({ dst: '203.0.113.0/24', gateway: '192.0.2.2', table: 100 })
    await settled(state)
    sync.rule.delete({ priority: 1000 })
    sync.neigh.delete({ dev: 'v0', dst: '192.0.2.7' })
    sync.route.flush({ table: 100 })
    sync.link.delete('v2')
    await settled(state)
    await expect.poll(() => reader.routes).toEqual(sorted(state.current().route.map(routeText)))
  })

  it('derives the routes that go with a link or an address, or change with a carrier, without a word', async () => {
    await using state = rt.watch(everything)
    await state.ready()
    for (let i = 0; i < 20; i++) sync.route.add({ dst: `203.0.113.${i}/32`, gateway: '192.0.2.2' })
    sync.route.add({ dst: '198.51.100.0/24', gateway: '192.0.2.2', prefsrc: '192.0.2.1' })
    await settled(state)
    sync.link.set('v0', { up: false })
    await settled(state)
    expect(state.current().route.filter(r => r.dst.startsWith('203.0.113.'))).toEqual([])
    sync.link.set('v0', { up: true })
    for (let i = 0; i < 20; i++) sync.route.add({ dst: `203.0.113.${i}/32`, gateway: '192.0.2.2' })
    sync.route.add({ dst: '198.51.100.0/24', dev: 'v0', prefsrc: '192.0.2.1' })
    await settled(state)
    const linkdown = () => state.current().route.filter(route => (route.flags & RTNH_F_LINKDOWN) !== 0)
    // The kernel looks at carriers once a second (linkwatch).
    const soon = { timeout: 5000 }
    await expect.poll(linkdown, soon).toEqual([])
    sync.link.set('v1', { up: false })
    await expect.poll(() => new Set(linkdown().map(({ family }) => family)), soon).toEqual(new Set(['inet', 'inet6']))
    await settled(state)
    sync.link.set('v1', { up: true })
    await expect.poll(linkdown, soon).toEqual([])
    await settled(state)
    sync.addr.delete({ dev: 'v0', address: '192.0.2.1/24' })
    await settled(state)
    sync.link.delete('v0')
    await settled(state)
  })

  it('follows routes that replace, join and leave others of their prefix', async () => {
    await using state = rt.watch({ route: true, link: true, addr: true, neigh: true, rule: true })
    const reader = new Reader(state)
    await state.ready()
    const four = '203.0.113.0/24'
    const six = '2001:db8:1::/64'
    for (const command of [
      `route add ${four} via 192.0.2.2`,
      `route append ${four} via 192.0.2.3`,
      `route append ${four} via 192.0.2.4`,
      `route replace ${four} via 192.0.2.5`,
      `route del ${four} via 192.0.2.3`,
      `route replace ${four} nexthop via 192.0.2.6 nexthop via 192.0.2.7`,
      `route change ${four} via 192.0.2.8`,
      `route prepend ${four} via 192.0.2.9`,
      `-6 route add ${six} via 2001:db8::2`,
      `-6 route append ${six} via 2001:db8::3`,
      `-6 route append ${six} via 2001:db8::4`,
      `-6 route del ${six} via 2001:db8::3`,
      `-6 route del ${six} via 2001:db8::2`,
      `-6 route append ${six} via 2001:db8::5`,
      `-6 route replace ${six} via 2001:db8::6`,
      `-6 route append ${six} dev v0`,
      `-6 route append ${six} dev v1`,
      `-6 route replace ${six} nexthop via 2001:db8::7 nexthop via 2001:db8::8`,
      `-6 route del ${six}`,
    ]) {
      // The last shows routes that lay between the hops, where no dump has seen them.
      ip(command)
      await settled(state)
    }
    await expect.poll(() => reader.routes).toEqual(sorted(state.current().route.map(routeText)))
  })

  it.each([1, 0])('follows routes whose nexthop objects change or go, in compat mode %d', async mode => {
    netns.sysctl({ path: '/proc/thread-self/ns/net' }, 'net.ipv4.nexthop_compat_mode', mode)
    const routes = () => sorted(state.current().route.map(routeText))
    const kernel = () =>
      sorted(
        sync.route
          .list({ table: 254 })
          .filter(({ family }) => family === 'inet' || family === 'inet6')
          .map(routeText),
      )
    sync.link.add({ name: 'v2', up: true, info: { kind: 'veth', peer: { name: 'v3' } } })
    sync.link.set('v3', { up: true })
    sync.addr.add({ dev: 'v2', address: '198.18.0.1/24' })
    await using state = rt.watch({ route: { table: 254 } })
    const reader = new Reader(state)
    await state.ready()
    for (const command of [
      'nexthop add id 1 via 192.0.2.2 dev v0',
      'nexthop add id 2 via 198.18.0.2 dev v2',
      'nexthop add id 3 via 192.0.2.3 dev v0',
      'nexthop add id 6 via 2001:db8::2 dev v0',
      'nexthop add id 7 via 2001:db8::3 dev v0',
      'nexthop add id 10 group 1/2',
      'nexthop add id 60 group 6/7',
      'route add 203.0.113.0/25 nhid 1',
      'route add 203.0.113.128/25 nhid 10',
      'route add 203.0.114.0/24 nhid 3',
      'route add 203.0.115.0/24 nhid 7',
      '-6 route add 2001:db8:1::/64 nhid 60',
      '-6 route add 2001:db8:2::/64 nhid 6',
      'nexthop replace id 1 via 192.0.2.4 dev v0',
      'nexthop replace id 10 group 2/3',
      'nexthop replace id 1 blackhole',
      'nexthop del id 1',
      'nexthop del id 2',
      'nexthop del id 7',
      'nexthop del id 10',
      'nexthop del id 60',
      'nexthop del id 6',
      'link set v0 down',
    ]) {
      ip(command)
      const differing = () => [routes().filter(r => !kernel().includes(r)), kernel().filter(r => !routes().includes(r))]
      await expect.poll(differing, { timeout: 5000, message: command }).toEqual([[], []])
    }
    await expect.poll(() => reader.routes).toEqual(routes())
    ip('nexthop flush')
  })

  it('lets several readers read, each at its own pace, and a late one from what is there', async () => {
    // A link that comes up meanwhile would have it look again; the two ends of a veth need not do so together.
    for (const name of ['v0', 'v1']) await rt.link.wait(name, link => link?.operstate === 'up')
    await using state = rt.watch({ route: { table: 100, family: 'inet' } })
    await state.ready()
    const slow = state[Symbol.asyncIterator]()
    for (let round = 0; round < 50; round++) {
      sync.route.add({ dst: '203.0.113.0/24', dev: 'v0', table: 100 })
      sync.route.add({ dst: '198.51.100.0/24', dev: 'v0', table: 101 })
      if (round < 49) sync.route.delete({ dst: '203.0.113.0/24', dev: 'v0', table: 100 })
      sync.route.delete({ dst: '198.51.100.0/24', dev: 'v0', table: 101 })
    }
    // Behind it all have been heard.
    const last = '198.18.0.0/15'
    sync.route.add({ dst: last, dev: 'v0', table: 100 })
    await expect.poll(() => state.current().route.some(({ dst }) => dst === last)).toBe(true)
    expect(state.resyncs).toEqual({})
    // What came and went is not told; what is there is told once.
    expect(await slow.next()).toMatchObject({ value: { type: 'ready' } })
    expect(await slow.next()).toMatchObject({ value: { type: 'route', action: 'added', new: { table: 100 } } })
    expect(await slow.next()).toMatchObject({ value: { type: 'route', action: 'added', new: { dst: last } } })
    const late = state[Symbol.asyncIterator]()
    for (let i = 0; i < 2; i++) expect(await late.next()).toMatchObject({ value: { type: 'route', action: 'added' } })
    expect(await late.next()).toMatchObject({ value: { type: 'ready' } })
    await late.return?.()
    const rest = slow.next()
    sync.route.delete({ dst: '203.0.113.0/24', dev: 'v0', table: 100 })
    expect(await rest).toMatchObject({ value: { type: 'route', action: 'removed', old: { dst: '203.0.113.0/24' } } })
  })

  it('loses nothing for good when its buffer overruns', async () => {
    await using state = rt.watch({ ...everything, bufferBytes: 4096 })
    const reader = new Reader(state)
    await state.ready()
    const until = Date.now() + 3000
    const all = Array.from({ length: 200 }, (_, i) => `10.1.${i}.0/24`)
    let round = 0
    while (Date.now() < until) {
      const keep = all.filter((_, i) => (i + round) % 3 !== 0)
      sync.bulk(all.map(dst => sync.request.route.replace({ dst, gateway: `192.0.2.${2 + (round % 5)}` })))
      sync.bulk(all.filter(dst => !keep.includes(dst)).map(dst => sync.request.route.delete({ dst })))
      round++
      await sleep(5)
    }
    await settled(state)
    expect(state.resyncs['overrun']).toBeGreaterThan(0)
    expect(reader.events.some(e => e.type === 'resync')).toBe(true)
    await expect.poll(() => reader.routes).toEqual(sorted(state.current().route.map(routeText)))
  })

  it('takes only the table and the link it was asked for, and says when there is no such link', async () => {
    await using state = rt.watch({ route: { table: 100, dev: 'v0' }, neigh: { dev: 'v0' }, addr: { dev: 'v1' } })
    await state.ready()
    sync.addr.add({ dev: 'v1', address: '192.0.2.77/24' })
    sync.neigh.add({ dev: 'v1', dst: '192.0.2.8', lladdr: '02:00:00:00:00:08' })
    sync.route.add({ dst: '203.0.113.0/24', dev: 'v1', table: 100 })
    sync.route.add({ dst: '203.0.113.0/24', dev: 'v0', table: 101 })
    sync.route.add({ dst: '203.0.114.0/24', dev: 'v0', table: 100 })
    await expect.poll(() => state.current().route.map(r => r.dst)).toEqual(['203.0.114.0/24'])
    expect(state.current().addr.map(a => a.address)).toEqual(expect.arrayContaining(['192.0.2.77/24']))
    expect(state.current().neigh.some(n => n.dst === '192.0.2.8')).toBe(false)
    const missing = rt.watch({ addr: { dev: 'none' } })
    await expect(missing.ready()).rejects.toMatchObject({ code: 'ENODEV' })
    await expect(missing[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ENODEV' })
  })

  it('takes the family that is none for all, as lists do', async () => {
    await using state = rt.watch({ addr: { family: 'unspec' }, route: { family: 0, table: 254 } })
    await state.ready()
    sync.addr.add({ dev: 'v1', address: '192.0.2.77/24' })
    sync.addr.add({ dev: 'v1', address: '2001:db8:7::1/64', flags: ['nodad'] })
    const held = () => {
      const { addr, route } = state.current()
      return [...addr.map(({ address }) => address), ...route.map(({ dst }) => dst)]
    }
    const reported = ['127.0.0.1/8', '192.0.2.77/24', '2001:db8:7::1/64', '192.0.2.0/24', '2001:db8:7::/64']
    await expect.poll(held).toEqual(expect.arrayContaining(reported))
  })

  it('ends with its signal, its client and its close', async () => {
    const stop = new AbortController()
    const state = rt.watch({ link: true, signal: stop.signal })
    await state.ready()
    const reading = new Reader(state).done
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    const { signal } = new AbortController()
    const many = Array.from({ length: 20 }, () => rt.watch({ link: true, signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const each of many) await each.close()
    expect(getEventListeners(signal, 'abort')).toEqual([])
    const other = await open()
    const second = other.watch({ link: true })
    await second.ready()
    const rest = new Reader(second).done
    await other.close()
    await expect(rest).rejects.toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    const early = rt.watch({ link: true })
    // Nothing has been looked at yet.
    expect(early.current().link).toEqual([])
    await early.close()
    await expect(early.ready()).rejects.toMatchObject({
      code: 'ERR_NETLINK_CLOSED',
      message: expect.stringContaining('the watch is closed'),
    })
    const third = rt.watch({ link: true })
    await third.ready()
    const last = new Reader(third).done
    await third.close()
    await last
  })
})
