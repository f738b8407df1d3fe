import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/codec.js'
import { fromHex, toHex } from '../support/vector-bytes.js'

const folder = new URL('annotated/', import.meta.url)
const files = readdirSync(folder)

/** Takes a file apart: `#` comments, lines of hex with a note behind two spaces, an empty line, the value as JSON. */
function parse(text: string): { bytes: Uint8Array; value: unknown } {
  const [hex = '', json = ''] = text.split('\n\n')
  const lines = hex.split('\n').filter(line => !line.startsWith('#'))
  const bytes = lines.map(line => (line.trim().split(/ {2,}/)[0] ?? '').replaceAll(' ', '')).join('')
  return { bytes: fromHex(bytes), value: JSON.parse(json) }
}

/** Spells what JSON cannot: `5n`, `0x…`. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      item instanceof Uint8Array ? `0x${toHex(item)}` : typeof item === 'bigint' ? `${item}n` : item,
    ),
  )
}

test('there is a golden vector of every family', () => {
  const types = new Set(files.map(file => decodeMessage(parse(readFileSync(new URL(file, folder), 'utf8')).bytes).type))
  expect(files.length).toBeGreaterThanOrEqual(20)
  // Links, addresses, routes, neighbours, rules, neighbour tables, namespace ids, actions, multicast groups, VLANs, VNIs.
  for (const type of [16, 20, 24, 28, 32, 48, 64, 84, 88, 112, 120]) expect(types).toContain(type)
  // Prefixes, multicast addresses (a dump answers with the type of the question), router options, labels, netconf, reports of multicast routing, nexthops and their buckets.
  for (const type of [52, 58, 68, 72, 80, 96, 104, 116]) expect(types).toContain(type)
})

test.each(files)('%s', file => {
  const { bytes, value } = parse(readFileSync(new URL(file, folder), 'utf8'))
  const message = decodeMessage(bytes)
  expect(plain({ header: message.header, attrs: message.attrs })).toEqual(value)
  expect(toHex(encodeMessage(message))).toBe(toHex(bytes))
  // The same value made by hand, not decoded, comes out the same but for order, NULs and flag bits: it decodes equally.
  const again = encodeMessage({ ...message, attrs: structuredClone(message.attrs) })
  expect(plain(decodeMessage(again))).toEqual(plain(message))
})
