// What the verbs of rules do in a kernel, seen by `ip`, and the reverse.
import { beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError, open, openSync, type RuleSpec } from '../../../src/index.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

const own = (priority: number | undefined) => priority !== undefined && priority >= 40 && priority < 100

beforeEach(() => {
  using rt = openSync()
  for (const rule of rt.rule.list()) if (own(rule.priority)) rt.rule.delete(rule)
})

interface Case {
  readonly about: string
  readonly spec: RuleSpec
  readonly shows: object
  /** What is read where it differs from what was written. */
  readonly reads?: object
  /** New in a kernel of this version: older ones refuse or overlook it. */
  readonly since?: string
}

const cases: readonly Case[] = [
  {
    about: 'source, destination, mark and links',
    spec: {
      src: '10.0.0.0/8',
      dst: '192.0.2.0/24',
      fwmark: 0x10,
      fwmask: 0xff,
      iifname: 'lo',
      oifname: 'nothere0',
      table: 100000,
      protocol: 98,
    },
    shows: {
      src: '10.0.0.0',
      srclen: 8,
      dst: '192.0.2.0',
      dstlen: 24,
      fwmark: '0x10',
      fwmask: '0xff',
      iif: 'lo',
      oif: 'nothere0',
      table: '100000',
      protocol: '98',
    },
  },
  {
    about: 'user, protocol and ports',
    spec: {
      uidRange: { start: 1000, end: 2000 },
      ipProto: 6,
      sportRange: { start: 1000, end: 2000 },
      dportRange: { start: 443, end: 443 },
      table: 100,
    },
    shows: {
      uid_start: 1000,
      uid_end: 2000,
      ipproto: 'tcp',
      sport_start: 1000,
      sport_end: 2000,
      dport: 443,
      table: '100',
    },
  },
  {
    about: 'not, type of service, goto',
    spec: { flags: ['invert'], src: '10.0.0.1', tos: 16, action: 'goto', goto: 32766 },
    shows: { not: null, src: '10.0.0.1', tos: '0x10', goto: 32766 },
    reads: { src: '10.0.0.1/32', flags: 2 },
  },
  {
    about: 'suppression',
    spec: { table: 254, suppressPrefixlen: 3, suppressIfgroup: 5 },
    shows: { table: 'main', suppress_prefixlen: 3, suppress_ifgroup: '5' },
  },
  { about: 'prohibit', spec: { src: '10.1.0.0/16', action: 'prohibit' }, shows: { action: 'prohibit' } },
  { about: 'blackhole', spec: { src: '10.1.0.0/16', action: 'blackhole' }, shows: { action: 'blackhole' } },
  { about: 'unreachable', spec: { src: '10.1.0.0/16', action: 'unreachable' }, shows: { action: 'unreachable' } },
  { about: 'tunnel id', spec: { tunId: 2n ** 40n, table: 100 }, shows: { tun_id: 2 ** 40 } },
  { about: 'realms', spec: { src: '10.2.0.0/16', flow: 0x30004, table: 100 }, shows: { flow_from: '3', flow_to: '4' } },
  { about: 'l3mdev', spec: { l3mdev: 1 }, shows: { l3mdev: null }, reads: { l3mdev: 1, table: 0 } },
  { about: 'DSCP', spec: { dscp: 10, table: 100 }, shows: { dscp: 'AF11' }, since: '6.14' },
  {
    about: 'IPv6',
    spec: { src: '2001:db8::/32', dst: '2001:db8:5::/48', table: 200 },
    shows: { src: '2001:db8::', srclen: 32, dst: '2001:db8:5::', dstlen: 48, table: '200' },
  },
  {
    about: 'goto alone',
    spec: { src: '10.0.0.1', goto: 32766 },
    shows: { src: '10.0.0.1', goto: 32766 },
    reads: { src: '10.0.0.1/32', action: 'goto' },
  },
  { about: 'IPv6 without addresses', spec: { family: 'inet6', fwmark: 7, table: 200 }, shows: { fwmark: '0x7' } },
]

