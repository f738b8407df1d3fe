// Real dumps, printed by us and by `ip` in the same namespace.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeAddr, decodeLink, decodeNeigh, decodeRoute, decodeRule, messages, toIpJson } from '../../src/codec.js'
import { comparable } from '../support/iproute2/ip-json.js'

interface Dump {
  readonly dump: string
  readonly datagrams: readonly string[]
  readonly json: Readonly<Record<string, readonly Record<string, unknown>[]>>
}

const dumps = JSON.parse(readFileSync(new URL('dumps/rich.json', import.meta.url), 'utf8')) as readonly Dump[]
const NLMSG_MIN_TYPE = 16

function dumpOf(name: string): Dump {
  const found = dumps.find(each => each.dump === name)
  if (found === undefined) throw new Error(`no dump ${name}`)
  return found
}

function objects<T>(name: string, decode: (payload: Uint8Array) => T): T[] {
  return dumpOf(name).datagrams.flatMap(hex =>
    [...messages(Uint8Array.from(Buffer.from(hex, 'hex')))]
      .filter(message => message.type >= NLMSG_MIN_TYPE)
      .map(message => decode(message.payload)),
  )
}

const links = objects('link', decodeLink)

/** What `ip` asks the kernel for while it prints: the dumps hold no nexthops. */
const requested = new Set(['nh_info'])

const cases: readonly (readonly [dump: string, print: () => string])[] = [
  ['link', () => toIpJson.link(links)],
  ['addr', () => toIpJson.addr(objects('addr', decodeAddr), { links })],
  ['route inet', () => toIpJson.route(objects('route inet', decodeRoute), { links })],
  ['route inet6', () => toIpJson.route(objects('route inet6', decodeRoute), { links })],
  ['route mpls', () => toIpJson.route(objects('route mpls', decodeRoute), { links })],
  ['rule inet', () => toIpJson.rule(objects('rule inet', decodeRule))],
  ['rule inet6', () => toIpJson.rule(objects('rule inet6', decodeRule))],
  ['neigh', () => toIpJson.neigh(objects('neigh', decodeNeigh), { links })],
  ['neigh proxy', () => toIpJson.neigh(objects('neigh proxy', decodeNeigh), { links })],
]

describe('a dump is printed as ip prints it', () => {
  test.each(cases)('%s', (name, print) => {
    const theirs = Object.values(dumpOf(name).json)[0] ?? []
    // Without `table all` it does not name the one table of labels.
    const more = name === 'route mpls' ? { table: 'main' } : {}
    const plain = theirs.map(row => ({
      ...Object.fromEntries(Object.entries(row).filter(([key]) => !requested.has(key))),
      ...more,
    }))
    expect(theirs.length).toBeGreaterThan(1)
    // The stored form has lost zeros at the end of decimals: 0.70 is 0.7. Those count time.
    expect(comparable(print())).toEqual(comparable(JSON.stringify(plain)))
  })

  test('whatever stands in it, as JSON', () => {
    for (const [, print] of cases) expect(JSON.parse(print())).toBeInstanceOf(Array)
  })
})
