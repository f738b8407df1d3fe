/** Dumps: everything that the kernel sends, decoded; kept as objects, or streamed. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type BlockingClient, open, openSync } from 'rtnetlink'
import type { Case } from '../case.js'
import { bulk, present } from '../executed.js'
import type { Done, Work } from '../serve.js'

type Family = 'route' | 'link' | 'addr' | 'neigh'

const list =
  (family: Family): Work =>
  async () => {
    const rt = await open()
    return async () => ({ items: (await rt[family].list()).length })
  }

const listSync =
  (family: Family): Work =>
  () => {
    const rt = openSync()
    return () => ({ items: rt[family].list().length })
  }

const each =
  (family: Family): Work =>
  async () => {
    const rt = await open()
    return async (): Promise<Done> => {
      let items = 0
      for await (const _ of rt[family].dump()) items++
      return { items }
    }
  }

const chunks =
  (family: Family): Work =>
  async () => {
    const rt = await open()
    return async (): Promise<Done> => {
      let items = 0
      for await (const part of rt[family].dump().chunks()) items += part.length
      return { items }
    }
  }

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = Object.fromEntries(
  (['route', 'link', 'addr', 'neigh'] as const).flatMap(family => [
    [`list-${family}`, list(family)],
    [`list-sync-${family}`, listSync(family)],
    [`each-${family}`, each(family)],
    [`chunks-${family}`, chunks(family)],
  ]),
)

/** The link that routes and neighbours hang on. */
export function baseLink(rt: BlockingClient): void {
  rt.link.add({ name: 'b0', up: true, info: { kind: 'veth', peer: { name: 'b1' } } })
  rt.link.set('b1', { up: true })
}

const text = (number: number): string => `${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`

const prefix6 = (number: number): string =>
  `2001:db8:${(number >> 16).toString(16)}:${(number & 65535).toString(16)}::/64`

/** IPv4 routes of one gateway. */
export function routes(rt: BlockingClient, size: number): void {
  baseLink(rt)
  rt.addr.add({ dev: 'b0', address: '192.0.2.1/24' })
  bulk(rt, size, function* () {
    for (let i = 0; i < size; i++) yield rt.request.route.add({ dst: `10.${text(i)}/32`, gateway: '192.0.2.2' })
  })
  present(rt, 'route', size)
}

/** IPv6 routes of one gateway. */
function routes6(rt: BlockingClient, size: number): void {
  baseLink(rt)
  rt.addr.add({ dev: 'b0', address: '2001:db8::1/64' })
  bulk(rt, size, function* () {
    for (let i = 0; i < size; i++) yield rt.request.route.add({ dst: prefix6(i), gateway: '2001:db8::2' })
  })
  present(rt, 'route', size)
}

/** Routes as a router has them: most with a gateway, one in ten IPv6, some with metrics or several hops. */
function mixedRoutes(rt: BlockingClient, size: number): void {
  baseLink(rt)
  rt.addr.add({ dev: 'b0', address: '192.0.2.1/24' })
  bulk(rt, size, function* () {
    for (let i = 0; i < size; i++) {
      const dst = `10.${text(i)}/32`
      const gateway = '192.0.2.2'
      if (i % 10 === 9) yield rt.request.route.add({ dst: prefix6(i), dev: 'b0' })
      else if (i % 50 === 7) yield rt.request.route.add({ dst, gateway, metrics: { mtu: 1400, advmss: 1360 } })
      else if (i % 50 === 13)
        yield rt.request.route.add({ dst, multipath: [{ gateway }, { gateway: '192.0.2.3', hops: 1 }] })
      else yield rt.request.route.add({ dst, gateway })
    }
  })
  present(rt, 'route', size)
}

export function links(rt: BlockingClient, size: number): void {
  for (let i = 0; i < size / 2; i++) rt.link.add({ name: `v${i}`, info: { kind: 'veth', peer: { name: `w${i}` } } })
  present(rt, 'link', size)
}

