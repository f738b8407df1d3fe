// The oracle can fail: each thing that it is to notice is done to it.
import { describe, expect, it, vi } from 'vitest'
import { hexdump, NetlinkError } from '../../../src/codec.js'
import { messageCodec } from '../../../src/objects/protocol.js'
import { rtnexthop } from '../../../src/objects/route/codecs/multipath.js'
import { checkHexdump } from '../../../src/testing/fuzz/check-hexdump.js'
import { checkTime } from '../../../src/testing/fuzz/check-time.js'
import { checkValue, isSame } from '../../../src/testing/fuzz/check-value.js'
import { isKnownPath } from '../../../src/testing/fuzz/paths.js'
import { answerTo, ScenarioKernel } from '../../../src/testing/scenario/scenario-kernel.js'
import { allowed, type Outcome } from '../../../src/testing/scenario/scenario-outcome.js'
import { fuzzOne, type ScenarioStep } from '../../../src/testing.js'
import { Writer } from '../../../src/wire/writer.js'
import { attr, newLink, newRoute, text } from '../../support/vector-build.js'

const link = newLink(attr(3, text('eth0')))

describe('decoders that are held to what the library is', () => {
  it.each<[string, (bytes: Uint8Array) => unknown, RegExp]>([
    ['throw another error', () => Object.keys(undefined as never), /no broken framing/],
    [
      'throw a NetlinkError of another sort',
      () => {
        throw new NetlinkError({ reason: 'encode', code: 'ERR_NETLINK_BAD_VALUE' })
      },
      /no broken framing/,
    ],
    ['give the bytes themselves', bytes => ({ data: [bytes.subarray(1)] }), /not a copy/],
    ['write into the bytes', bytes => bytes.fill(0, 20, 21), /not a copy|has written/],
    ['write beside them', bytes => new Uint8Array(bytes.buffer).fill(1, 0, 4).length, /has written/],
    ['set a prototype', () => Object.create({ name: 'x' }), /prototype/],
  ])('do not pass when they %s', (_, decode, message) => {
    expect(() => fuzzOne(link, { decoders: [decode] })).toThrow(message)
  })

  it('do not pass when they change all objects', () => {
    const decode = () => Object.assign(Object.prototype, { polluted: true }) && undefined
    try {
      expect(() => fuzzOne(link, { decoders: [decode] })).toThrow(/polluted/)
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted')
    }
  })

  it('pass when they return, or throw for broken framing', () => {
    const broken = () => {
      throw new NetlinkError({ reason: 'decode', code: 'ERR_NETLINK_BAD_MESSAGE' })
    }
    fuzzOne(link, { decoders: [bytes => bytes.length, broken, bytes => bytes.slice()] })
  })
})

