// What nearly all messages of a dump are has a decoder of its own, which knows the order in which a kernel puts their attributes
// (codegen/emit-usual.ts): this kernel must be such a one, or its dumps are slower than they need to be.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSync, type Request } from '../../../src/index.js'
import { request } from '../../../src/rtnetlink/requests.js'
import { viewOf } from '../../../src/wire/nlmsghdr.js'

const AF_INET = 2
const AF_INET6 = 10

beforeEach(() => {
  using rt = openSync()
  rt.link.add({ name: 'u0', up: true, info: { kind: 'veth', peer: { name: 'u1' } } })
  rt.link.set('u1', { up: true })
  rt.addr.add({ dev: 'u0', address: '192.0.2.1/24', broadcast: '192.0.2.255' })
  rt.addr.add({ dev: 'u0', address: '2001:db8::1/64', flags: ['nodad'] })
  rt.route.add({ dst: '198.51.100.0/24', gateway: '192.0.2.9' })
  rt.route.add({ dst: '203.0.113.0/24', dev: 'u0', prefsrc: '192.0.2.1' })
  rt.route.add({ dst: 'default', gateway: '192.0.2.9', priority: 100 })
  rt.route.add({ dst: '2001:db8:5::/48', gateway: '2001:db8::9' })
  rt.route.add({ dst: '2001:db8:6::/48', dev: 'u0' })
  rt.neigh.add({ dev: 'u0', dst: '192.0.2.7', lladdr: '02:00:00:00:00:07' })
  rt.neigh.add({ dev: 'u0', dst: '2001:db8::7', lladdr: '02:00:00:00:00:07' })
})

afterEach(() => {
  using rt = openSync()
  rt.link.delete('u0')
})

it.each<[string, Request<object>]>([
  ['addresses', request.addr.dump()],
  ['routes', request.route.dump()],
  ['neighbours', request.neigh.dump()],
])('%s of a dump have what most have, in its order', (_, dump) => {
  using rt = openSync()
  const rows = [...rt.raw.dump(dump.bytes)].map(row => row.payload)
  const unusual = rows.filter(row => dump.decodeFast?.(row, viewOf(row), 0, row.length) === undefined)
  expect(unusual).toEqual([])
  expect(new Set(rows.map(([family]) => family))).toEqual(new Set([AF_INET, AF_INET6]))
})