/** Sends each link of `argv` other numbers of packets of other sizes. */
const SEND = `
const socket = require('node:dgram').createSocket('udp6')
socket.bind(0, async () => {
  for (const [i, name] of process.argv.slice(1).entries())
    for (let sent = 0; sent <= i % 7; sent++)
      await new Promise((resolve, reject) =>
        socket.send(Buffer.alloc(1 + (i % 300)), 5000, 'ff02::1%' + name, error => (error ? reject(error) : resolve())))
  socket.close()
})`

/** Links that are up and have carried packets: hardly one has the counters of the one before. */
function busyLinks(rt: BlockingClient, size: number): void {
  // Addresses are there at once.
  writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0')
  links(rt, size)
  const names = rt.link.list().flatMap(({ name }) => (name === 'lo' ? [] : [name]))
  for (const name of names) rt.link.set(name, { up: true })
  execFileSync(process.execPath, ['-e', SEND, ...names])
}

export function addresses(rt: BlockingClient, size: number): void {
  baseLink(rt)
  bulk(rt, size, function* () {
    for (let i = 0; i < size; i++) yield rt.request.addr.add({ dev: 'b0', address: `10.${text(i)}/32` })
  })
  present(rt, 'addr', size)
}

export function neighbours(rt: BlockingClient, size: number): void {
  baseLink(rt)
  bulk(rt, size, function* () {
    for (let i = 1; i <= size; i++)
      yield rt.request.neigh.add({
        dev: 'b0',
        dst: `10.${text(i)}`,
        lladdr: `02:00:00:${i.toString(16).padStart(6, '0').match(/../g)?.join(':')}`,
      })
  })
  present(rt, 'neigh', size)
}

interface Want {
  readonly family: Family
  /** What is dumped, in the plural. */
  readonly name: string
  readonly size: number
  readonly kept?: number
  readonly rounds: number
  readonly burst?: number
  readonly prepare: (rt: BlockingClient, size: number) => void
  readonly streamed?: readonly [each: number, chunks: number]
}

const target = (value: number | undefined): { readonly target?: number } =>
  value === undefined ? {} : { target: value }

const dump = ({ family, name, size, kept, rounds, burst = 1, prepare, streamed }: Want): Case => ({
  name: `dump ${size.toLocaleString('en')} ${name}`,
  unit: family,
  kind: 'serve',
  work: `dump-${family}`,
  size,
  smokeSize: Math.min(size, 200),
  rounds,
  burst,
  prepare,
  ours: [
    { name: 'list()', work: `list-${family}`, ...target(kept) },
    { name: 'list(), blocking', work: `list-sync-${family}`, ...target(kept) },
    ...(streamed === undefined
      ? []
      : [
          { name: 'for await', work: `each-${family}`, target: streamed[0] },
          { name: 'chunks()', work: `chunks-${family}`, target: streamed[1] },
        ]),
  ],
})

export const cases: readonly Case[] = [
  dump({
    family: 'route',
    name: 'IPv4 routes',
    size: 100_000,
    kept: 1.5,
    rounds: 15,
    burst: 4,
    prepare: routes,
    streamed: [1.45, 1.25],
  }),
  dump({ family: 'route', name: 'IPv4 routes', size: 10_000, kept: 1.25, rounds: 20, burst: 4, prepare: routes }),
  dump({ family: 'route', name: 'IPv4 routes', size: 1_000, kept: 1.25, rounds: 25, burst: 40, prepare: routes }),
  dump({ family: 'route', name: 'IPv6 routes', size: 10_000, rounds: 20, burst: 4, prepare: routes6 }),
  dump({ family: 'route', name: 'mixed routes', size: 10_000, rounds: 20, burst: 4, prepare: mixedRoutes }),
  dump({ family: 'link', name: 'links', size: 2_000, kept: 1.8, rounds: 20, prepare: links }),
  dump({ family: 'link', name: 'links that carry packets', size: 2_000, rounds: 20, prepare: busyLinks }),
  dump({ family: 'addr', name: 'addresses', size: 2_000, kept: 1.4, rounds: 25, burst: 20, prepare: addresses }),
  dump({ family: 'neigh', name: 'neighbours', size: 20_000, kept: 1.6, rounds: 20, burst: 2, prepare: neighbours }),
]