describe('what the oracle looks at', () => {
  it('is every byte of a hexdump', () => {
    const lines = hexdump(link).split('\n')
    checkHexdump(lines.join('\n'), link)
    for (const index of lines.keys())
      expect(() => checkHexdump(lines.toSpliced(index, 1).join('\n'), link), `without line ${index}`).toThrow()
    expect(() => checkHexdump(lines.join('\n').replace('65', '66'), link)).toThrow()
  })

  it('is time in processor time', () => {
    const slow = () => {
      const began = process.cpuUsage()
      while (process.cpuUsage(began).user < 100_000);
    }
    expect(() => checkTime(1000, link, [slow])).toThrow(/take \d+ ms/)
    checkTime(1000, link, [() => {}])
    checkTime(1, link, [slow])
  })

  it('is the time of encoding too', () => {
    const { encode } = rtnexthop
    const slow = vi.spyOn(rtnexthop, 'encode').mockImplementation((...args) => {
      const began = process.cpuUsage()
      while (process.cpuUsage(began).user < 60_000);
      encode(...args)
    })
    try {
      expect(() => fuzzOne(newRoute(attr(9, [8, 0, 0, 0, 1, 0, 0, 0])))).toThrow(/take \d+ ms: encodeAll/)
    } finally {
      slow.mockRestore()
    }
  })

  it('is the order of attributes, and their flag bits', () => {
    const bytes = newLink(attr(0x4003, text('eth0')), attr(4, [220, 5, 0, 0]))
    fuzzOne(bytes)
    const { beginAttribute } = Writer.prototype
    const changed = vi.spyOn(Writer.prototype, 'beginAttribute').mockImplementation(function (this: Writer, type) {
      return beginAttribute.call(this, type & 0x3fff)
    })
    try {
      expect(() => fuzzOne(bytes)).toThrow('flag bits')
    } finally {
      changed.mockRestore()
    }
  })

  it('is whether places exist', () => {
    const codec = messageCodec(16)
    const real = [
      'mtu',
      'index',
      'linkinfo.kind',
      'linkinfo.data(vlan).id',
      'linkinfo.data(bond).arpIpTarget[3]',
      '999',
      '999.1',
    ]
    const none = [
      'nothing',
      'linkinfo.mtu',
      'linkinfo.data(vlan).port',
      'linkinfo.data(none)',
      'mtu.id',
      '4',
      'linkinfo.1',
      '999.x',
    ]
    expect(real.filter(path => !isKnownPath(codec, path))).toEqual([])
    expect(none.filter(path => isKnownPath(codec, path))).toEqual([])
  })

  it('is whether values are the same', () => {
    const value = { a: [1, 2n, { b: Uint8Array.of(1) }], c: undefined }
    expect(isSame(value, structuredClone(value))).toBe(true)
    for (const other of [
      { ...value, a: [1, 2n] },
      { ...value, a: [1, 2, { b: Uint8Array.of(1) }] },
      { a: value.a },
      { ...value, a: [1, 2n, { b: [1] }] },
      null,
    ])
      expect(isSame(value, other)).toBe(false)
    expect(() => checkValue({ a: [new Date(0)] }, new ArrayBuffer(0))).toThrow(/prototype/)
  })
})

describe('what scenarios allow', () => {
  const step = (
    name: ScenarioStep['do'],
    ...hows: readonly ScenarioStep['answers'][number]['how'][]
  ): ScenarioStep => ({
    do: name,
    number: 1,
    answers: hows.map(how => ({ how, noise: [], held: false, merged: false })),
  })
  const error = (code: string) => new NetlinkError({ reason: 'protocol', code })
  const judge =
    (what: ScenarioStep, result: Outcome['result'], rows: unknown[] = []) =>
    () => {
      const kernel = new ScenarioKernel(true, 128, true)
      kernel.plan(1, what, what.answers)
      const [requested] = kernel.requested.values()
      if (requested !== undefined) requested.socket = kernel.transport.open({ protocol: 0, strict: true })
      allowed(kernel, { step: what, first: 1, rows, reason: undefined, result }, 'ERR_NETLINK_CLOSED', false)
    }

  it('is the answer that was meant', () => {
    judge(step('get', 'ok'), { value: answerTo(1) })()
    expect(judge(step('get', 'ok'), { value: answerTo(2) })).toThrow()
    expect(judge(step('get', 'error'), { value: answerTo(1) })).toThrow()
    expect(judge(step('change', 'error'), { value: undefined })).toThrow()
    expect(judge(step('list', 'ok'), { value: [1] })).toThrow()
    expect(judge(step('dump', 'ok'), { value: 'read' })).toThrow()
    expect(judge(step('dump', 'ok', 'ok'), { value: 'left' }, [1001])).toThrow()
    expect(judge(step('bulk', 'error'), { value: { sent: 1, failed: [], unknown: [] } })).toThrow()
    expect(judge(step('bulk', 'ok'), { value: { sent: 1, failed: [], unknown: [0] } })).toThrow()
  })

  it('is the error that happened', () => {
    judge(step('get', 'gap'), { error: error('ERR_NETLINK_OVERRUN') })()
    judge(step('get', 'error'), { error: error('EBUSY') })()
    expect(judge(step('get', 'ok'), { error: error('ERR_NETLINK_OVERRUN') })).toThrow()
    expect(judge(step('get', 'error'), { error: error('EPERM') })).toThrow()
    expect(judge(step('get', 'ok'), { error: error('ERR_NETLINK_CLOSED') })).toThrow()
    expect(judge(step('get', 'lost'), { error: new Error('EBUSY') })).toThrow()
  })
})
