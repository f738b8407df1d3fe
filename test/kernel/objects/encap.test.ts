// Route encapsulations and MPLS routes in a kernel, seen by `ip`, and the reverse.
// Options of geneve, vxlan and erspan are tried in kernels of our own only: Linux 6.18 with FORTIFY_SOURCE stops at them.
import { beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { NetlinkError, openSync, type RouteSpec } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'
import { requireThat } from '../../support/probe.js'

const { RIK_ENGINE: engine = '' } = process.env
type Encap = NonNullable<RouteSpec['encap']>

interface Case {
  readonly about: string
  readonly encap: Encap
  readonly gateway?: string
  readonly dst?: string
  readonly dev?: string
  /** What `ip` shows among the route's own members. */
  readonly shows: object
  readonly reads?: object
  /** Only where our own kernel may be lost. */
  readonly risky?: true
}

const v6 = '2001:db8:7::/48'
const v4 = '203.0.113.0/24'

const cases: readonly Case[] = [
  {
    about: 'mpls',
    encap: { kind: 'mpls', dst: '100/200', ttl: 9 },
    gateway: '192.0.2.254',
    shows: { encap_type: 'mpls', dst: '100/200', ttl: 9 },
  },
  {
    about: 'ip',
    encap: { kind: 'ip', id: 30n, dst: '203.0.113.9', src: '192.0.2.1', ttl: 5, tos: 4, flags: 4 },
    shows: { encap_type: 'ip', id: 30, src: '192.0.2.1', dst: '203.0.113.9', ttl: 5, tos: 4, key: true },
  },
  {
    about: 'ip6',
    encap: { kind: 'ip6', id: 2n ** 40n, dst: '2001:db8::9', src: '2001:db8::1', hoplimit: 5, tc: 4, flags: 0 },
    dst: v6,
    shows: { encap_type: 'ip6', id: 2 ** 40, src: '2001:db8::1', dst: '2001:db8::9', hoplimit: 5, tc: 4 },
  },
  ...(['inline', 'encap', 'l2encap', 'encap-red', 'l2encap-red'] as const).map(mode => ({
    about: `seg6 ${mode}`,
    encap: { kind: 'seg6', srh: { mode, segments: ['fd00::1', 'fd00::2'] } } as const,
    dst: v6,
    shows: { encap_type: 'seg6', mode: mode.replace('-', '.') },
    // Inline mode leaves the last place to the packet's own destination.
    ...(mode === 'inline' ? {} : { reads: { srh: { mode, segments: ['fd00::1', 'fd00::2'] } } }),
  })),
  { about: 'seg6-local End', encap: { kind: 'seg6-local', action: 'end' }, dst: v6, shows: { action: 'End' } },
  {
    about: 'seg6-local End.X',
    encap: { kind: 'seg6-local', action: 'end-x', nh6: '2001:db8::1' },
    dst: v6,
    shows: { action: 'End.X', nh6: '2001:db8::1' },
  },
  {
    about: 'seg6-local End.DX4',
    encap: { kind: 'seg6-local', action: 'end-dx4', nh4: '192.0.2.9' },
    dst: v6,
    shows: { action: 'End.DX4', nh4: '192.0.2.9' },
  },
  {
    about: 'seg6-local End.DX2',
    encap: { kind: 'seg6-local', action: 'end-dx2', oif: 'r1' },
    dst: v6,
    shows: { action: 'End.DX2', oif: 'r1' },
    reads: { oif: expect.any(Number) },
  },
  {
    about: 'seg6-local End.DT6',
    encap: { kind: 'seg6-local', action: 'end-dt6', table: 100 },
    dst: v6,
    shows: { action: 'End.DT6', table: '100' },
  },
  {
    about: 'seg6-local End.B6.Encaps',
    encap: { kind: 'seg6-local', action: 'end-b6-encap', srh: { segments: ['fd00::1', 'fd00::2'] } },
    dst: v6,
    shows: { action: 'End.B6.Encaps', srh: { segs: ['fd00::1', 'fd00::2'] } },
  },
  {
    about: 'ila',
    encap: {
      kind: 'ila',
      locator: 0x0001000200030004n,
      csumMode: 'no-action',
      identType: 'luid',
      hookType: 'route-input',
    },
    dst: '2001:db8:7::/64',
    shows: { encap_type: 'ila', locator: '1:2:3:4', csum_mode: 'no-action', ident_type: 'luid', hook_type: 'input' },
  },
  {
    about: 'ioam6',
    encap: { kind: 'ioam6', mode: 'inline', freqK: 1, freqN: 2, trace: { namespaceId: 1, type: 0x800000, remlen: 3 } },
    dst: v6,
    shows: { encap_type: 'ioam6', freqk: 1, freqn: 2, mode: 'inline', type: '0x800000', ns: 1, size: 12 },
  },
  {
    about: 'rpl',
    encap: { kind: 'rpl', srh: { segments: ['fd00::1'] } },
    dst: v6,
    shows: { encap_type: 'rpl', segs: ['fd00::1'] },
  },
  {
    about: 'xfrm',
    encap: { kind: 'xfrm', ifId: 42, link: 'r1' },
    shows: { encap_type: 'xfrm', if_id: 42, link_dev: 'r1' },
    reads: { link: expect.any(Number) },
  },
  {
    about: 'ip with geneve options',
    encap: {
      kind: 'ip',
      id: 30n,
      dst: '203.0.113.9',
      opts: { geneve: [{ class: 0x102, type: 0x80, data: Uint8Array.of(1, 2, 3, 4) }] },
    },
    shows: { encap_type: 'ip', geneve_opts: [{ class: 0x102, type: 0x80, data: '01020304' }] },
    risky: true,
  },
  {
    about: 'ip with vxlan options',
    encap: { kind: 'ip', id: 30n, dst: '203.0.113.9', opts: { vxlan: { gbp: 77 } } },
    shows: { encap_type: 'ip', vxlan_opts: [{ gbp: 77 }] },
    risky: true,
  },
  {
    about: 'ip with erspan options',
    encap: { kind: 'ip', id: 30n, dst: '203.0.113.9', opts: { erspan: { ver: 1, index: 123 } } },
    shows: { encap_type: 'ip', erspan_opts: [{ ver: 1, index: 123 }] },
    risky: true,
  },
]

function load(module: string): void {
  try {
    run(`modprobe ${module}`)
  } catch {
    // What needs it skips, with the kernel's words.
  }
}

beforeAll(() => {
  for (const module of ['mpls_router', 'mpls_iptunnel', 'ila']) load(module)
})

beforeEach(() => {
  using rt = openSync()
  for (const name of ['r0', 'r1']) {
    rt.link.delete(name, { missingOk: true })
    rt.link.add({ name, info: { kind: 'ifb' } })
    rt.link.set(name, { afSpec: { inet6: { addrGenMode: 'none' } } })
    rt.link.set(name, { up: true })
  }
  rt.link.set('lo', { up: true })
  rt.addr.add({ dev: 'r0', address: '192.0.2.1/24' })
  rt.addr.add({ dev: 'r0', address: '2001:db8::1/64', flags: ['nodad'] })
})

/** Does what may want a part of the kernel that is not there, and skips the test then. */
function attempt(context: TestContext, task: () => void): void {
  try {
    task()
  } catch (error) {
    const lacking = NetlinkError.is(error) && ['EOPNOTSUPP', 'EAFNOSUPPORT', 'EPROTONOSUPPORT'].includes(error.code)
    if (!lacking) throw error
    context.skip(error.message)
  }
}

describe('an encapsulation', () => {
  for (const one of cases) {
    it(one.about, context => {
      requireThat(context, one.risky !== true || engine !== '', 'it may stop the kernel of the machine')
      const { dst = v4, gateway, encap } = one
      using rt = openSync()
      attempt(context, () => rt.route.add({ dst, dev: one.dev ?? 'r0', gateway, encap }))
      const mine = () =>
        rt.route.list({ table: 254, family: dst === v4 ? 'inet' : 'inet6' }).filter(route => route.dst === dst)
      const [route] = mine()
      if (route === undefined) throw new Error('no route')
      expect(route.encap).toMatchObject({ ...encap, ...one.reads })
      expect(ipShow(`${dst === v4 ? '' : '-6 '}route show ${dst}`)).toMatchObject([{ encap: one.shows }])
      rt.route.delete(route)
      expect(mine()).toEqual([])
      rt.route.add(route)
      expect(mine()).toMatchObject([{ encap: route.encap }])
    })
  }
})

describe('MPLS routes', () => {
  it('are made, read and deleted', context => {
    using rt = openSync()
    try {
      netns.sysctl(netns.current(), 'net.mpls.platform_labels', '1000')
    } catch (error) {
      context.skip(`no MPLS: ${String(error)}`)
    }
    const r0 = rt.link.get('r0').index
    attempt(context, () =>
      rt.route.add({ family: 'mpls', dst: '100', newdst: '200/300', gateway: '192.0.2.254', dev: 'r0' }),
    )
    rt.route.add({
      family: 'mpls',
      dst: '101',
      via: { family: 'inet6', addr: '2001:db8::fe' },
      dev: 'r0',
      ttlPropagate: 1,
    })
    rt.route.add({
      family: 'mpls',
      dst: '103',
      multipath: [
        { newdst: '200', gateway: '192.0.2.2', dev: 'r0' },
        { newdst: '300/301', gateway: '192.0.2.3', dev: 'r0' },
      ],
    })
    ip('-f mpls route add 104 dev lo')
    const routes = rt.route.list({ family: 'mpls' })
    expect(routes).toMatchObject([
      { dst: '100', newdst: '200/300', via: { family: 'inet', addr: '192.0.2.254' }, oif: r0, protocol: 'static' },
      { dst: '101', via: { family: 'inet6', addr: '2001:db8::fe' }, ttlPropagate: 1 },
      { dst: '103', multipath: [{ newdst: '200' }, { newdst: '300/301' }] },
      { dst: '104', oif: 1 },
    ])
    expect(ipShow('-f mpls route')).toMatchObject([
      { dst: '100', to: '200/300', via: { family: 'inet', host: '192.0.2.254' }, dev: 'r0' },
      { dst: '101', via: { family: 'inet6', host: '2001:db8::fe' }, dev: 'r0' },
      { dst: '103', nexthops: [{ to: '200' }, { to: '300/301' }] },
      { dst: '104', dev: 'lo' },
    ])
    for (const route of routes) rt.route.delete(route)
    expect(rt.route.list({ family: 'mpls' })).toEqual([])
    for (const route of routes) rt.route.add(route)
    expect(rt.route.list({ family: 'mpls' })).toEqual(routes)
    expect(rt.route.flush({ family: 'mpls' })).toBe(4)
  })
})
