import { describe, expect, it } from 'vitest'
import { summarize } from '../../../src/rtnl/summary.js'

describe('the one line of a request', () => {
  it('names what was asked, members of info by themselves', () => {
    const spec = { name: 'vx0', mtu: undefined, info: { kind: 'vxlan', id: 16777216 } }
    expect(summarize('link add', spec)).toBe('link add name=vx0 kind=vxlan id=16777216')
    expect(summarize('route list', undefined)).toBe('route list')
  })

  it('names a namespace by what names it', () => {
    const handle = { fd: 7, inode: 4026532154, cookie: 12n }
    const spec = (netns: unknown) => ({ info: { kind: 'veth', peer: { name: 'v1', netns } } })
    expect(summarize('link add', spec(handle))).toBe('link add kind=veth peer.name=v1 peer.netns=fd:7')
    expect(summarize('link add', spec({ pid: 1 }))).toBe('link add kind=veth peer.name=v1 peer.netns=pid:1')
    expect(summarize('link set v0', { netns: 'blue' })).toBe('link set v0 netns=blue')
    expect(summarize('link set v0', { netns: { nsid: 3 } })).toBe('link set v0 netns=nsid:3')
  })

  it('writes lists, bytes, and no more than a dozen', () => {
    expect(summarize('route add', { multipath: [{ dev: 'v0', hops: 1 }, { dev: 'v1' }], raw: new Uint8Array(3) })).toBe(
      'route add multipath=[{dev=v0 hops=1},{dev=v1}] raw=<3 bytes>',
    )
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`k${index}`, index]))
    expect(summarize('x', many)).toBe('x k0=0 k1=1 k2=2 k3=3 k4=4 k5=5 k6=6 k7=7 k8=8 k9=9 k10=10 k11=11 … 3 more')
  })
})
