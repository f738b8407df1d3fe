// What the verbs of addresses do in a kernel, seen by `ip`, and the reverse.
import { beforeEach, describe, expect, it } from 'vitest'
import { type AddrSpec, NetlinkError, open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'

beforeEach(() => {
  using rt = openSync()
  rt.link.delete('a0', { missingOk: true })
  rt.link.add({ name: 'a0', address: '02:00:00:00:00:0a', info: { kind: 'ifb' } })
  // No address of the link's own.
  rt.link.set('a0', { afSpec: { inet6: { addrGenMode: 'none' } } })
  rt.link.set('a0', { up: true })
})

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

/** The addresses of a0 as `ip -d -j addr` shows them. */
function output(): unknown[] {
  return (ipShow('addr show dev a0')[0]?.['addr_info'] ?? []) as unknown[]
}

interface Case {
  readonly about: string
  readonly spec: AddrSpec
  readonly shows: object
  readonly reads: object
}

const cases: readonly Case[] = [
  {
    about: 'IPv4',
    spec: { address: '192.0.2.1/24' },
    shows: { family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global', label: 'a0' },
    reads: { family: 'inet', address: '192.0.2.1/24', scope: 'universe', label: 'a0' },
  },
  {
    about: 'IPv4 with everything',
    spec: {
      address: '192.0.2.2/25',
      broadcast: '192.0.2.127',
      scope: 'link',
      label: 'a0:x',
      rtPriority: 50,
      proto: 7,
      flags: ['noprefixroute'],
      cacheinfo: { valid: 600, prefered: 300 },
    },
    shows: {
      local: '192.0.2.2',
      prefixlen: 25,
      broadcast: '192.0.2.127',
      scope: 'link',
      label: 'a0:x',
      metric: 50,
      protocol: '0x7',
      noprefixroute: true,
      dynamic: true,
    },
    reads: {
      address: '192.0.2.2/25',
      broadcast: '192.0.2.127',
      scope: 'link',
      label: 'a0:x',
      rtPriority: 50,
      proto: 7,
    },
  },
  {
    about: 'IPv4 with a peer',
    spec: { address: '10.0.0.1', peer: '10.0.0.2/32' },
    shows: { local: '10.0.0.1', address: '10.0.0.2', prefixlen: 32 },
    reads: { address: '10.0.0.1', peer: '10.0.0.2/32' },
  },
  {
    about: 'IPv4 loopback',
    spec: { address: '127.5.0.1/8' },
    shows: { local: '127.5.0.1', scope: 'host' },
    reads: { address: '127.5.0.1/8', scope: 'host' },
  },
  {
    about: 'IPv6',
    spec: { address: '2001:DB8:0::1/64', flags: ['nodad'] },
    shows: { family: 'inet6', local: '2001:db8::1', prefixlen: 64, scope: 'global', nodad: true },
    reads: { family: 'inet6', address: '2001:db8::1/64', scope: 'universe' },
  },
  {
    about: 'IPv6 with everything',
    spec: {
      address: '2001:db8::2/64',
      flags: ['nodad', 'homeaddress', 'managetempaddr'],
      rtPriority: 1024,
      proto: 3,
      cacheinfo: { valid: 7200, prefered: 3600 },
    },
    shows: { local: '2001:db8::2', metric: 1024, protocol: 'kernel_ll', home: true, mngtmpaddr: true, dynamic: true },
    reads: { address: '2001:db8::2/64', rtPriority: 1024, proto: 'kernel-ll' },
  },
  {
    about: 'IPv6 with a peer',
    spec: { address: '2001:db8::3', peer: '2001:db8::4/128', flags: ['nodad'] },
    shows: { local: '2001:db8::3', address: '2001:db8::4', prefixlen: 128 },
    reads: { address: '2001:db8::3', peer: '2001:db8::4/128' },
  },
]

describe('an address', () => {
  it.each(cases.map(one => [one.about, one] as const))('%s', async (_, { spec, shows, reads }) => {
    await using rt = await open()
    await rt.addr.add({ dev: 'a0', ...spec })
    expect(output()).toMatchObject([shows])
    const [addr, ...others] = await rt.addr.list({ dev: 'a0' })
    expect(others).toEqual([])
    expect(addr).toMatchObject(reads)
    if (addr === undefined) throw new Error('no address')
    if (spec.cacheinfo !== undefined) {
      expect(addr.cacheinfo?.valid).toBeGreaterThan((spec.cacheinfo.valid ?? 0) - 5)
      expect(addr.cacheinfo?.prefered).toBeGreaterThan((spec.cacheinfo.prefered ?? 0) - 5)
    }
    // What is read can be written: the same once more changes nothing, and it comes back after a delete.
    await rt.addr.replace(addr)
    expect(output()).toMatchObject([shows])
    await rt.addr.delete(addr)
    expect(output()).toEqual([])
    await rt.addr.add(addr)
    expect(await rt.addr.list({ dev: 'a0' })).toMatchObject([reads])
    expect(output()).toMatchObject([shows])
    await rt.addr.delete({ dev: 'a0', address: spec.address, peer: spec.peer })
    expect(output()).toEqual([])
  })

  it('is given back by addAndGet and replaceAndGet', async () => {
    await using rt = await open()
    for (const address of ['192.0.2.1/24', '2001:db8:0:0::1/64']) {
      const added = await rt.addr.addAndGet({ dev: 'a0', address })
      expect(added.address).toBe(address.replace(':0:0', ''))
      const changed = await rt.addr.replaceAndGet({ dev: 'a0', address, cacheinfo: { valid: 600, prefered: 300 } })
      expect(changed.cacheinfo?.valid).toBeLessThanOrEqual(600)
    }
    expect(output()).toMatchObject([{ dynamic: true }, { dynamic: true }])
  })

  it('that the kernel takes and does not keep is not given back', async () => {
    await using rt = await open()
    await rt.addr.add({ dev: 'a0', address: '0.0.0.0/8' })
    expect(output()).toEqual([])
    expect(await rejection(rt.addr.addAndGet({ dev: 'a0', address: '0.0.0.0/8' }))).toMatchObject({
      code: 'ERR_NETLINK_UNEXPECTED_REPLY',
      message: expect.stringMatching(/0\.0\.0\.0 was added and is not there/),
    })
  })

  it('that is deprecated for ever is so again when it is written as it was read', async () => {
    await using rt = await open()
    for (const address of ['192.0.2.1/24', '2001:db8::1/64']) {
      const added = await rt.addr.addAndGet({ dev: 'a0', address, flags: ['nodad'], cacheinfo: { prefered: 0 } })
      const { flags, cacheinfo } = added
      const [made] = output()
      expect(made).toMatchObject({ deprecated: true })
      expect(await rt.addr.replaceAndGet(added)).toMatchObject({ flags })
      await rt.addr.delete(added)
      await rt.addr.add(added)
      expect(output()).toEqual([made])
      // What is said of it anew counts.
      const { valid } = cacheinfo ?? {}
      await rt.addr.replace({ ...added, cacheinfo: { valid, prefered: valid } })
      expect(output()).toMatchObject([{ preferred_life_time: 0xffffffff }])
      expect(output()[0]).not.toHaveProperty('deprecated')
      await rt.addr.delete(added)
    }
  })

  it('last for ever where nothing else is said', async () => {
    await using rt = await open()
    const lifetimes = [
      [{ valid: 1000 }, 'valid_lft 1000 preferred_lft 1000'],
      [{ prefered: 1000 }, 'preferred_lft 1000'],
      [{ prefered: 0 }, 'preferred_lft 0'],
      [{}, ''],
    ] as const
    const lives = () =>
      output().map(one => {
        const { valid_life_time: valid, preferred_life_time: preferred } = one as Record<string, number>
        // A second may have gone by.
        return [valid, preferred].map(life => Math.ceil((life ?? 0) / 10))
      })
    for (const address of ['192.0.2.1/24', '2001:db8::1/64'])
      for (const [cacheinfo, words] of lifetimes) {
        await rt.addr.add({ dev: 'a0', address, flags: ['nodad'], cacheinfo })
        const ours = lives()
        await rt.addr.flush({ dev: 'a0' })
        ip(`addr add ${address} dev a0 nodad ${words}`.trim())
        expect(ours).toEqual(lives())
        await rt.addr.flush({ dev: 'a0' })
      }
  })

  it('made by ip is listed, filtered and deleted', async () => {
    await using rt = await open()
    ip('addr add 192.0.2.1/24 brd + dev a0 label a0:y')
    ip('addr add 192.0.2.2/24 dev a0')
    ip('addr add 198.51.100.1/24 dev a0 scope link')
    ip('addr add 2001:db8::1/64 dev a0 nodad')
    const texts = async (filter: Parameters<typeof rt.addr.list>[0]) => (await rt.addr.list(filter)).map(a => a.address)
    expect(await texts({ dev: 'a0' })).toEqual(['198.51.100.1/24', '192.0.2.1/24', '192.0.2.2/24', '2001:db8::1/64'])
    expect(await texts({ dev: 'a0', family: 'inet6' })).toEqual(['2001:db8::1/64'])
    expect(await texts({ scope: 'link', family: 'inet' })).toEqual(['198.51.100.1/24'])
    expect(await texts({ label: 'a0:y' })).toEqual(['192.0.2.1/24'])
    expect(await texts({ address: '192.0.2.2' })).toEqual(['192.0.2.2/24'])
    expect(await texts({ address: '2001:db8::1/64' })).toEqual(['2001:db8::1/64'])
    // Other spellings of the same.
    expect(await texts({ address: '2001:DB8:0:0::1' })).toEqual(['2001:db8::1/64'])
    expect(await texts({ scope: 253, family: 'inet' })).toEqual(['198.51.100.1/24'])
    expect(await rejection(rt.addr.list({ address: '192.0.2.300' }))).toMatchObject({ fieldPath: 'address' })
    for (const list of [rt.addr.list, rt.link.list])
      expect(await rejection(list({ netns: 'blue' as never }))).toMatchObject({ fieldPath: 'netns' })
    const { index } = await rt.link.get('a0')
    expect(await texts({ dev: index, family: 'inet' })).toHaveLength(3)
    const [, first, secondary] = await rt.addr.list({ dev: 'a0' })
    expect([first?.flags, secondary?.flags]).toEqual([0x80, 0x81])
    await rt.addr.delete({ dev: 'a0', address: '192.0.2.2/24' })
    const before = output()
    for (const filter of [{}, { dev: undefined }, { dev: 'a0', lable: 'x' }])
      expect(await rejection(rt.addr.flush(filter))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
    expect(output()).toEqual(before)
    expect(await rt.addr.flush({ dev: 'a0', family: 'inet' })).toBe(2)
    expect(await texts({ dev: 'a0' })).toEqual(['2001:db8::1/64'])
    expect(await rt.addr.flush({ dev: 'a0' })).toBe(1)
    expect(await rt.addr.flush({ dev: 'a0' })).toBe(0)
    expect(output()).toEqual([])
  })

  it('is flushed with its secondaries', async () => {
    await using rt = await open()
    for (let n = 1; n <= 5; n++) await rt.addr.add({ dev: 'a0', address: `192.0.2.${n}/24` })
    expect(await rt.addr.flush({ dev: 'a0' })).toBe(5)
    expect(output()).toEqual([])
  })

  it('of another namespace is seen by its id', async () => {
    using blue = netns.create('blue')
    try {
      await using rt = await open()
      await using inside = await open({ netns: blue })
      await rt.nsid.add({ netns: blue, nsid: 3 })
      await inside.link.set('lo', { up: true })
      const [there, ...others] = await rt.addr.list({ netns: { nsid: 3 } })
      expect([there?.address, ...others.map(a => a.address)]).toEqual(['127.0.0.1/8', '::1/128'])
      // The kernel would change it here, on the link that has the same index.
      if (there === undefined) throw new Error('no address')
      const mine = await rt.addr.list({ dev: there.index })
      for (const change of [rt.addr.replace, rt.addr.delete])
        expect(await rejection(change(there))).toMatchObject({ fieldPath: 'targetNetnsid' })
      expect(await rt.addr.list({ dev: there.index })).toEqual(mine)
      const byName = { dev: 'lo', netns: { nsid: 3 } }
      expect(await rejection(rt.addr.list(byName))).toMatchObject({ fieldPath: 'dev' })
      expect(await rt.addr.list({ ...byName, dev: there.index })).toEqual([there, ...others])
      expect((await rejection(inside.addr.replace(there))).message).toContain('leave it out')
      const { targetNetnsid: _, ...own } = there
      await inside.addr.replace(own)
    } finally {
      netns.delete('blue')
    }
  })
})

describe('errors', () => {
  it('of the kernel', async () => {
    await using rt = await open()
    await rt.addr.add({ dev: 'a0', address: '192.0.2.1/24' })
    expect(await rejection(rt.addr.add({ dev: 'a0', address: '192.0.2.1/24' }))).toMatchObject({
      code: 'EEXIST',
      extAck: { message: expect.stringContaining('Address already assigned') },
      message: expect.stringMatching(/^addr add dev=a0 address=192.0.2.1\/24: EEXIST: .*Address already assigned/),
    })
    await rt.addr.replace({ dev: 'a0', address: '192.0.2.1/24' })
    expect((await rejection(rt.addr.delete({ dev: 'a0', address: '192.0.2.9/24' }))).code).toBe('EADDRNOTAVAIL')
    await rt.addr.delete({ dev: 'a0', address: '192.0.2.9/24' }, { missingOk: true })
    await rt.addr.delete({ dev: 'none', address: '192.0.2.9/24' }, { missingOk: true })
    expect(await rejection(rt.addr.add({ dev: 'none', address: '192.0.2.9/24' }))).toMatchObject({
      code: 'ENODEV',
      fieldPath: 'dev',
    })
    expect((await rejection(rt.addr.list({ dev: 4711 }))).code).toBe('ENODEV')
    // adv-80
    netns.sysctl(netns.current(), 'net.ipv6.conf.a0.disable_ipv6', '1')
    const rejected = await rejection(rt.addr.add({ dev: 'a0', address: '2001:db8::1/64' }))
    expect(rejected).toMatchObject({ code: 'EACCES', extAck: { message: expect.stringContaining('IPv6 is disabled') } })
  })

  it('of the caller', async () => {
    await using rt = await open()
    for (const [spec, fieldPath] of [
      [{ dev: 'a0', address: '192.0.2.1/33' }, 'address'],
      [{ dev: 'a0', address: '192.0.2' }, 'address'],
      [{ dev: 'a0', address: '192.0.2.1', peer: '2001:db8::1' }, 'peer'],
      [{ address: '192.0.2.1' }, 'dev'],
    ] as const) {
      expect(await rejection(rt.addr.add(spec))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
    }
  })
})
