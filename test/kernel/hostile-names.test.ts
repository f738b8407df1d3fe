// Names that mean something to JavaScript: from the caller, and from the kernel, which takes them as names of links,
// namespaces and kinds. None of them may reach a prototype.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeLink, request, toIpJson } from '../../src/codec.js'
import { type Client, type LinkSpec, NetlinkError, open } from '../../src/index.js'
import * as netns from '../../src/netns.js'
import { ipLink } from '../support/iproute2/iproute.js'

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

/** What every object and function has: nothing may come or go. */
const inherited = () =>
  [Object.prototype, Array.prototype, Function.prototype, Uint8Array.prototype, Map.prototype].map(prototype =>
    Reflect.ownKeys(prototype).map(key => [key, Object.getOwnPropertyDescriptor(prototype, key)?.value]),
  )

let before: ReturnType<typeof inherited>
let rt: Client
beforeEach(async () => {
  before = inherited()
  rt = await open()
})
afterEach(async () => {
  await rt.close()
  expect(inherited()).toEqual(before)
})

/** What a call gives or fails with. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return error
  }
}

describe('names that are properties of every object', () => {
  it.each(names)('%s is a link, an alias, an alternative name and a namespace as any other', async name => {
    await rt.link.add({ name, ifalias: name, info: { kind: 'veth', peer: { name: 'peer' } } } as LinkSpec)
    try {
      await rt.link.set(name, { ifalias: name, up: true })
      await rt.link.addAltname(name, [`${name}-and-more-of-it`])
      await rt.addr.add({ dev: name, address: '192.0.2.1/24' })
      const link = await rt.link.get(`${name}-and-more-of-it`)
      expect(link).toMatchObject({ name, ifalias: name, kindName: 'veth' })
      expect(Object.getPrototypeOf(link)).toBe(Object.prototype)
      expect(ipLink(name)).toMatchObject({ ifname: name, ifalias: name })
      const links = await rt.link.list()
      expect(JSON.parse(toIpJson.link(links)).map((each: { ifname: string }) => each.ifname)).toContain(name)
      const addrs: { ifname: string; addr_info: unknown[] }[] = JSON.parse(
        toIpJson.addr(await rt.addr.list({ dev: name }), { links }),
      )
      expect(addrs.filter(each => each.addr_info.length > 0).map(each => each.ifname)).toEqual([name])
      expect((await rt.link.list({ master: 0, kind: 'veth' })).map(each => each.name)).toContain(name)
      expect(await rt.link.deleteMany([name])).toEqual({ failed: [] })
    } finally {
      await rt.link.delete(name, { missingOk: true })
    }
    netns.create(name).close()
    try {
      expect(netns.list().flatMap(entry => entry.names)).toContain(name)
      expect(netns.run(name, () => 7)).toBe(7)
    } finally {
      netns.delete(name)
    }
  })

  it.each(names)('%s is a kind that a kernel may have', name => {
    const info = { kind: 'other', name, data: Uint8Array.of(1) } as const
    const link = { ...decodeLink(new Uint8Array(16)), name: 'x0', kindName: name, info, slaveKindName: name }
    const [output] = JSON.parse(toIpJson.link([link]))
    expect(output.linkinfo).toEqual({ info_kind: name, info_slave_kind: name })
  })

  it.each(names)('%s is no kind, no enumerator, no group, no field and no key', async name => {
    expect(await rt.supports({ kind: name })).toBe(false)
    expect(await rt.link.list({ kind: name })).toEqual([])
    expect(await rt.qdisc.list({ kind: name } as never)).toEqual([])
    // With own properties of these names, as JSON.parse makes them.
    const spec = JSON.parse(`{ "dst": "192.0.2.0/24", "dev": "lo", "${name}": { "polluted": 1 } }`) as never
    const rejected: readonly (readonly [string, () => unknown])[] = [
      ['link kind', () => rt.link.add({ name: 'x0', info: { kind: name } } as never)],
      ['route type', () => rt.route.add({ dst: '192.0.2.0/24', dev: 'lo', type: name } as never)],
      ['scope', () => rt.route.add({ dst: '192.0.2.0/24', dev: 'lo', scope: name } as never)],
      ['family', () => rt.addr.list({ family: name } as never)],
      ['flags', () => rt.addr.add({ dev: 'lo', address: '192.0.2.1/32', flags: [name] } as never)],
      ['group', () => rt.monitor({ groups: [name] as never })],
      ['field', () => rt.route.add(spec)],
      [
        'field of a link',
        () => request.link.add(JSON.parse(`{ "name": "x0", "info": { "kind": "bridge", "${name}": 1 } }`)),
      ],
      ['field of an action', () => request.action.add({ options: JSON.parse(`{ "kind": "gact", "${name}": {} }`) })],
      [
        'field of a qdisc',
        () =>
          request.qdisc.add({
            dev: 1,
            parent: 'root',
            options: JSON.parse(`{ "kind": "tbf", "${name}": {} }`),
          } as never),
      ],
      ['kind of an action', () => request.action.add({ options: { kind: name } } as never)],
      ['kind of a filter', () => rt.filter.add({ dev: 'lo', parent: 'root', kind: name } as never)],
      ['changed field', () => rt.link.set('lo', JSON.parse(`{ "mtu": 65536, "${name}": { "mtu": 1 } }`))],
      ['field of a rule', () => request.rule.add(JSON.parse(`{ "table": 7, "${name}": 1 }`))],
      ['qdisc', () => rt.qdisc.add({ dev: 'lo', parent: 'root', kind: name } as never)],
      ['sysctl', () => netns.sysctl(netns.current(), `net.${name}.${name}`)],
    ]
    for (const [what, call] of rejected) {
      const error = await outcome(call)
      expect(NetlinkError.is(error) || error instanceof TypeError, `${what} ${name}: ${String(error)}`).toBe(true)
    }
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined)
  })
})
