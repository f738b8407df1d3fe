import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/codec.js'
import { fuzzOne, oracleMessage } from '../../src/testing.js'
import { fromHex, requestVectors, toHex, unknownsOf, valueAt, zeroPadding } from '../support/vector-bytes.js'

const files = requestVectors()
const vectors = [...files.values()].flat()
const known = vectors.filter(vector => decodeMessage(fromHex(vector.hex)).data === undefined)

/** iproute2 builds encapsulations of routes in memory that it has not cleared (ip/iproute_lwtunnel.c). */
const dirtyPadding = [
  'ip route add 198.51.100.0/24 encap ip id 30 ',
  'encap ip id 72057594037927937 ',
  'geneve_opts 258:3:0102030405060708 via',
  'vxlan_opts 456 via',
  'erspan_opts 1:789:0:0 ',
  'erspan_opts 2:0:1:6 ',
  'encap ip6 id 30 ',
  'flavors psp,usp,usd ',
  'flavors next-csid ',
  'srh segs fd00::1,fd00::2 hmac 0x10 ',
  'ident-type luid ',
  'ident-type use-format ',
  'encap ioam6 trace ',
  'encap ip id 31 ',
  'nexthop add id 8 encap seg6local ',
]
/** It sends 32 bytes of its command line for a shorter text of the action `simple` (tc/m_simple.c). */
const dirtyText = ['simple sdata hello', 'simple sdata "Incoming packet" ', 'action simple sdata x']

/** Behind the struct of prio it sends an empty TCA_OPTIONS, for an option that no kernel has (tc/q_prio.c). */
const prioTail = /^tc qdisc \w+ dev v0 root handle 1: prio/

/** How many commands each file has: one that is lost in a capture is missed. */
const counts = {
  bridge: 113,
  dcb: 19,
  ip: 110,
  l3: 42,
  link: 253,
  nexthop: 61,
  route: 117,
  stats: 24,
  'tc-action': 158,
  'tc-filter': 163,
  'tc-qdisc': 192,
}

describe('what iproute2 sends', () => {
  test('is all there', () => {
    expect(Object.fromEntries([...files].map(([name, entries]) => [name, entries.length]))).toEqual(counts)
    const undecoded = vectors.filter(vector => !known.includes(vector))
    expect(undecoded.map(vector => vector.command)).toEqual([])
  })

  test.each(known.map(vector => [vector.command, vector] as const))('%s', (_command, vector) => {
    const bytes = fromHex(vector.hex)
    const message = decodeMessage(bytes)
    expect(unknownsOf(message)).toEqual(prioTail.test(vector.command) ? ['attrs.options.tail'] : [])
    const found = Object.keys(vector.expect).map(path => [path, valueAt(message, path)])
    expect(Object.fromEntries(found)).toEqual(vector.expect)
    expect(toHex(encodeMessage(message))).toBe(toHex(zeroPadding(bytes).bytes))
    expect(oracleMessage(bytes)).toStrictEqual(message)
    fuzzOne(bytes)
  })

  test('has padding that is not zero in 15 encapsulations, and text that goes on behind its NUL in 3 actions', () => {
    const dirty = known.filter(vector => zeroPadding(fromHex(vector.hex)).dirty).map(vector => vector.command)
    const words = [...dirtyPadding, ...dirtyText]
    expect(dirty).toHaveLength(words.length)
    for (const each of words) expect(dirty.filter(command => command.includes(each))).toHaveLength(1)
  })
})
