// Multicast routing and router advertisements: a daemon makes them with socket options and packets, rtnetlink tells of them.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RTNH_F_UNRESOLVED } from '../../../src/constants.js'
import { NetlinkError, open, openSync } from '../../../src/index.js'
import { Daemon, hasPython } from '../../support/daemon.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

const python = hasPython()

beforeAll(() => {
  using rt = openSync()
  for (const [name, peer] of [
    ['mr0', 'mr0p'],
    ['mr1', 'mr1p'],
    ['mr2', 'mr2p'],
  ] as const) {
    rt.link.delete(name, { missingOk: true })
    rt.link.add({ name, info: { kind: 'veth', peer: { name: peer } } })
    rt.link.set(peer, { up: true })
    rt.link.set(name, { up: true })
    run(
      `sysctl -qw net.ipv4.conf.${name}.rp_filter=0 net.ipv6.conf.${name}.accept_ra=2 net.ipv6.conf.${peer}.accept_ra=0`,
    )
  }
  run('sysctl -qw net.ipv4.conf.all.rp_filter=0')
  rt.addr.add({ dev: 'mr0', address: '192.0.2.1/24' })
  rt.addr.add({ dev: 'mr1', address: '198.51.100.1/24' })
  rt.addr.add({ dev: 'mr2', address: '203.0.113.1/24' })
})

beforeEach(ctx => {
  if (!python) ctx.skip('there is no python3 to play the daemon')
})

const entry = { dst: '239.1.1.1', src: '192.0.2.7' }

describe('multicast routes', () => {
  it('of IPv4 are read, changed and deleted', async ctx => {
    await using rt = await open()
    using daemon = new Daemon()
    const answer = await daemon.tell('router4 mr0 mr1 mr2')
    if (/not available|not supported/.test(answer)) ctx.skip(`the kernel has no multicast routing of IPv4: ${answer}`)
    expect(answer).toBe('ok')
    const [i0, i1, i2] = await Promise.all(['mr0', 'mr1', 'mr2'].map(async name => (await rt.link.get(name)).index))

    const routes = await rt.mroute.list()
    expect(routes).toMatchObject([
      {
        family: 'ipmr',
        dst: '239.1.1.1/32',
        src: '192.0.2.7/32',
        type: 'multicast',
        iif: i0,
        multipath: [
          { ifindex: i1, hops: 2 },
          { ifindex: i2, hops: 2 },
        ],
        mfcStats: { packets: 0n, bytes: 0n, wrongIf: 0n },
      },
    ])
    expect(routes[0]?.$unknown).toBeUndefined()
    expect(ipShow('mroute show')).toMatchObject([
      {
        dst: '239.1.1.1',
        src: '192.0.2.7',
        iif: 'mr0',
        multipath: [{ oif: 'mr1' }, { oif: 'mr2' }],
        state: 'resolved',
      },
    ])
    expect(await rt.mroute.get(entry)).toMatchObject({ iif: i0, dst: '239.1.1.1/32' })
    expect((await rejection(rt.mroute.get({ ...entry, src: '192.0.2.8' }))).code).toBe('ENOENT')
    const streamed: unknown[] = []
    for await (const route of rt.mroute.dump({ family: 'ipmr', table: 253 })) streamed.push(route.dst)
    expect(streamed).toEqual(['239.1.1.1/32'])

    const tables = await rt.link.list({ family: 'ipmr' })
    expect(tables.map(t => t.afSpec?.id)).toContain(253)
    const vifs = tables.find(t => t.afSpec?.id === 253)?.afSpec?.vifs?.vif
    expect(vifs).toMatchObject([
      { ifindex: i0, vifId: 0, flags: 8, packetsIn: 0n },
      { ifindex: i1, vifId: 1, flags: 8 },
      { ifindex: i2, vifId: 2, flags: 8 },
    ])
    expect(vifs?.every(vif => vif.$unknown === undefined)).toBe(true)

    await rt.mroute.replace({ ...entry, iif: 'mr0', protocol: 'mrouted', multipath: [{ dev: 'mr2', hops: 7 }] })
    const [changed] = await rt.mroute.list()
    expect(changed?.multipath).toMatchObject([{ ifindex: i2, hops: 7 }])
    expect(ip('mroute show')).toMatch(/Oifs: mr2\(ttl 7\)/)
    // What is read can be written.
    if (changed !== undefined) await rt.mroute.replace(changed)
    expect({ ...(await rt.mroute.list())[0], expires: 0 }).toEqual({ ...changed, expires: 0 })
    expect(
      await rejection(rt.mroute.replace({ ...entry, iif: 'mr0', multipath: [{ dev: 'lo', hops: 1 }] })),
    ).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'multipath[0].dev',
    })
    await rt.mroute.delete(changed ?? {})
    expect(ipShow('mroute show')).toEqual([])
    expect((await rejection(rt.mroute.delete(entry))).code).toBe('ENOENT')
    await rt.mroute.delete(entry, { missingOk: true })
  })

  it('that are missing are reported, and wait unresolved', async ctx => {
    await using rt = await open()
    using daemon = new Daemon()
    const answer = await daemon.tell('router4 mr0 mr1')
    if (/not available|not supported/.test(answer)) ctx.skip(`the kernel has no multicast routing of IPv4: ${answer}`)
    await using events = await rt.monitor({ groups: ['ipv4-mroute', 'ipv4-mroute-r'] })
    expect(await daemon.tell('packet mr0p 192.0.2.9 239.1.1.2')).toBe('ok')
    const seen: object[] = []
    for await (const event of events) {
      seen.push(event)
      if (seen.some(one => 'cacheReport' in one) && seen.some(one => 'route' in one)) break
    }
    expect(seen).toContainEqual({
      type: 'cacheReport',
      action: 'new',
      cacheReport: {
        family: 'ipmr',
        msgtype: 'nocache',
        vifId: 0,
        srcAddr: '192.0.2.9',
        dstAddr: '239.1.1.2',
        pkt: expect.any(Uint8Array),
        table: 253,
      },
    })
    const waiting = (await rt.mroute.list()).find(route => route.dst === '239.1.1.2/32')
    expect((waiting?.flags ?? 0) & RTNH_F_UNRESOLVED).toBe(RTNH_F_UNRESOLVED)
    expect(waiting).toMatchObject({ src: '192.0.2.9/32' })
    expect(ipShow('mroute show to 239.1.1.2')).toMatchObject([
      { dst: '239.1.1.2', src: '192.0.2.9', state: 'unresolved' },
    ])
  })

  it('of IPv6 are read', async ctx => {
    await using rt = await open()
    using daemon = new Daemon()
    const answer = await daemon.tell('router6 mr0 mr1')
    if (/not available|not supported/.test(answer)) {
      expect(await rt.mroute.list({ family: 'inet6' })).toEqual([])
      ctx.skip(`the kernel has no multicast routing of IPv6: ${answer}`)
    }
    expect(answer).toBe('ok')
    const [i0, i1] = await Promise.all(['mr0', 'mr1'].map(async name => (await rt.link.get(name)).index))
    expect(await rt.mroute.list({ family: 'inet6' })).toMatchObject([
      { family: 'ip6mr', dst: 'ff05::1/128', src: '2001:db8::7/128', iif: i0, multipath: [{ ifindex: i1 }] },
    ])
    expect(ipShow('-6 mroute show')).toMatchObject([{ dst: 'ff05::1', src: '2001:db8::7', iif: 'mr0' }])
    expect(await rt.mroute.get({ dst: 'ff05::1', src: '2001:db8::7' })).toMatchObject({ family: 'ip6mr', iif: i0 })
    expect(await rejection(rt.mroute.replace({ dst: 'ff05::1', src: '2001:db8::7' }))).toMatchObject({
      fieldPath: 'dst',
    })
  })

  it('have rules of their own', async ctx => {
    await using rt = await open()
    const rules = await rt.rule.list({ family: 'ipmr' }).catch((error: unknown) => error)
    if (NetlinkError.is(rules) && rules.code === 'EAFNOSUPPORT')
      ctx.skip('the kernel has one table of multicast routes')
    expect(rules).toMatchObject([{ family: 'ipmr', table: 253, priority: 32767 }])
    await rt.rule.add({ family: 'ipmr', iifname: 'mr0', table: 100, priority: 77 })
    expect(ip('mrule show')).toMatch(/^77:\s+from all iif mr0 lookup 100/m)
    await rt.rule.delete({ family: 'ipmr', priority: 77 })
    expect(ip('mrule show')).not.toMatch(/^77:/m)
  })
})

