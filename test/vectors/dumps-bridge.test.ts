// Dumps of bridges and vxlans in user-mode Linux, beside what `bridge -d -s -j` says of the same.
import { describe, expect, test } from 'vitest'
import {
  decodeBridgeVlanGlobals,
  decodeBridgeVlans,
  decodeFdb,
  decodeLink,
  decodeMdbEntries,
  decodeMdbRouters,
  decodeTunnelVnis,
} from '../../src/codec.js'
import { fdbRow, globalRow, mdbRow, type Row, routerRow, vlanRow, vniRow } from '../support/iproute2/bridge-json.js'
import { type DumpVector, dumpMessages, vectorFile } from '../support/vector-bytes.js'

const dumps = vectorFile<DumpVector[]>('dumps/bridge.json')
const dump = (name: string): DumpVector => {
  const found = dumps.find(candidate => candidate.dump === name)
  if (found === undefined) throw new Error(`no dump ${name}`)
  return found
}
const payloads = (name: string): Uint8Array[] => dumpMessages(dump(name)).map(bytes => bytes.subarray(16))
const said = (name: string, nth = 0): readonly Row[] => Object.values(dump(name).json)[nth] ?? []
const links = payloads('link').map(decodeLink)
const nameOf = (index: number | undefined): string | undefined => links.find(link => link.index === index)?.name

/** Rows by link, as bridge groups them. */
function grouped<T extends { readonly ifindex: number }>(
  objects: readonly T[],
  key: string,
  spell: (one: T) => Row,
): Row[] {
  return [...new Set(objects.map(one => one.ifindex))].map(index => ({
    ifname: nameOf(index),
    [key]: objects.filter(one => one.ifindex === index).map(spell),
  }))
}

/** Takes the clocks out of rows, as numbers: what is dumped later is a little older. */
function timed(rows: readonly Row[]): { rows: unknown; clocks: number[] } {
  const clocks: number[] = []
  const keys = new Set(['timer', 'used', 'updated'])
  const rest: unknown = JSON.parse(
    JSON.stringify(rows, (key, value: unknown) => {
      if (!keys.has(key)) return value
      clocks.push(Number(value))
      return undefined
    }),
  )
  return { rows: rest, clocks }
}

function sameButForTime(ours: readonly Row[], theirs: readonly Row[]): void {
  const [mine, others] = [timed(ours), timed(theirs)]
  expect(mine.rows).toEqual(others.rows)
  expect(mine.clocks).toHaveLength(others.clocks.length)
  for (const [index, clock] of mine.clocks.entries())
    expect(Math.abs(clock - (others.clocks[index] ?? 0))).toBeLessThan(5)
}

describe('what the kernel sends of bridges', () => {
  test('forwarding entries', () => {
    const rows = payloads('fdb').map(payload => fdbRow(decodeFdb(payload), nameOf))
    expect(rows.length).toBeGreaterThan(50)
    sameButForTime(rows, said('fdb'))
  })

  test('multicast groups and router ports', () => {
    const [all] = said('mdb')
    const entries = payloads('mdb').flatMap(decodeMdbEntries)
    expect(entries.length).toBeGreaterThan(15)
    sameButForTime(
      entries.map(entry => mdbRow(entry, nameOf)),
      (all?.['mdb'] ?? []) as Row[],
    )
    const routers = payloads('mdb').flatMap(decodeMdbRouters)
    expect(routers.length).toBeGreaterThan(0)
    sameButForTime(
      routers.map(port => routerRow(port, nameOf)),
      Object.values((all?.['router'] ?? {}) as Record<string, Row[]>).flat(),
    )
  })

  test('VLANs, their tunnels and counters', () => {
    const vlans = payloads('vlan').flatMap(decodeBridgeVlans)
    expect(grouped(vlans, 'vlans', vlanRow)).toEqual(said('vlan'))
    const tunnels = vlans
      .filter(({ tunnelInfo }) => tunnelInfo !== undefined)
      .map(({ vid, range = vid, tunnelInfo }) => ({
        vlan: vid,
        vlanEnd: range,
        tunid: tunnelInfo?.id,
        tunidEnd: (tunnelInfo?.id ?? 0) + range - vid,
      }))
    expect(tunnels).toEqual(said('vlan', 1)[0]?.['tunnels'])
    expect(grouped(payloads('vlan, STATS').flatMap(decodeBridgeVlans), 'vlans', vlanRow)).toEqual(said('vlan, STATS'))
  })

  test('options of VLANs for the whole bridge', () => {
    const options = payloads('vlan, GLOBAL').flatMap(decodeBridgeVlanGlobals)
    expect(grouped(options, 'vlans', each => globalRow(each, nameOf))).toEqual(said('vlan, GLOBAL'))
    expect(options.some(one => one.mcastQuerierState !== undefined)).toBe(true)
    expect(options.some(one => one.mcastRouterPorts?.router?.port !== undefined)).toBe(true)
  })

  test('VNIs', () => {
    expect(grouped(payloads('vni').flatMap(decodeTunnelVnis), 'vnis', vniRow)).toEqual(said('vni'))
    expect(grouped(payloads('vni, STATS').flatMap(decodeTunnelVnis), 'vnis', vniRow)).toEqual(said('vni, STATS'))
  })

  test('spanning tree instances', () => {
    const entries = payloads('link of bridges, MST')
      .map(decodeLink)
      .flatMap(link => link.afSpec?.mst?.entry ?? [])
    expect(entries).toEqual([
      { msti: 0, state: 'disabled' },
      { msti: 1, state: 'blocking' },
      { msti: 2, state: 'disabled' },
    ])
  })
})
