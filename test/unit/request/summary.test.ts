import { describe, expect, it } from 'vitest'
import { summarize } from '../../../src/request/summary.js'

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
    expect(summarize('x', many)).toBe('x k0=0 k1=1 k2=2 k3=3 k4=4 k5=5 k6=6 k7=7 k8=8 k9=9 k10=10 k11=11 …')
    expect(summarize('x', { a: { b: {} }, big: 5n, sign: -1 })).toBe('x a.b={} big=5 sign=-1')
  })

  it('is short, and quickly made, of whatever was asked', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const around: unknown[] = []
    around.push(around)
    let tree: unknown = {}
    let lists: unknown = [1]
    for (let depth = 0; depth < 22; depth++) {
      tree = { a: tree, b: tree }
      lists = [lists, lists]
    }
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const thrower = () => {
      throw new Error('gone')
    }
    const empty = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, undefined]))
    const values: unknown[] = [cycle, around, tree, lists, revoked.proxy, { toString: thrower }, Object.create(null)]
    values.push(
      Array.from({ length: 1000 }, () => empty),
      Symbol('x'.repeat(1000)),
      new Array(2 ** 32 - 1),
      2n ** 100_000n,
    )
    values.push('x'.repeat(2 ** 24), new Uint8Array(2 ** 24), new Uint16Array(2 ** 24), [new Uint8Array(2 ** 24)])
    values.push(
      { netns: revoked.proxy },
      new Proxy({}, { ownKeys: thrower, get: thrower }),
      () => 'x'.repeat(1000),
      class {},
    )
    const from = performance.now()
    for (const value of values) {
      expect(summarize('x', { value, list: [value], info: { value }, netns: { fd: value } }).length).toBeLessThan(2000)
      expect(summarize('x', value as object).length).toBeLessThan(2000)
    }
    expect(performance.now() - from).toBeLessThan(2000)
    expect(summarize('x', { value: tree, after: 1 })).toMatch(/^x value\.a\.a\.a\.a\.a\.a=an object .* …$/)
    expect(summarize('x'.repeat(1000), { name: 'y'.repeat(1000) })).toBe(`${'x'.repeat(150)}… name=${'y'.repeat(145)}…`)
  })

  it('leaves out what throws', () => {
    const spec = {
      name: 'd0',
      get mtu(): number {
        throw new Error('gone')
      },
    }
    expect(summarize('link add', spec)).toBe('link add name=d0 …')
    expect(summarize('link add', { peers: [spec], kind: 'x' })).toBe('link add peers=[{name=d0 …}] kind=x')
  })
})