describe('router advertisements', () => {
  it('tell of prefixes and options', async () => {
    await using rt = await open()
    using daemon = new Daemon()
    const { index } = await rt.link.get('mr0')
    await rt.link.wait('mr0p', link => link?.operstate === 'up')
    await using events = await rt.monitor({ groups: ['ipv6-prefix', 'nd-useropt'] })
    // The link-local address that it is sent from is tentative for a second.
    await expect
      .poll(() => ipShow('-6 addr show dev mr0p -tentative scope link')[0]?.['addr_info'], { timeout: 5000 })
      .toBeTruthy()
    expect(await daemon.tell('advertise mr0p')).toBe('ok')
    const seen: object[] = []
    for await (const event of events) {
      seen.push(event)
      // Newer kernels hand out the prefix option too.
      if (event.type === 'ndUserOpt' && event.ndUserOpt.opts[0] === 25) break
    }
    expect(seen).toContainEqual({
      type: 'prefix',
      action: 'new',
      prefix: {
        family: 'inet6',
        ifindex: index,
        type: 3,
        flags: expect.any(Number),
        address: '2001:db8:7::/64',
        cacheinfo: { preferredTime: 300, validTime: 600 },
      },
    })
    expect(seen).toContainEqual({
      type: 'ndUserOpt',
      action: 'new',
      ndUserOpt: {
        family: 'inet6',
        ifindex: index,
        icmpType: 134,
        icmpCode: 0,
        opts: Uint8Array.of(25, 3, 0, 0, 0, 0, 4, 176, 32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 83),
        srcaddr: expect.stringMatching(/^fe80::/),
      },
    })
  })
})
