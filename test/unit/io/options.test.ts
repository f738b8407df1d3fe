// What clients, monitors and watches are told: a mistake must not ask for nothing, or for everything.
import { afterAll, describe, expect, test } from 'vitest'
import { open, openSync } from '../../../src/index.js'
import { thrown } from '../../support/vector-build.js'
import { echoing } from './fixtures.js'

const transport = echoing()
const rt = await open({ transport })
afterAll(() => rt.close())

const groups = ['link'] as const

describe('a client', () => {
  test.each([
    { timeoutMs: -1 },
    { timeoutMs: Number.NaN },
    { family: Number.NaN },
    { family: 2 ** 32 },
    { receiveBufferSize: -1 },
    { receiveBufferSize: 1e20 },
    { readSize: 0 },
    { readSize: 15 },
    { readSize: 1e12 },
    { strict: 'no' },
    { stricht: true },
    5,
    [],
    null,
  ])('is not opened with %j', async options => {
    const given =
      Object.prototype.toString.call(options) === '[object Object]' ? { ...(options as object), transport } : options
    expect(thrown(() => openSync(given as never))).toBeInstanceOf(TypeError)
    await expect(open(given as never)).rejects.toBeInstanceOf(TypeError)
    expect(transport.opened).toBe(1)
  })
})

describe('a monitor', () => {
  test.each([
    {},
    { groups: 'link' },
    { groups: [] },
    { groups: ['toString'] },
    { groups: [1.5] },
    { groups: [0] },
    { groups, allNetNs: true },
    { groups, allNetns: 'yes' },
    { groups, signal: null },
    { groups, signal: { throwIfAborted() {} } },
    { groups, bufferBytes: -1 },
    { groups, filter: 5 },
  ])('is not opened with %j', options => {
    expect(thrown(() => rt.monitor(options as never))).toBeInstanceOf(TypeError)
    expect(transport.opened).toBe(1)
  })

  test.each([
    ['tabel', { tabel: 254 }],
    ['ifindex', { ifindex: 'v0' }],
    ['ifindex', { ifindex: 1.5 }],
    ['types', { types: ['newlink'] }],
    ['types', { types: [] }],
    ['types', { types: 16 }],
    ['table', { table: -1 }],
    ['family', { family: 'ipv4' }],
    ['family', { family: 300 }],
  ])('names %s of a wrong filter', (fieldPath, filter) => {
    expect(thrown(() => rt.monitor({ groups, filter } as never))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath,
    })
  })
})

describe('a watch', () => {
  test.each([
    { routes: true },
    { link: true, nexthop: true },
    { link: {} },
    { route: 'main' },
    { link: true, signal: 1 },
    {},
    { link: false, route: undefined },
    null,
  ])('is not begun with %j', options => {
    expect(thrown(() => rt.watch(options as never))).toBeInstanceOf(TypeError)
  })

  test.each([
    ['tabel', { route: { tabel: 254 } }],
    ['table', { addr: { table: 254 } }],
    ['dev', { rule: { dev: 1 } }],
    // Of those a dump shows something and the groups tell nothing.
    ['family', { neigh: { family: 'bridge' } }],
    ['family', { rule: { family: 128 } }],
    ['family', { addr: { family: 'mpls' } }],
    ['family', { route: { family: 'nosuch' } }],
  ])('names %s of a wrong filter', (fieldPath, options) => {
    expect(thrown(() => rt.watch(options as never))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })
})

describe('a dump', () => {
  test('names the field of a wrong filter to whoever would iterate it', () => {
    using blocking = openSync({ transport })
    const wrong = { tabel: 254 } as never
    for (const dump of [
      () => rt.route.dump(wrong),
      () => rt.route.dump(wrong).chunks(),
      () => blocking.route.dump(wrong),
    ])
      expect(thrown(dump)).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'tabel' })
  })
})

