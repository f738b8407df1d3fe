// What the verbs of links ask of the kernel, step by step, without one.
import { describe, expect, it } from 'vitest'
import { decodeMessage, type Link, type Message, NetlinkError } from '../../../../src/codec.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../../../../src/constants.js'
import { addAndGetLink, addLink, deleteLinks, setLink } from '../../../../src/objects/link/operations.js'
import type { Operation } from '../../../../src/request/operation.js'
import type { Request } from '../../../../src/request/request.js'
import { drive } from '../../../support/drive.js'

/** Gives what an operation asks of the kernel that answers so. */
const requested = (operation: Operation<unknown>, ...answers: readonly unknown[]): Message[] =>
  drive(operation, ...answers).sent

const vf = (number: number, mac: number, rxPackets: bigint) => ({
  mac: { vf: number, mac: Uint8Array.of(2, 0, 0, 0, 0, mac, ...new Uint8Array(26)) },
  vlan: { vf: number, vlan: 5, qos: 0 },
  vlanList: { info: [{ vf: number, vlan: 5, qos: 0, vlanProto: '8021q' as const }] },
  trust: { vf: number, setting: 1 },
  stats: { rxPackets },
})
const adapter = (...info: ReturnType<typeof vf>[]): Link => ({
  family: 'unspec',
  type: 'ether',
  index: 7,
  flags: 0,
  name: 'eth0',
  mtu: 1500,
  vfinfoList: { info },
})

it('virtual functions that were read are told what differs, and nothing of what they have', () => {
  const now = adapter(vf(0, 1, 5n), vf(1, 2, 6n))
  const unchanged = requested(setLink(7, { ...adapter(vf(0, 1, 3n), vf(1, 2, 4n)), mtu: 1400 }), now, undefined)
  expect(unchanged).toMatchObject([{ type: RTM_GETLINK, attrs: { extMask: 1 } }, { type: RTM_NEWLINK }])
  expect(unchanged[1]?.attrs).toEqual({ mtu: 1400 })
  const another = requested(setLink(7, adapter(vf(1, 9, 4n), vf(0, 1, 3n))), now, undefined)
  expect(another[1]?.attrs).toEqual({ vfinfoList: { info: [{ mac: vf(1, 9, 0n).mac }] } })
})

it.each([
  ['vfinfoList', [null, 5, 'x', [null], { info: null }, { info: 5 }, { info: [null] }, { info: [{ mac: null }] }]],
  ['info', [null, 5]],
  ['slave', [null, 5]],
])('what is no %s is refused, of a link that was read too', (field, values) => {
  const { vfinfoList: _, ...link } = adapter()
  const rejected = expect.objectContaining({ code: 'ERR_NETLINK_BAD_VALUE' })
  for (const value of values) {
    expect(() => requested(setLink(7, { ...link, [field]: value }), link)).toThrow(rejected)
    expect(() => requested(setLink(7, { [field]: value }))).toThrow(rejected)
  }
})

it('links without them are not asked for them', () => {
  const { vfinfoList: _, ...link } = adapter()
  expect(requested(setLink(7, { ...link, mtu: 1400 }), link, undefined)[0]?.attrs).toEqual({})
})

it('a link that was read of inet6 is not told what that has of it', () => {
  const { vfinfoList: _, ...link } = adapter()
  const read: Link = { ...link, family: 'inet6', protinfo: { flags: 0x80000000 } }
  expect(requested(setLink(7, read), link)).toHaveLength(1)
  expect(requested(setLink(7, { ...read, mtu: 1400 }), link, undefined)[1]?.attrs).toEqual({ mtu: 1400 })
})

describe('a kernel that does not echo new links', () => {
  const info = { kind: 'bridge' } as const

  it('is asked for the one that it made', () => {
    const link: Link = { family: 'unspec', type: 'ether', index: 7, flags: 0, name: 'br0' }
    const operation = addAndGetLink({ name: 'br0', info })
    expect(requested(operation, undefined, link)).toMatchObject([
      { type: RTM_NEWLINK },
      { type: RTM_GETLINK, attrs: { name: 'br0' } },
    ])
  })

  it('cannot be asked for one that was given neither name nor index', () => {
    for (const name of [undefined, 'br%d'])
      expect(() => requested(addAndGetLink({ name, info }), undefined)).toThrow('the link is made, but')
  })
})

it('what a bond has is not said to it again, however it is written', () => {
  const { vfinfoList: _, ...link } = adapter()
  const now: Link = { ...link, info: { kind: 'bond', mode: 'tlb', tlbDynamicLb: 1, adLacpActive: 0, miimon: 100 } }
  const info = { kind: 'bond', mode: 5, tlbDynamicLb: true, adLacpActive: false } as const
  expect(requested(setLink(7, { info: { ...info, miimon: 50 } }), now, undefined)[1]?.attrs).toEqual({
    linkinfo: { kind: 'bond', data: { kind: 'bond', miimon: 50 } },
  })
  const others = { kind: 'bond', mode: 6, tlbDynamicLb: false, adLacpActive: true } as const
  expect(requested(setLink(7, { info: others }), now, undefined)[1]?.attrs).toMatchObject({
    linkinfo: { data: { mode: 'alb', tlbDynamicLb: 0, adLacpActive: 1 } },
  })
})

it('a new port is up when it has its options', () => {
  const spec = {
    name: 'p0',
    master: 7,
    up: true,
    info: { kind: 'dummy' },
    slave: { kind: 'bridge', isolated: true },
  } as const
  const operation = addLink(spec)
  if (operation.do !== undefined) throw new Error('takes one step')
  const sent = requested(operation, adapter(), adapter(), undefined, undefined, adapter())
  expect(sent).toMatchObject([
    { type: RTM_NEWLINK, header: { flags: 0 }, attrs: { master: 7 } },
    { type: RTM_GETLINK },
    { type: RTM_NEWLINK, header: { flags: 0 }, attrs: { linkinfo: { slaveData: { isolated: 1 } } } },
    { type: RTM_NEWLINK, header: { flags: 1, change: 1 } },
    { type: RTM_GETLINK },
  ])
})

it('options of the port of a bridge that somebody has written leave at once, before what is asked for then', () => {
  const slave = { kind: 'bridge', isolated: true } as const
  expect(requested(setLink(7, { slave }), undefined)).toMatchObject([{ type: RTM_NEWLINK }])
  expect(requested(setLink(7, { info: { kind: 'bridge', vlanFiltering: 1 } }), undefined)).toMatchObject([
    { type: RTM_NEWLINK },
  ])
})

it('links that were to go by a group have theirs again when the deadline of the call ends it', () => {
  const options = { timeoutMs: 10 }
  const operation = deleteLinks([5, 6], options)
  const links = [5, 6].map(index => ({ ...adapter(), index, name: `v${index}`, group: 3 }))
  const groups = (effect: unknown) =>
    (effect as { source: readonly Request[] }).source.map(one => (decodeMessage(one.bytes).attrs as Link).group)
  operation.next()
  const first = operation.next(links).value
  expect(first).toMatchObject({ do: 'bulk', options })
  expect(groups(first)).not.toContain(3)
  const late = new NetlinkError({ reason: 'timeout', code: 'ERR_NETLINK_TIMEOUT', detail: 'late' })
  const back = operation.throw(late).value
  expect(back).toMatchObject({ do: 'bulk', options: undefined })
  expect(groups(back)).toEqual([3, 3])
  expect(() => operation.next({ sent: 2, failed: [], unknown: [] })).toThrow(late)
})
