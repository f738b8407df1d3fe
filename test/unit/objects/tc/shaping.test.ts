// Units of traffic control, and what a request may say of rates and bursts in place of the kernel's structs.
import { describe, expect, it, test } from 'vitest'
import {
  decodeMessage,
  estimator,
  handleText,
  NetlinkError,
  type QdiscSpec,
  rate,
  request,
  size,
  sizeTicks,
  tickSize,
  ticks,
  tickTime,
  time,
  time64,
} from '../../../../src/codec.js'

function rejection(call: () => unknown): NetlinkError {
  try {
    call()
  } catch (error) {
    if (NetlinkError.is(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

// By the tables of tc(8), UNITS: bits and bytes a second, powers of 1,000 and of 1,024.
test.each([
  ['8', 1],
  ['1000bit', 125],
  ['1kbit', 125],
  ['1Kibit', 128],
  ['1.5mbit', 187_500],
  ['1mibit', 131_072],
  ['10gbit', 1_250_000_000],
  ['1gibit', 134_217_728],
  ['2tbit', 250_000_000_000],
  ['1tibit', 137_438_953_472],
  ['7bps', 7],
  ['7KBps', 7000],
  ['7kibps', 7168],
  ['7mbps', 7_000_000],
  ['1MiBps', 1_048_576],
  ['1gbps', 1_000_000_000],
  ['1gibps', 1_073_741_824],
  ['1tbps', 1_000_000_000_000],
  ['1e3kbit', 125_000],
  ['9bit', 1],
])('the rate %s is %i bytes a second', (text, bytes) => {
  expect(rate(text)).toBe(bytes)
})

test('a percentage is of a speed', () => {
  expect(rate('50%', rate('1gbit'))).toBe(62_500_000)
  expect(rejection(() => rate('50%')).message).toContain('"50%" is no percentage of a known speed')
  expect(rejection(() => rate('150%', 8)).code).toBe('ERR_NETLINK_BAD_VALUE')
})

test.each([
  ['250', 250],
  ['1us', 1],
  ['5ms', 5000],
  ['5MSECS', 5000],
  ['2s', 2_000_000],
  ['.5sec', 500_000],
  ['0.0015ms', 1],
])('the time %s is %i microseconds', (text, us) => {
  expect(time(text)).toBe(us)
})

test.each([
  ['250', 250n],
  ['20ns', 20n],
  ['1usec', 1000n],
  ['1.5ms', 1_500_000n],
  ['3600s', 3_600_000_000_000n],
])('the time %s is %i nanoseconds', (text, ns) => {
  expect(time64(text)).toBe(ns)
})

test.each([
  ['1500', 1500],
  ['1500b', 1500],
  ['10k', 10_240],
  ['10kb', 10_240],
  ['1M', 1_048_576],
  ['1gb', 1_073_741_824],
  ['1kbit', 128],
  ['1mbit', 131_072],
  ['1gbit', 134_217_728],
])('the size %s is %i bytes', (text, bytes) => {
  expect(size(text)).toBe(bytes)
})

test.each([
  ['rate', () => rate('10 mbit')],
  ['rate', () => rate('10xbit')],
  ['rate', () => rate('-1mbit')],
  ['rate', () => rate('')],
  ['rate', () => rate('mbit')],
  ['rate', () => rate('99999999tbit')],
  ['rate', () => rate(10 as never)],
  ['time', () => time('5m')],
  ['time', () => time('5ns')],
  ['time', () => time('5000s')],
  ['time', () => time64('5d')],
  ['size', () => size('10kbps')],
  ['size', () => size('4gb')],
  ['size', () => size('constructor')],
])('refuses what is no %s', (what, call) => {
  const error = rejection(call)
  expect([error.reason, error.code]).toEqual(['encode', 'ERR_NETLINK_BAD_VALUE'])
  expect(error.message).toContain(`is no ${what} like`)
})

test('ticks are 64 ns', () => {
  expect(ticks(time('5ms'))).toBe(78_125)
  expect(tickTime(78_125)).toBe(5000)
  expect(sizeTicks(10_240, 125_000)).toBe(1_280_000)
  expect(tickSize(1_280_000, 125_000n)).toBe(10_240)
  expect(sizeTicks(1_000_000, 1)).toBe(0xffff_ffff)
})

test('an estimator has a period of 250 ms to 8 s', () => {
  expect(estimator(time('1s'), time('8s'))).toEqual({ interval: 0, ewmaLog: 3 })
  expect(estimator(time('250ms'), time('1s'))).toEqual({ interval: -2, ewmaLog: 2 })
  expect(estimator(time('10s'), time('20s'))).toBeUndefined()
  expect(estimator(time('1s'), time('1s'))).toBeUndefined()
})

test('handles are text as tc writes it', () => {
  expect([0x10000, 0x1000a, 0xa, 0, 0xffff_ffff, 0xffff_0000].map(handleText)).toEqual([
    '1:',
    '1:a',
    ':a',
    'none',
    'root',
    'ffff:',
  ])
})

type Dict = Record<string, unknown>
const dev = 5
const sent = (spec: QdiscSpec): Dict => {
  const attrs = decodeMessage(request.qdisc.add({ dev, ...spec }).bytes).attrs as { options?: Dict; stab?: Dict }
  return (attrs.options ?? attrs.stab) as Dict
}
const tbf = (options: object) => sent({ options: { kind: 'tbf', ...options } } as QdiscSpec)

describe('what is said of a shape', () => {
  /** What tbf_dump writes: no tables, no burst in bytes, a rate of 10 Mbit/s with bursts of 10,240 bytes. */
  const spec = { cellLog: 0, linklayer: 'ethernet', overhead: 14, cellAlign: 0, mpu: 64, rate: 1_250_000 } as const
  const none = { cellLog: 0, linklayer: 'unaware', overhead: 0, cellAlign: 0, mpu: 0, rate: 0 } as const
  const read = { parms: { rate: spec, peakrate: none, limit: 20_000, buffer: 128_000, mtu: 0 } }

  it('leaves a struct of the kernel as it is', () => {
    expect(tbf(read)).toEqual({ kind: 'tbf', ...read })
  })

  it('changes what it says, and keeps the rest of the struct', () => {
    const changed = tbf({ ...read, rate: rate('20mbit') }) as { parms: Dict; rtab: number[]; burst: number }
    // 10,240 bytes are a burst of 10,226 and what the link adds.
    expect(changed.parms).toMatchObject({ limit: 20_000, buffer: 63_913 })
    expect(changed.parms['rate']).toMatchObject({
      rate: 2_500_000,
      overhead: 14,
      mpu: 64,
      linklayer: 'ethernet',
      cellLog: 3,
    })
    expect(changed.burst).toBe(10_226)
    // 64 bytes at least, at 2.5 MB/s, in ticks of 64 ns.
    expect(changed.rtab.slice(0, 10)).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 450, 500])
  })

  it('goes beyond 32 bits in an attribute of its own', () => {
    const wide = tbf({ rate: rate('80gbit'), burst: 100_000, limit: 1 }) as { parms: Dict; rate64: bigint }
    expect(wide.rate64).toBe(10_000_000_000n)
    expect(wide.parms['rate']).toMatchObject({ rate: 0xffff_ffff })
  })

  it('has a limit of 32 bits at most for a latency, with a peak rate too', () => {
    const slow = { rate: rate('80gbit'), burst: 100_000, latency: time('1s') }
    for (const spec of [slow, { ...slow, peakrate: rate('90gbit'), mtu: 9000 }])
      expect(tbf(spec)).toMatchObject({ parms: { limit: 0xffff_ffff } })
  })

  it('writes HTB_VER >> 16 where a dump says HTB_VER', () => {
    const init = { version: 0x30011, rate2quantum: 10, defcls: 7, debug: 0, directPkts: 12 }
    expect(sent({ options: { kind: 'htb', init, directQlen: 5 } })).toMatchObject({
      init: { version: 3, rate2quantum: 10, defcls: 7 },
      directQlen: 5,
    })
  })

  it('adds the sizes that a dump of a table lacks', () => {
    const made = sent({ kind: 'pfifo', stab: { linklayer: 'atm', overhead: 10 } }) as { base: Dict; data: number[] }
    expect(sent({ kind: 'pfifo', stab: { base: made.base } })).toEqual(made)
    expect(made.data.slice(10, 13)).toEqual([53, 53, 106])
  })

  const bad: readonly [string, object, string, string][] = [
    ['a tbf without a burst', { rate: 1 }, 'options.burst', 'is missing'],
    ['a tbf without a limit', { rate: 1, burst: 2 }, 'options.limit', 'is missing'],
    ['a tbf without a rate', { limit: 1, burst: 2 }, 'options.rate', 'is missing'],
    ['a rate of 0', { rate: 0, burst: 2, limit: 3 }, 'options.rate', 'must be more than 0'],
    ['a rate as text', { rate: '10mbit', burst: 2, limit: 3 }, 'options.rate', '"10mbit" is no amount'],
    ['half a byte', { rate: 1, burst: 2.5, limit: 3 }, 'options.burst', '2.5 is no amount'],
    [
      'a peak rate alone',
      { rate: 1, burst: 2, limit: 3, peakrate: 4 },
      'options.mtu',
      'is missing: a peak rate needs it',
    ],
    [
      'an unknown link layer',
      { rate: 1, burst: 2, limit: 3, linklayer: 'adsl' },
      'options.linklayer',
      '"adsl" is none of',
    ],
    ['a misspelled part', { rate: 1, burst: 2, limit: 3, brust: 4 }, 'options.brust', 'no such attribute'],
  ]
  it.each(bad)('is refused: %s', (_, options, fieldPath, detail) => {
    const error = rejection(() => tbf(options))
    expect([error.code, error.fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', fieldPath])
    expect(error.message).toContain(detail)
  })

  it('refuses a table of sizes that no attribute holds', () => {
    const error = rejection(() => sent({ kind: 'pfifo', stab: { linklayer: 'atm', tsize: 40_000 } }))
    expect(error.fieldPath).toBe('stab.tsize')
  })
})

describe('a handle', () => {
  it.each([
    ['1', 'parent'],
    ['12345:', 'handle'],
    [':', 'handle'],
    ['1:g', 'parent'],
    ['egress', 'parent'],
  ])('%s is refused', (text, field) => {
    const error = rejection(() => request.qdisc.add({ dev, kind: 'pfifo', [field]: text }))
    expect([error.code, error.fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', field])
  })

  it('needs a link', () => {
    expect(rejection(() => request.qdisc.get({ parent: 'root' })).fieldPath).toBe('dev')
  })
})