describe('a raw message', () => {
  const beyond: unknown[] = [
    { type: 70_000 },
    { type: 18.5 },
    { type: Number.NaN },
    { type: -1 },
    { type: 18, flags: 0x1_0000 },
    { type: 18, flags: '0x300' },
  ]
  const shapeless: unknown[] = [
    { type: '18' },
    { type: 18, payload: 'bytes' },
    { type: 18, payload: [1, 2, 3, 4] },
    { type: 18, payload: new ArrayBuffer(16) },
    { type: 18, payload: new Uint16Array(8) },
    { type: 18, payload: null },
    // As decodeMessage gives it: what it says would not go with it.
    { type: 18, flags: 0, seq: 0, pid: 0, header: { index: 1 }, attrs: {} },
    { type: 18, data: new Uint8Array(16) },
    {},
    null,
    undefined,
    new Uint8Array(15),
  ]
  test.each([
    ...beyond.map(message => ({ message, error: { code: 'ERR_NETLINK_BAD_VALUE', reason: 'encode' } })),
    ...shapeless.map(message => ({ message, error: { name: 'TypeError' } })),
  ])('is not sent of $message', async ({ message, error }) => {
    using blocking = openSync({ transport })
    const sent = transport.requests.length
    await expect(rt.raw.request(message as never)).rejects.toMatchObject(error)
    for (const call of [
      () => rt.raw.dump(message as never),
      () => blocking.raw.request(message as never),
      () => blocking.raw.dump(message as never),
    ])
      expect(thrown(call)).toMatchObject(error)
    expect(transport.requests.length).toBe(sent)
  })
})

describe('link wait', () => {
  test('refuses a predicate that answers later', async () => {
    transport.on(18, request => request.error('ENODEV'))
    const later = rt.link.wait('v0', (async () => Promise.reject(new Error('later'))) as never)
    await expect(later).rejects.toThrow('answers at once')
  })

  test('ends with its own deadline, though the kernel has not answered yet', async () => {
    await using patient = await open({ transport: echoing().on(18, () => {}), timeoutMs: Number.POSITIVE_INFINITY })
    await expect(patient.link.wait('v0', () => true, { timeoutMs: 1 })).rejects.toMatchObject({
      message: 'ERR_NETLINK_TIMEOUT: link v0 was not as wanted within 1 ms',
      cause: { code: 'ERR_NETLINK_TIMEOUT' },
    })
  })

  test.each([{ timeoutMs: Number.NaN }, { timeoutMs: 'x' }, { timeoutMs: -1 }, { signal: 1 }])(
    'refuses %j',
    async options => {
      await expect(rt.link.wait('v0', () => false, options as never)).rejects.toBeInstanceOf(TypeError)
    },
  )
})

describe('a delete', () => {
  test.each([{ missingok: true }, { missingOk: 'yes' }, { missingOk: 1 }, 5, null])(
    'is not sent with %j',
    async options => {
      const sent = transport.requests.length
      await expect(async () => rt.link.delete(1, options as never)).rejects.toBeInstanceOf(TypeError)
      await expect(async () => rt.qdisc.delete({ dev: 1 }, options as never)).rejects.toBeInstanceOf(TypeError)
      using blocking = openSync({ transport })
      expect(thrown(() => blocking.route.delete({ dst: 'default' }, options as never))).toBeInstanceOf(TypeError)
      expect(transport.requests.length).toBe(sent)
    },
  )
})

describe('a call', () => {
  test.each([{ timeout: 5 }, { missingOk: true }, { timeoutMs: '5' }, { signal: 1 }, [], 5, null])(
    'is not sent with %j',
    async given => {
      const options = given as never
      using blocking = openSync({ transport })
      const sent = transport.requests.length
      for (const call of [
        () => rt.addr.add({ dev: 1, address: '192.0.2.1/24' }, options),
        () => rt.link.list({}, options),
        () => rt.link.dump({}, options).next(),
        () => rt.link.deleteMany([1, 2], options),
        () => rt.raw.request({ type: 18 }, options),
        async () => blocking.addr.add({ dev: 1, address: '192.0.2.1/24' }, options),
        async () => blocking.link.list({}, options),
        async () => blocking.link.deleteMany([1, 2], options),
      ])
        await expect(async () => call()).rejects.toBeInstanceOf(TypeError)
      expect(transport.requests.length).toBe(sent)
    },
  )
})

describe('a bulk', () => {
  test.each([{ stopOnErrors: true }, { stopOnError: 'yes' }, { onProgress: 5 }, { timeoutMs: -1 }, null])(
    'does not begin with %j',
    async given => {
      const options = given as never
      using blocking = openSync({ transport })
      const sent = transport.requests.length
      const requests = [rt.request.link.delete(1)]
      await expect(rt.bulk(requests, options)).rejects.toBeInstanceOf(TypeError)
      expect(thrown(() => blocking.bulk(requests, options))).toBeInstanceOf(TypeError)
      expect(transport.requests.length).toBe(sent)
    },
  )
})
