// What links are given beside their kind: flags one by one, and what the kernel overlooks when it makes them, seen by `ip link`.
import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { open, openSync } from '../../../../src/index.js'
import { ip, ipLink } from '../../../support/iproute2/iproute.js'
import { requireKind } from '../../../support/probe.js'

afterEach(() => {
  using rt = openSync()
  for (const name of ['n0', 'n1', 'br0']) rt.link.delete(name, { missingOk: true })
})

describe('flags', () => {
  it('are set one by one, as `ip link set` does', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', up: true, promisc: true, info: { kind: 'ifb' } })
    await rt.link.add({ name: 'n1', up: true, info: { kind: 'ifb' } })
    ip('link set n1 promisc on')
    const both = () => [ipLink('n0')['flags'], ipLink('n1')['flags']]
    expect(both()[0]).toEqual(expect.arrayContaining(['UP', 'PROMISC']))
    expect(both()[0]).toEqual(both()[1])
    const steps = [
      [{ allmulti: true }, 'allmulticast on'],
      [{ promisc: false }, 'promisc off'],
      [{ arp: true }, 'arp on'],
      [{ multicast: true }, 'multicast on'],
      [{ arp: false, multicast: false }, 'arp off multicast off'],
      [{ allmulti: false, promisc: true }, 'allmulticast off promisc on'],
    ] as const
    for (const [spec, words] of steps) {
      const before = both()[0]
      await rt.link.set('n0', spec)
      ip(`link set n1 ${words}`)
      expect(both()[0]).toEqual(both()[1])
      expect(both()[0]).not.toEqual(before)
    }
    // Of what was read, too, and beside all flags.
    const read = await rt.link.get('n0')
    await rt.link.set('n0', { ...read, allmulti: true, arp: true })
    expect(both()[0]).toEqual(expect.arrayContaining(['UP', 'PROMISC', 'ALLMULTI']))
    expect(both()[0]).not.toContain('NOARP')
    await rt.link.set('n0', { ...(await rt.link.get('n0')), mtu: 1400 })
    expect(ipLink('n0')).toMatchObject({ mtu: 1400, flags: expect.arrayContaining(['UP', 'PROMISC', 'ALLMULTI']) })
    await rt.link.set('n0', { flags: ['noarp', 'promisc'], up: true, promisc: false })
    expect(both()[0]).toEqual(expect.arrayContaining(['UP', 'NOARP']))
    expect(both()[0]).not.toContain('PROMISC')
  })
})

describe('what the kernel overlooks in the message that makes a link', () => {
  it('is set behind it, and where it is refused no link is left', async () => {
    await using rt = await open()
    const info = { kind: 'ifb' } as const
    const late = { ifalias: 'eine Leitung €', afSpec: { inet6: { addrGenMode: 'none' } } } as const
    const link = await rt.link.addAndGet({ name: 'n0', info, ...late })
    expect(link).toMatchObject({ ifalias: late.ifalias, afSpec: { inet6: { addrGenMode: 'none' } } })
    await rt.link.add({ name: 'n1', info, ifalias: 'y' })
    expect(ipLink('n1')['ifalias']).toBe('y')
    await rt.link.delete('n1')
    await expect(rt.link.add({ name: 'n1', info, ifalias: 'y'.repeat(300) })).rejects.toMatchObject({ code: 'ERANGE' })
    await expect(rt.link.get('n1')).rejects.toMatchObject({ code: 'ENODEV' })
  })
})

describe('an MTU that the kind gives itself', () => {
  it.for(['macsec', 'hsr'] as const)('is set behind a new %s, and behind one that was read', async (kind, context) => {
    requireKind(context, kind)
    await using rt = await open()
    for (const name of ['n0', 'n1']) await rt.link.add({ name, up: true, info: { kind: 'ifb' } })
    const spec =
      kind === 'hsr' ? { info: { kind, slave1: 'n0', slave2: 'n1' } } : { link: 'n0', info: { kind, port: 5 } }
    await rt.link.add({ name: 'br0', mtu: 1301, up: true, ...spec })
    expect(ipLink('br0')).toMatchObject({ mtu: 1301 })
    const read = await rt.link.get('br0')
    await rt.link.delete('br0')
    expect(await rt.link.addAndGet(read)).toMatchObject({ mtu: 1301 })
  })
})