describe('a rule', () => {
  it.each(cases.map(one => [one.about, one] as const))('with %s', async (_, { spec, shows, reads, since }) => {
    await using rt = await open()
    const v6 = spec.family === 'inet6' || spec.src?.includes(':') === true
    await rt.rule.add({ priority: 50, ...spec })
    const mine = async () => (await rt.rule.list({ family: v6 ? 'inet6' : 'inet' })).filter(r => own(r.priority))
    const [rule, ...others] = await mine()
    expect(others).toEqual([])
    const { flags: __, ...written } = spec
    expect(rule).toMatchObject({ priority: 50, protocol: 'static', ...written, ...reads })
    if (since === undefined) {
      expect(ipShow(v6 ? '-6 rule' : 'rule').filter(r => own(r['priority'] as number))).toMatchObject([shows])
    }
    if (rule === undefined) throw new Error('no rule')
    expect((await rejection(rt.rule.add(rule))).code).toBe('EEXIST')
    await rt.rule.delete(rule)
    expect(await mine()).toEqual([])
    await rt.rule.add(rule)
    expect(await mine()).toEqual([rule])
    await rt.rule.delete({ priority: 50, ...spec })
    expect(await mine()).toEqual([])
  })

  it('is given back by addAndGet with the priority that it got', async () => {
    await using rt = await open()
    const rule = await rt.rule.addAndGet({ src: '10.9.0.0/16', table: 100 })
    expect(rule).toMatchObject({ src: '10.9.0.0/16', table: 100, priority: 32765, action: 'to-tbl' })
    await rt.rule.delete({ priority: rule.priority })
    expect((await rejection(rt.rule.delete({ priority: 32765 }))).code).toBe('ENOENT')
    await rt.rule.delete({ priority: 32765 }, { missingOk: true })
  })

  it('made by ip is read and deleted', async () => {
    await using rt = await open()
    ip('rule add from 10.0.0.0/8 fwmark 0x10/0xff uidrange 1-2 table 100000 priority 51 suppress_prefixlength 3')
    ip('rule add not to 10.0.0.1 blackhole priority 52')
    ip('-6 rule add from 2001:db8::/32 table 7 priority 53')
    const rules = (await rt.rule.list()).filter(r => own(r.priority))
    expect(rules).toMatchObject([
      {
        family: 'inet',
        src: '10.0.0.0/8',
        fwmark: 16,
        fwmask: 255,
        uidRange: { start: 1, end: 2 },
        table: 100000,
        suppressPrefixlen: 3,
        protocol: 'unspec',
      },
      { dst: '10.0.0.1/32', flags: 2, action: 'blackhole' },
      { family: 'inet6', src: '2001:db8::/32', table: 7 },
    ])
    for (const rule of rules) await rt.rule.delete(rule)
    expect((await rt.rule.list()).filter(r => own(r.priority))).toEqual([])
    expect((await rt.rule.list({ family: 'inet' })).map(r => r.table)).toEqual([255, 254, 253])
  })

  it('of priority 0 stays the first when it is written again', async () => {
    await using rt = await open()
    await rt.rule.add({ src: '10.8.0.0/16', table: 77, priority: 0 })
    const ours = async () => (await rt.rule.list({ family: 'inet' })).find(r => r.table === 77)
    const rule = await ours()
    expect(rule?.priority).toBe(0)
    if (rule !== undefined) {
      await rt.rule.delete(rule)
      await rt.rule.add(rule)
    }
    expect(ipShow('rule show').find(r => r['table'] === '77')).toMatchObject({ priority: 0, src: '10.8.0.0' })
    await rt.rule.delete({ table: 77 })
    expect(await ours()).toBeUndefined()
  })

  it('that waited for a link or another rule does so no longer when it is written again', async () => {
    await using rt = await open()
    await rt.link.delete('r9', { missingOk: true })
    ip('rule add iif r9 table 100 priority 50')
    ip('rule add oif r9 table 100 priority 51')
    ip('rule add goto 90 priority 52')
    const mine = async () => (await rt.rule.list({ family: 'inet' })).filter(r => own(r.priority) && r.priority < 90)
    const rules = await mine()
    expect(rules.map(r => r.flags)).toEqual([8, 16, 4])
    for (const rule of rules) await rt.rule.delete(rule)
    await rt.link.add({ name: 'r9', info: { kind: 'ifb' } })
    await rt.rule.add({ table: 254, priority: 90 })
    for (const rule of rules) await rt.rule.add(rule)
    expect((await mine()).map(r => r.flags)).toEqual([0, 0, 0])
    await rt.link.delete('r9')
  })

  it('that anything matches is not deleted, and one by what is 0 is', async () => {
    await using rt = await open()
    const before = await rt.rule.list({ family: 'inet' })
    for (const spec of [
      { src: 'default' },
      { fwmark: 0 },
      { table: 0 },
      { flags: 2 },
      { action: 'to-tbl' },
      { action: 1 },
    ] as const)
      expect((await rejection(rt.rule.delete(spec))).code).toBe('ERR_NETLINK_BAD_VALUE')
    expect(await rt.rule.list({ family: 'inet' })).toEqual(before)
    await rt.rule.add({ table: 254, suppressPrefixlen: 0, priority: 50 })
    await rt.rule.delete({ suppressPrefixlen: 0 })
    expect(await rt.rule.list({ family: 'inet' })).toEqual(before)
  })

  it('that goes to another is told as waiting, and as gone, whenever that comes and goes', async () => {
    await using rt = await open()
    await rt.rule.add({ goto: 90, priority: 50 })
    await using state = rt.watch({ rule: { family: 'inet' } })
    const changes: unknown[] = []
    const reading = (async () => {
      for await (const event of state)
        if (event.type === 'rule' && event.new?.priority === 50) changes.push([event.action, event.new.flags])
    })()
    await state.ready()
    const equal = async () => {
      const list = async () => (await rt.rule.list({ family: 'inet' })).filter(r => own(r.priority))
      await expect.poll(() => state.current().rule.filter(r => own(r.priority))).toEqual(await list())
    }
    await equal()
    for (let turn = 0; turn < 2; turn++) {
      await rt.rule.add({ table: 254, priority: 90 })
      await equal()
      await rt.rule.delete({ priority: 90 })
      await equal()
    }
    await expect.poll(() => changes).toEqual([['added', 4], ...[0, 4, 0, 4].map(flags => ['changed', flags])])
    // It is found by what the kernel says of it now.
    await rt.rule.add({ table: 254, priority: 90 })
    await rt.rule.delete({ priority: 50 })
    await equal()
    await state.close()
    await reading
  })

  it('that cannot be is refused', async () => {
    await using rt = await open()
    expect(await rejection(rt.rule.add({ src: '10.0.0.0/8', dst: '2001:db8::/32' }))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'src',
    })
    expect(await rejection(rt.rule.add({ action: 'goto', priority: 50 }))).toMatchObject({ code: 'EINVAL' })
  })
})
