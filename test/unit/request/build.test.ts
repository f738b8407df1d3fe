import { expect, test } from 'vitest'
import { encodeMessage, request } from '../../../src/codec.js'
import { toHex } from '../../support/vector-bytes.js'

/** Routes through 0 to 299 gateways: from 44 bytes to 5 KiB, so that messages end anywhere in the memory that they share. */
const sized = (index: number) => ({
  dst: `10.0.${index >> 8}.${index & 255}/32`,
  ...(index % 3 === 0
    ? { oif: 5 }
    : {
        multipath: Array.from({ length: (7 * index) % 300 }, (_, hop) => ({ gateway: `192.0.2.${hop & 255}`, dev: 7 })),
      }),
})

test('requests do not touch the bytes of those before', () => {
  const built = Array.from({ length: 600 }, (_, index) => {
    const { bytes } = request.route.add(sized(index))
    return { bytes, hex: toHex(bytes) }
  })
  expect(new Set(built.map(({ hex }) => hex)).size).toBe(600)
  for (const [index, { bytes, hex }] of built.entries()) {
    expect(toHex(bytes)).toBe(hex)
    expect(toHex(request.route.add(sized(index)).bytes)).toBe(hex)
  }
})

test('what was refused leaves nothing behind', () => {
  const matches = toHex(request.rule.add({ dst: '192.0.2.1' }).bytes)
  for (const spec of [
    { dst: '192.0.2.1', priority: 2 ** 32 },
    { fwmark: 5, oifname: 'a\0' },
    { table: 300, src: 'x' },
  ]) {
    expect(() => request.rule.add(spec)).toThrow('ERR_NETLINK_BAD_VALUE')
    expect(toHex(request.rule.add({ dst: '192.0.2.1' }).bytes)).toBe(matches)
  }
  const message = { type: 24, flags: 0, seq: 0, pid: 0, header: {}, attrs: { priority: 7 } as object }
  const plain = toHex(encodeMessage(message))
  expect(() => encodeMessage({ ...message, attrs: { priority: 'x' } as object })).toThrow('ERR_NETLINK_BAD_VALUE')
  expect(toHex(encodeMessage(message))).toBe(plain)
})

/** One that is written directly (src/rtnl/usual-route.ts), and one by the tables. */
const ways = [{}, { table: 100 }]

test.each(ways)('a getter may build and encode while a request is built (%j)', more => {
  const inner = () => [
    ...ways.map(way => toHex(request.route.add({ dst: '198.51.100.0/24', oif: 3, ...way }).bytes)),
    toHex(encodeMessage({ type: 24, flags: 0, seq: 0, pid: 0, header: {}, attrs: { priority: 7 } as object })),
  ]
  const matches = inner()
  const built: string[][] = []
  const spec = {
    dst: '192.0.2.0/24',
    ...more,
    get priority() {
      built.push(inner())
      return 9
    },
  }
  const outer = toHex(request.route.add(spec).bytes)
  expect(outer).toBe(toHex(request.route.add({ dst: '192.0.2.0/24', ...more, priority: 9 }).bytes))
  expect(built.length).toBeGreaterThan(0)
  for (const each of built) expect(each).toEqual(matches)
})

test('memory that is given to another thread is not written to', () => {
  const makers = [
    ...ways.map(way => () => request.route.add({ dst: '192.0.2.0/24', oif: 5, ...way }).bytes),
    () => encodeMessage({ type: 24, flags: 0, seq: 0, pid: 0, header: {}, attrs: { priority: 7 } as object }),
  ]
  const matches = makers.map(make => toHex(make()))
  for (const make of makers) {
    const bytes = make()
    structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    expect(bytes.length).toBe(0)
    for (let round = 0; round < 3; round++) expect(makers.map(each => toHex(each()))).toEqual(matches)
  }
})

test('only own fields of a spec go out', () => {
  const spec = Object.assign(Object.create({ mtu: 5, empty: 1 }) as object, {
    name: 'v0',
    info: Object.create({ kind: 'dummy' }) as { kind: 'dummy' },
  })
  expect(toHex(request.link.add(spec).bytes)).toBe(
    toHex(request.link.add({ name: 'v0', info: { kind: 'dummy' } }).bytes),
  )
})