describe('a port, which the kernel echoes before it is one', () => {
  it('is answered with as it is then', async () => {
    await using rt = await open()
    const { index } = await rt.link.addAndGet({ name: 'br0', info: { kind: 'bridge' } })
    const port = await rt.link.addAndGet({ name: 'n0', master: 'br0', info: { kind: 'ifb' } })
    expect(port).toMatchObject({ name: 'n0', master: index, slaveKindName: 'bridge', slave: { kind: 'bridge' } })
    await expect(rt.link.addAndGet({ name: 'n1', master: 'lo', info: { kind: 'ifb' } })).rejects.toMatchObject({
      code: 'EOPNOTSUPP',
    })
    await expect(rt.link.get('n1')).rejects.toMatchObject({ code: 'ENODEV' })
  })

  it('takes options of its own kind of port alone: those of another would be taken for its own', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    await rt.link.add({ name: 'n0', master: 'br0', info: { kind: 'ifb' } })
    const before = await rt.link.get('n0')
    const rejected = {
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'slave.kind',
      message: expect.stringContaining('bond: it is the port of a bridge'),
    }
    const slave = { kind: 'bond', queueId: 3, prio: 9 } as const
    await expect(rt.link.set('n0', { slave })).rejects.toMatchObject(rejected)
    await expect(rt.link.set('n0', { ...before, slave })).rejects.toMatchObject(rejected)
    expect((await rt.link.get('n0')).slave).toEqual(before.slave)
    await expect(rt.link.add({ name: 'n1', master: 'br0', info: { kind: 'ifb' }, slave })).rejects.toMatchObject(
      rejected,
    )
    // As it was read in a bond.
    const other = { ...before, index: undefined, name: 'n1', slave, slaveKindName: 'bond' }
    await expect(rt.link.add(other)).rejects.toMatchObject(rejected)
    await expect(rt.link.get('n1')).rejects.toMatchObject({ code: 'ENODEV' })
    await rt.link.add({ name: 'n1', info: { kind: 'ifb' } })
    await expect(rt.link.set('n1', { master: 'br0', slave })).rejects.toMatchObject(rejected)
    expect(await rt.link.get('n1')).not.toHaveProperty('master')
    await rt.link.set('n1', { master: 'br0', slave: { kind: 'bridge', isolated: true } })
    expect((await rt.link.get('n1')).slave).toMatchObject({ isolated: 1 })
  })
})

describe('a vxlan, which the kernel does not echo', () => {
  it('is answered with all the same, and set up behind', async context => {
    requireKind(context, 'vxlan')
    await using rt = await open()
    const info = { kind: 'vxlan', id: 5, port: 4789 } as const
    expect(await rt.link.addAndGet({ name: 'n0', info })).toMatchObject({ name: 'n0', kindName: 'vxlan' })
    await rt.link.add({ name: 'n1', info: { ...info, id: 6 }, ifalias: 'y' })
    expect(ipLink('n1')['ifalias']).toBe('y')
    await rt.link.delete('n1')
    expect(await rt.link.addAndGet({ index: 77, info: { ...info, id: 6 } })).toMatchObject({ index: 77 })
    await rt.link.delete(77)
    for (const name of [undefined, 'n%d'])
      await expect(rt.link.addAndGet({ name, info: { ...info, id: 6 } })).rejects.toMatchObject({ fieldPath: 'name' })
    expect(await rt.link.list({ kind: 'vxlan' })).toHaveLength(1)
  })
})

