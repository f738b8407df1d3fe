/** The codec alone, from memory: messages that a kernel has sent, decoded to objects, and what they are made from encoded. */
import { readdirSync, readFileSync } from 'node:fs'
import {
  decodeAddr,
  decodeLink,
  decodeMessage,
  decodeNeigh,
  decodeQdisc,
  decodeRoute,
  decodeRule,
  messages,
  request,
} from 'rtnetlink/codec'
import type { Case } from '../case.js'
import type { Done, Work } from '../serve.js'

/** How long one run lasts, whatever the size of a message. */
const CALLS = 20_000

const vectors = new URL('../../../test/vectors/dumps/', import.meta.url)

/** Payloads of one message type in the captured dumps, or the whole messages, as they lie in their datagrams. */
function received(
  type: number,
  part: 'payload' | 'bytes',
  names: (payload: Uint8Array) => boolean = () => true,
): Uint8Array[] {
  const found: Uint8Array[] = []
  for (const name of readdirSync(vectors)) {
    const dumps = JSON.parse(readFileSync(new URL(name, vectors), 'utf8')) as {
      readonly datagrams: readonly string[]
    }[]
    for (const datagram of dumps.flatMap(dump => dump.datagrams)) {
      for (const message of messages(Uint8Array.from(Buffer.from(datagram, 'hex'))))
        if (message.type === type && names(message.payload)) found.push(message[part])
    }
  }
  if (found.length === 0) throw new Error(`no message of type ${type} in the vectors`)
  return found
}

/** Tells routes as most are: IPv4, to one gateway or link, without metrics or encapsulation. */
function isOrdinary(payload: Uint8Array): boolean {
  const ordinary = [
    'family',
    'tos',
    'table',
    'protocol',
    'scope',
    'type',
    'flags',
    'dst',
    'gateway',
    'oif',
    'priority',
    'prefsrc',
  ]
  const route = decodeRoute(payload)
  return route.family === 'inet' && Object.keys(route).every(key => ordinary.includes(key))
}

const decoding =
  (
    type: number,
    decode: (bytes: Uint8Array) => unknown,
    names?: (payload: Uint8Array) => boolean,
    part: 'payload' | 'bytes' = 'payload',
  ): Work =>
  () => {
    const all = received(type, part, names)
    // Kept alive, as a program keeps what it has read.
    const last: unknown[] = new Array(64)
    return () => {
      for (let i = 0, at = 0; i < CALLS; i++, at = at + 1 === all.length ? 0 : at + 1)
        last[i & 63] = decode(all[at] as Uint8Array)
      return { items: CALLS }
    }
  }

const calling =
  (make: (i: number) => unknown): Work =>
  () =>
  (): Done => {
    for (let i = 0; i < CALLS; i++) make(i)
    return { items: CALLS }
  }

const link = { name: 'v0', up: true, mtu: 1400, info: { kind: 'veth', peer: { name: 'v1' } } } as const

/** What the floor decodes too: the messages of workloads, one behind another, each at a multiple of 4. */
const messagesOf: Readonly<Record<string, () => Uint8Array>> = Object.fromEntries(
  (
    [
      ['decode-route', 24, isOrdinary],
      ['decode-link', 16],
      ['decode-addr', 20],
      ['decode-neigh', 28],
    ] as const
  ).map(([work, type, names]) => [
    work,
    () => Buffer.concat(received(type, 'bytes', names).flatMap(bytes => [bytes, new Uint8Array(-bytes.length & 3)])),
  ]),
)

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = {
  'decode-route': decoding(24, decodeRoute, isOrdinary),
  'decode-any-route': decoding(24, decodeRoute),
  'decode-link': decoding(16, decodeLink),
  'decode-addr': decoding(20, decodeAddr),
  'decode-neigh': decoding(28, decodeNeigh),
  'decode-rule': decoding(32, decodeRule),
  'decode-qdisc': decoding(36, decodeQdisc),
  'decode-route-message': decoding(24, decodeMessage, undefined, 'bytes'),
  'encode-route': calling(i => request.route.add({ dst: `10.0.0.${i & 255}/32`, gateway: '192.0.2.2', oif: 3 })),
  'encode-link': calling(() => request.link.add(link)),
  'encode-addr': calling(i => request.addr.add({ address: `10.0.0.${i & 255}/24`, index: 3 })),
  'encode-neigh': calling(i =>
    request.neigh.add({ dst: `10.0.0.${i & 255}`, ifindex: 3, lladdr: '02:00:00:00:00:01' }),
  ),
  'encode-rule': calling(i => request.rule.add({ fwmark: i & 255, table: 100 })),
  'encode-qdisc': calling(i =>
    request.qdisc.add({ dev: 3, parent: 'root', options: { kind: 'netem', limit: i & 255 } }),
  ),
}

/** Nanoseconds that some may take. */
const targets: Readonly<Record<string, number>> = { 'decode-route': 160, 'decode-link': 2300 }

export const cases: readonly Case[] = [
  {
    name: 'codec, from memory',
    unit: 'message',
    kind: 'codec',
    work: '',
    size: CALLS,
    smokeSize: CALLS,
    rounds: 40,
    ours: Object.keys(works).map(work => ({
      name: work.replaceAll('-', ' '),
      work,
      ...(targets[work] === undefined ? {} : { target: targets[work] }),
      ...(messagesOf[work] === undefined ? {} : { messages: messagesOf[work] }),
    })),
  },
]
