// Labs before anything is made: what is left out is filled in, what cannot be is refused, and the topology as text and picture.
import { describe, expect, it, vi } from 'vitest'
import { NetlinkError } from '../../src/index.js'
import { labSvg, labText } from '../../src/network/lab/draw.js'
import {
  type LabEnd,
  type LabHost,
  type LabLink,
  type LabRoute,
  type LabShape,
  type LabSpec,
  type LabSwitch,
  planLab,
} from '../../src/network/lab/plan.js'

const spec: LabSpec = {
  hosts: { a: {}, b: {}, r: { forward: true } },
  switches: ['s'],
  links: [
    'a 10.0.0.1/24 fd00::1/64 -- s',
    {
      endpoints: [{ node: 's', ifname: 'left' }, 'r:lan 10.0.0.254/24'],
      rate: '10mbit',
      delay: '20ms',
      jitter: '2ms',
      loss: 1.5,
    },
    'r 10.0.1.254/24 -- b:eth7 10.0.1.1/24',
  ],
}

describe('a lab', () => {
  it('names the ends that were not named, and keeps the others', () => {
    const { links } = planLab(spec)
    expect(
      links.map(({ endpoints }) =>
        endpoints.map(({ node, ifname, addresses }) => [node, ifname, ...addresses].join(' ')),
      ),
    ).toEqual([
      ['a eth0 10.0.0.1/24 fd00::1/64', 's p0'],
      ['s left', 'r lan 10.0.0.254/24'],
      ['r eth0 10.0.1.254/24', 'b eth7 10.0.1.1/24'],
    ])
  })

  it('looks for each default name once, however many there are', () => {
    const count = 1000
    const has = vi.spyOn(Set.prototype, 'has')
    const { links } = planLab({ hosts: ['a'], switches: ['s'], links: Array(count).fill('a -- s') })
    const calls = has.mock.calls.length
    has.mockRestore()
    expect(links.at(-1)?.endpoints.map(({ ifname }) => ifname)).toEqual([`eth${count - 1}`, `p${count - 1}`])
    expect(calls).toBeLessThan(10 * count)
    const passed = planLab({ hosts: ['a'], links: ['a:eth0 -- a', 'a:eth3 -- a', 'a -- a'] }).links
    expect(passed.flatMap(({ endpoints }) => endpoints.map(({ ifname }) => ifname)).join()).toBe(
      'eth0,eth1,eth3,eth2,eth4,eth5',
    )
  })

  it.each<[string, LabSpec, string]>([
    ['a node that is not there', { hosts: ['a'], links: ['a -- b'] }, 'links[0].ends[1].node'],
    [
      'addresses of a switch',
      { hosts: ['a'], switches: ['s'], links: ['a -- s 10.0.0.1/24'] },
      'links[0].ends[1].addresses',
    ],
    [
      'a name that the kernel would complete',
      { hosts: ['a', 'b'], links: ['a -- b:eth%d'] },
      'links[0].ends[1].ifname',
    ],
    [
      'a name of a link that is too long',
      { hosts: ['a', 'b'], links: ['a:abcdefghijklmnop -- b'] },
      'links[0].ends[0].ifname',
    ],
    [
      'a host whose name is that of the switches',
      { name: 'lab', hosts: ['switches'], switches: ['s'], links: [] },
      'hosts',
    ],
    ['one name for two links', { hosts: ['a', 'b'], links: ['a:x -- b', 'a:x -- b'] }, 'links[1].ends[0].ifname'],
    [
      'a port with the name of a switch',
      { hosts: ['a'], switches: ['s'], links: ['a -- s:s'] },
      'links[0].ends[1].ifname',
    ],
    ['one end', { hosts: ['a'], links: ['a'] }, 'links[0]'],
    ['three ends', { hosts: ['a'], links: ['a -- a -- a'] }, 'links[0]'],
    ['a host that is a switch', { hosts: ['a'], switches: ['a'], links: [] }, 'switches'],
    ['a name twice', { hosts: ['a', 'a'], links: [] }, 'hosts'],
    ['a name that is none', { hosts: ['a/b'], links: [] }, 'hosts'],
    [
      'a jitter without a delay',
      { hosts: ['a', 'b'], links: [{ endpoints: ['a', 'b'], jitter: '1ms' }] },
      'links[0].jitter',
    ],
    ['an option that there is not', { hosts: [], links: [], nodes: ['a'] } as LabSpec, 'nodes'],
    ['one of a host', { hosts: { a: { forwards: true } as LabHost }, links: [] }, 'hosts.a.forwards'],
    [
      'one of a route',
      { hosts: { a: { routes: [{ dst: 'default', via: '10.0.0.1' } as LabRoute] } }, links: [] },
      'hosts.a.routes[0].via',
    ],
    ['one of a switch', { hosts: [], switches: { s: { MTU: 1400 } as LabSwitch }, links: [] }, 'switches.s.MTU'],
    [
      'one of a link',
      { hosts: ['a'], links: [{ endpoints: ['a', 'a'], latency: '1ms' } as LabLink] },
      'links[0].latency',
    ],
    [
      'one of an end',
      { hosts: ['a'], links: [{ endpoints: [{ node: 'a', address: '10.0.0.1/24' } as LabEnd, 'a'] }] },
      'links[0].ends[0].address',
    ],
    ['more loss than there is', { hosts: ['a', 'b'], links: [{ endpoints: ['a', 'b'], loss: 101 }] }, 'links[0].loss'],
    ['two names of one end', { hosts: ['a', 'b'], links: ['a:x:y 10.0.0.1/24 -- b'] }, 'links[0].ends[0]'],
    ['an end whose name is empty', { hosts: ['a', 'b'], links: ['a -- b: 10.0.0.1/24'] }, 'links[0].ends[1]'],
    ['a shaping that there is not', { hosts: [], links: [], shaping: 'yes' as 'required' }, 'shaping'],
    ['a rate that is none', { hosts: ['a'], links: [{ endpoints: ['a', 'a'], rate: '10mbits' }] }, 'links[0].rate'],
    ['a delay that is none', { hosts: ['a'], links: [{ endpoints: ['a', 'a'], delay: '1 h' }] }, 'links[0].delay'],
    [
      'a jitter that is none',
      { hosts: ['a'], links: [{ endpoints: ['a', 'a'], delay: '5ms', jitter: 'much' }] },
      'links[0].jitter',
    ],
  ])('refuses %s', (_, wrong, fieldPath) => {
    let error: unknown
    try {
      planLab(wrong)
    } catch (caught) {
      error = caught
    }
    if (!NetlinkError.is(error)) throw new Error(`threw ${String(error)}`)
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })

  it.each<[unknown, string]>([
    [undefined, 'a lab is { hosts, links, switches, name, shaping }'],
    [null, 'a lab is { hosts, links, switches, name, shaping }'],
    [{}, 'hosts: a list of names, or an object by name'],
    [{ hosts: ['a'] }, 'links: a list of { endpoints } and texts like "a 10.0.0.1/24 -- b"'],
    [{ hosts: { a: null }, links: [] }, 'hosts.a: a host is { forward, gateway, routes, sysctls }'],
    [{ hosts: ['a'], links: [null] }, 'links[0]: a link is { endpoints, mtu, rate, delay, jitter, loss }'],
    [{ hosts: ['a'], links: [{ endpoints: ['a'] }] }, 'links[0].ends: a list of two ends'],
  ])('%j is no lab', (wrong, words) => {
    expect(() => planLab(wrong as LabSpec)).toThrow(new TypeError(words))
  })

  it('takes undefined for what is left out', () => {
    const empty = undefined
    const end: LabEnd = { node: 'a', ifname: empty, addresses: empty, mac: empty }
    const shape: LabShape = { rate: empty, delay: empty, jitter: empty, loss: empty }
    const route: LabRoute = { dst: 'default', gateway: empty, dev: empty }
    const host: LabHost = { forward: empty, gateway: empty, routes: [route], sysctls: empty }
    const link: LabLink = { endpoints: [end, 's'], mtu: empty, ...shape }
    const plan = planLab({
      name: empty,
      shaping: empty,
      hosts: { a: host },
      switches: { s: { mtu: empty, stp: empty } },
      links: [link],
    })
    expect(plan.links).toEqual(planLab({ hosts: ['a'], switches: ['s'], links: ['a -- s'] }).links)
  })

  it('is text', () => {
    expect(labText('lab x', planLab(spec)).split('\n')).toEqual([
      'lab x: 3 hosts, 1 switch, 3 links',
      'a',
      '  eth0 10.0.0.1/24 fd00::1/64 ── s p0',
      'b',
      '  eth7 10.0.1.1/24 ── r eth0',
      'r (router)',
      '  lan 10.0.0.254/24  ── s left  [10mbit, 20ms ± 2ms, 1.5 % lost]',
      '  eth0 10.0.1.254/24 ── b eth7',
      's (switch)',
      '  p0   ── a eth0',
      '  left ── r lan  [10mbit, 20ms ± 2ms, 1.5 % lost]',
    ])
  })

  it('is a picture that names everything, and nothing twice at one place', () => {
    const svg = labSvg('lab <x>', planLab(spec))
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    for (const text of ['lab &lt;x&gt;', '>a<', '>b<', '>r<', '>s<', '10.0.1.254/24', '20ms ± 2ms'])
      expect(svg).toContain(text)
    const nodes = [...svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)"/g)].map(([, x, y]) => `${x},${y}`)
    expect(nodes).toHaveLength(4)
    expect(new Set(nodes).size).toBe(4)
    expect(svg.match(/<line /g)).toHaveLength(3)
    expect(svg).not.toContain('NaN')
  })
})