describe('a link that was read', () => {
  it('is made again as it was', async () => {
    await using rt = await open()
    await rt.link.add({
      name: 'n0',
      address: '02:00:00:00:00:07',
      mtu: 1400,
      group: 7,
      info: { kind: 'ifb' },
      ifalias: 'eine Leitung €',
      afSpec: { inet6: { addrGenMode: 'none' } },
    })
    ip('link set n0 up promisc on')
    ip('link property add dev n0 altname a-name-longer-than-an-interface altname other')
    writeFileSync('/proc/sys/net/ipv4/conf/n0/rp_filter', '2')
    const before = [await rt.link.get('n0'), ipLink('n0')] as const
    await rt.link.delete('n0')
    const again = await rt.link.addAndGet(before[0])
    expect(again).toMatchObject({ ifalias: 'eine Leitung €', afSpec: { inet6: { addrGenMode: 'none' } } })
    expect(again.afSpec).toMatchObject({
      inet: before[0].afSpec && 'inet' in before[0].afSpec ? before[0].afSpec.inet : {},
    })
    expect(ipLink('n0')).toEqual(before[1])
    // Without an address that it would have given itself on its way up.
    expect(await rt.addr.list({ dev: 'n0' })).toEqual([])
    await rt.link.delete('n0')
    await rt.link.add(before[0])
    expect(ipLink('n0')).toEqual(before[1])
  })

  it('is changed although it has further names, which stay', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: { kind: 'ifb' } })
    await rt.link.addAltname('n0', ['other'])
    const read = await rt.link.get('n0')
    await rt.link.addAltname('n0', ['third'])
    await rt.link.set('n0', { ...read, mtu: 1400 })
    expect(ipLink('n0')).toMatchObject({ mtu: 1400, altnames: ['other', 'third'] })
  })

  it('is changed although its carrier has come or gone, and the state of its port; a wish for another carrier is sent', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'br0', up: true, info: { kind: 'bridge', stpState: 1 } })
    await rt.link.add({ name: 'n0', up: true, master: 'br0', info: { kind: 'veth', peer: { name: 'n1' } } })
    const down = await rt.link.get('n0')
    await rt.link.set('n1', { up: true })
    const up = (await rt.link.wait('n0', link => link?.operstate === 'up')) ?? down
    expect([down.carrier, up.carrier]).toEqual([0, 1])
    expect([down.slave, up.slave]).toMatchObject([{ state: 'disabled' }, { state: 'listening' }])
    await rt.link.set('n0', { ...down, mtu: 1400 })
    expect(ipLink('n0')).toMatchObject({ mtu: 1400, operstate: 'UP' })
    await rt.link.set('n1', { up: false })
    await rt.link.wait('n0', link => link?.carrier === 0)
    await rt.link.set('n0', { ...up, mtu: 1300 })
    expect(ipLink('n0')).toMatchObject({ mtu: 1300, operstate: 'LOWERLAYERDOWN' })
    const now = await rt.link.get('n0')
    await expect(rt.link.set('n0', { ...now, carrier: 1 })).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
  })

  it('is known without its index, which another cannot have', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: { kind: 'veth', peer: { name: 'n1' } }, ifalias: 'z' })
    const { index, ...rest } = await rt.link.get('n0')
    await rt.link.set(index, { ...rest, mtu: 1400 })
    const copy = await rt.link.addAndGet({ ...rest, name: 'n2' })
    expect(copy).toMatchObject({ name: 'n2', ifalias: 'z', mtu: 1500, kindName: 'veth' })
    await rt.link.delete('n2')
  })

  it('is not made in another namespace, where the rest cannot be set', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: { kind: 'ifb' } })
    const read = await rt.link.get('n0')
    await expect(rt.link.add({ ...read, netns: { pid: process.pid } })).rejects.toMatchObject({ fieldPath: 'afSpec' })
  })
})

describe('what only other requests take', () => {
  it.for([
    ['propList', { propList: { altIfname: ['other'] } }],
    ['altIfname', { altIfname: 'other' }],
    ['newIfindex', { newIfindex: 77 }],
  ] as const)('%s is refused', async ([field, spec]) => {
    await using rt = await open()
    const info = { kind: 'ifb' } as const
    await rt.link.add({ name: 'n0', info })
    const error = {
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: field,
      message: expect.stringMatching(/addAltname|netns/),
    }
    await expect(rt.link.set('n0', spec)).rejects.toMatchObject(error)
    await expect(rt.link.add({ name: 'n1', info, ...spec })).rejects.toMatchObject(error)
    await expect(rt.link.add({ name: 'n1', info, ifalias: 'y', ...spec })).rejects.toMatchObject(error)
    const veth = { kind: 'veth', peer: { name: 'n2', ...spec } } as const
    await expect(rt.link.add({ name: 'n1', info: veth })).rejects.toMatchObject({ fieldPath: `info.peer.${field}` })
    await expect(rt.link.get('n1')).rejects.toMatchObject({ code: 'ENODEV' })
  })

  it('but a link that moves can be given an index', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: { kind: 'ifb' } })
    await rt.link.set('n0', { netns: { pid: process.pid }, newIfindex: 77 })
    expect(await rt.link.get('n0')).toMatchObject({ name: 'n0' })
  })
})
