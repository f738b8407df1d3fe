// Everything that a namespace holds, printed by us and by `ip`: digit by digit, with no key left out but what counts time.
import { beforeAll, describe, expect, it } from 'vitest'
import { type IpJsonOptions, toIpJson } from '../../../src/codec.js'
import { type BlockingClient, openSync } from '../../../src/index.js'
import { comparable } from '../../support/iproute2/ip-json.js'
import { fillNamespace } from '../../support/iproute2/ip-json-namespace.js'
import { requireIpVersion } from '../../support/iproute2/ip-version.js'
import { ip } from '../../support/iproute2/iproute.js'
import { record } from '../../support/record.js'

let rejected: string[] = []

beforeAll(() => {
  using rt = openSync()
  rejected = fillNamespace(rt)
})

/** In one order, for a hash table is not walked alike each time. */
function rows(text: string): unknown[] {
  return (comparable(text) as unknown[])
    .map(row => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
}

type Print = (rt: BlockingClient) => string

/** Compares; links take a while to come to rest: carriers, duplicate address detection, the protocols of bridges and bonds. */
async function same(line: string, print: Print): Promise<number> {
  using rt = openSync()
  let [ours, theirs]: [unknown[], unknown[]] = [[], []]
  const equal = () => {
    ours = rows(print(rt))
    theirs = rows(ip(line))
    return JSON.stringify(ours) === JSON.stringify(theirs)
  }
  for (let turn = 0; turn < 20 && !equal(); turn++) await new Promise(resolve => setTimeout(resolve, 100))
  expect(ours.length).toBe(theirs.length)
  for (const [at, row] of ours.entries()) expect(row).toEqual(theirs[at])
  return ours.length
}

const links = (rt: BlockingClient) => rt.link.list()
const withLinks = (rt: BlockingClient) => ({ links: links(rt), nexthops: rt.nexthop.list() })

const lookup = (rt: BlockingClient, address: string, options: IpJsonOptions = {}) =>
  toIpJson.route([rt.route.lookup(address)], { ...withLinks(rt), ...options })

/** A kernel without labels gives all routes. */
const labels = (rt: BlockingClient) => rt.route.list({ family: 'mpls' }).filter(({ family }) => family === 'mpls')

/** Each command with our way to the same, and how many objects there are at least on a kernel with few kinds of links. */
const commands: readonly (readonly [line: string, print: Print, atLeast: number])[] = [
  ['-d -j link show', rt => toIpJson.link(links(rt)), 15],
  ['-d -j addr show', rt => toIpJson.addr(rt.addr.list(), withLinks(rt)), 15],
  ['-d -j -4 route show table all', rt => toIpJson.route(rt.route.list({ family: 'inet' }), withLinks(rt)), 30],
  ['-d -j -6 route show table all', rt => toIpJson.route(rt.route.list({ family: 'inet6' }), withLinks(rt)), 20],
  ['-d -j route get 192.0.2.2', rt => lookup(rt, '192.0.2.2'), 1],
  ['-d -j route get 198.51.100.9', rt => lookup(rt, '198.51.100.9'), 1],
  ['-d -j -s route get 224.5.0.1', rt => lookup(rt, '224.5.0.1', { statistics: true }), 1],
  ['-d -j -f mpls route show table all', rt => toIpJson.route(labels(rt), withLinks(rt)), 0],
  ['-d -j nexthop show', rt => toIpJson.nexthop(rt.nexthop.list(), withLinks(rt)), 5],
  ['-d -j nexthop bucket show', rt => toIpJson.nexthopBucket(rt.nexthopBucket.list()), 8],
  ['-d -j -4 rule show', rt => toIpJson.rule(rt.rule.list({ family: 'inet' })), 12],
  ['-d -j -6 rule show', rt => toIpJson.rule(rt.rule.list({ family: 'inet6' })), 4],
  ['-d -j neigh show nud all', rt => toIpJson.neigh(rt.neigh.list(), withLinks(rt)), 5],
  ['-d -j neigh show proxy', rt => toIpJson.neigh(rt.neigh.list({ proxy: true }), withLinks(rt)), 2],
  ['-d -j -s link show', rt => toIpJson.link(links(rt), { statistics: true }), 15],
  ['-d -j -s -s addr show', rt => toIpJson.addr(rt.addr.list(), { ...withLinks(rt), statistics: 2 }), 15],
  ['-d -j -s neigh show nud all', rt => toIpJson.neigh(rt.neigh.list(), { ...withLinks(rt), statistics: true }), 5],
]

/** The kernels of run-in-kernel.sh have nearly all kinds: there it is some hundreds. */
const rich = (process.env['RIK_ENGINE'] ?? '') !== ''
const many = new Map([
  ['-d -j link show', 190],
  ['-d -j addr show', 190],
  ['-d -j -4 route show table all', 45],
  ['-d -j -f mpls route show table all', 4],
  ['-d -j nexthop show', 9],
])

describe('ip', () => {
  it.for(commands)('%s', async ([line, print, atLeast], context) => {
    requireIpVersion(context)
    const count = await same(line, print)
    expect(count, rejected.join('\n')).toBeGreaterThanOrEqual(rich ? (many.get(line) ?? atLeast) : atLeast)
    record('ip json', line.replace(/(^| )-[djs]/g, '').trim(), 'read', 'compared')
  })
})
