// What is not said is what `tc` takes then: of two links, one told by `tc` and one by us, it shows the same.
import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ActionSpec,
  type ClassSpec,
  type FilterSpec,
  openSync,
  type QdiscSpec,
  rate,
  redOptions,
  size,
  ticks,
  time,
} from '../../../../src/index.js'
import { run } from '../../../support/iproute2/iproute.js'
import { requireQdisc, requireThat } from '../../../support/probe.js'

const dev = 'q0'
const far = 'q1'

beforeEach(() => {
  using rt = openSync()
  for (const name of [dev, far]) {
    rt.link.add({ name, numTxQueues: 4, info: { kind: 'veth', peer: { name: `${name}-peer` } } })
    rt.link.set(`${name}-peer`, { up: true })
    rt.link.set(name, { up: true })
  }
})
afterEach(() => {
  using rt = openSync()
  for (const name of [dev, far]) rt.link.delete(name)
})

/** Compares what `tc` shows of both links, without what differs by chance. */
function expectSame(what: string, ref = ''): void {
  const [ours, theirs] = [dev, far].map(name =>
    // Of multiq it writes no JSON.
    run(`tc -d ${what} show dev ${name}${ref}`)
      .replaceAll(name, 'DEV')
      .replaceAll(/(seed|index|direct_packets_stat|police) \w+/g, '$1'),
  )
  expect(ours).not.toBe('')
  expect(ours).toBe(theirs)
}

const bare = ['bfifo', 'cbs', 'hfsc', 'htb', 'multiq', 'netem', 'pfifo', 'pfifo_head_drop', 'prio', 'sfb', 'skbprio']

describe.each(bare)('a bare %s', kind => {
  it.for([{ kind }, { options: { kind } as never }])('is that of tc: %o', (spec, context) => {
    requireQdisc(context, dev, kind)
    using rt = openSync()
    run(`tc qdisc add dev ${far} root handle 1: ${kind}`)
    rt.qdisc.add({ ...spec, dev, handle: '1:' })
    expectSame('qdisc')
  })
})

it.for(['pfifo_fast', 'sfq'] as const)('a bare %s is replaced again', (kind, context) => {
  requireQdisc(context, dev, kind)
  using rt = openSync()
  for (const spec of [{ kind }, { options: { kind } }, { options: { kind } }])
    rt.qdisc.replace({ ...spec, dev, handle: '1:' })
  for (const _ of [1, 2]) run(`tc qdisc replace dev ${far} root handle 1: ${kind}`)
  expectSame('qdisc')
})

const half = 0x8000_0000
const delay = { kind: 'netem', latency64: 5_000_000n } as const

it.for<[string, QdiscSpec['options']]>([
  ['prio bands 4', { kind: 'prio', bands: 4 }],
  ['prio priomap 0 0 1 1', { kind: 'prio', priomap: [0, 0, 1, 1] }],
  ['netem delay 5ms', delay],
  ['netem delay 5ms reorder 50%', { ...delay, reorder: { probability: half } }],
  ['netem loss state 50%', { kind: 'netem', lossModel: { gi: { p13: half } } }],
  ['netem loss state 50% 50%', { kind: 'netem', lossModel: { gi: { p13: half, p31: half } } }],
  ['netem loss gemodel 50%', { kind: 'netem', lossModel: { ge: { p: half } } }],
  ['netem slot 5ms', { kind: 'netem', slot: { minDelay: 5_000_000n } }],
  ['sfb limit 100', { kind: 'sfb', parms: { limit: 100 } }],
  ['sfb target 10', { kind: 'sfb', parms: { binSize: 10 } }],
  ['sfb max 50', { kind: 'sfb', parms: { max: 50 } }],
  ['htb default 10', { kind: 'htb', init: { defcls: 0x10 } }],
  ['cake rtt 10ms', { kind: 'cake', rtt: 10_000 }],
  ['ets strict 1 quanta 1000 2000', { kind: 'ets', nstrict: 1, quanta: { quantaBand: [1000, 2000] } }],
  [
    'red limit 60000 avpkt 1000 min 10000 ecn nodrop',
    { kind: 'red', ...redOptions({ limit: 60_000, avpkt: 1000, min: 10_000, flags: ['ecn', 'nodrop'] }) },
  ],
])('%s is that of tc', ([words, options], context) => {
  requireQdisc(context, dev, options?.kind ?? '')
  using rt = openSync()
  run(`tc qdisc add dev ${far} root handle 1: ${words}`)
  rt.qdisc.add({ dev, handle: '1:', options })
  expectSame('qdisc')
})

it.for<[string, string, QdiscSpec['options']]>([
  ['netem limit 500', 'netem delay 5ms', delay],
  ['cake rtt 10ms', 'cake rtt 200ms', { kind: 'cake', rtt: 200_000 }],
  ['pfifo limit 5', 'pfifo', { kind: 'pfifo' }],
  ['prio bands 4', 'prio bands 5', { kind: 'prio', bands: 5 }],
  ['sfb limit 50', 'sfb target 7', { kind: 'sfb', parms: { binSize: 7 } }],
  ['skbprio limit 5', 'skbprio', { kind: 'skbprio' }],
])('%s is changed to %s as by tc', ([before, words, options], context) => {
  requireQdisc(context, dev, options?.kind ?? '')
  using rt = openSync()
  for (const name of [dev, far]) run(`tc qdisc add dev ${name} root handle 1: ${before}`)
  run(`tc qdisc change dev ${far} root ${words}`)
  rt.qdisc.set({ dev, options })
  expectSame('qdisc')
})

it('a netem of which only the delay is given lets packets pass', async context => {
  requireQdisc(context, dev, 'netem')
  using rt = openSync()
  rt.addr.add({ dev, address: '192.0.2.1/24' })
  rt.neigh.add({ dev, dst: '192.0.2.2', lladdr: '02:00:00:00:00:02', state: ['permanent'] })
  rt.qdisc.add({ dev, handle: '1:', options: { kind: 'netem', latency64: 1000n } })
  const socket = createSocket('udp4')
  await new Promise(resolve => socket.send('x', 9, '192.0.2.2', resolve))
  await new Promise<void>(resolve => socket.close(() => resolve()))
  await expect.poll(() => rt.qdisc.get({ dev, handle: '1:' }).stats2?.basic?.packets).toBeGreaterThan(0)
  expect(rt.qdisc.get({ dev, handle: '1:' }).stats2?.queue?.drops).toBe(0)
})

it('a netem that was read and is not changed keeps its limit', context => {
  requireQdisc(context, dev, 'netem')
  using rt = openSync()
  run(`tc qdisc add dev ${dev} root handle 1: netem limit 500`)
  const before = rt.qdisc.get({ dev, handle: '1:' })
  rt.qdisc.set(before)
  rt.qdisc.replace(before)
  expect(rt.qdisc.get({ dev, handle: '1:' }).options).toEqual(before.options)
})

it('a netem that was read takes what is said in ticks, and reorders', context => {
  requireQdisc(context, dev, 'netem')
  using rt = openSync()
  run(`tc qdisc add dev ${dev} root handle 1: netem delay 5ms 1ms`)
  for (const change of [
    { latency: ticks(time('20ms')) },
    { jitter: ticks(time('2ms')) },
    { reorder: { probability: half } },
  ]) {
    const before = rt.qdisc.get({ dev })
    rt.qdisc.set({ ...before, options: { ...before.options, ...change } as never })
  }
  run(`tc qdisc add dev ${far} root handle 1: netem delay 20ms 2ms reorder 50%`)
  expectSame('qdisc')
})

it('a red that was read loses and gets flags', context => {
  requireQdisc(context, dev, 'red')
  using rt = openSync()
  run(`tc qdisc add dev ${dev} root handle 1: red limit 60000 avpkt 1000 ecn bandwidth 10mbit`)
  const set = (flags: readonly ('ecn' | 'nodrop')[]) => {
    const before = rt.qdisc.get({ dev })
    if (before.options?.kind !== 'red') return expect.fail('no red')
    rt.qdisc.set({ ...before, options: { ...before.options, parms: { ...before.options.parms, flags } } })
    const { options } = rt.qdisc.get({ dev })
    return options?.kind === 'red' ? options.flags?.value : undefined
  }
  expect(set([])).toBe(0)
  expect(set(['ecn', 'nodrop'])).toBe(9)
})

it('a cake that was read has the target of the round trip that it gets', context => {
  requireQdisc(context, dev, 'cake')
  using rt = openSync()
  run(`tc qdisc add dev ${dev} root handle 1: cake rtt 10ms`)
  const before = rt.qdisc.get({ dev })
  if (before.options?.kind !== 'cake') return expect.fail('no cake')
  expect(before.options.target).toBe(500)
  rt.qdisc.set({ ...before, options: { ...before.options, rtt: 200_000 } })
  expect(rt.qdisc.get({ dev }).options).toEqual({ ...before.options, rtt: 200_000, target: 10_000 })
  rt.qdisc.set({ ...before, options: { ...before.options, target: 700 } })
  expect(rt.qdisc.get({ dev }).options).toEqual({ ...before.options, target: 700 })
})

const mbit = rate('1mbit')

it.for<[string, ClassSpec['options']]>([
  ['htb rate 1mbit', { kind: 'htb', parms: { rate: { rate: mbit } } }],
  ['htb rate 1mbit ceil 2mbit', { kind: 'htb', parms: { rate: { rate: mbit }, ceil: { rate: 2 * mbit } } }],
  ['htb rate 1mbit prio 3', { kind: 'htb', parms: { rate: { rate: mbit }, prio: 3 } }],
  ['htb rate 1mbit', { kind: 'htb', rate: mbit }],
])('a class of %s is that of tc (%#)', ([words, options], context) => {
  requireQdisc(context, dev, 'htb')
  using rt = openSync()
  for (const name of [dev, far]) run(`tc qdisc add dev ${name} root handle 1: htb`)
  run(`tc class add dev ${far} parent 1: classid 1:1 ${words}`)
  rt.class.add({ dev, parent: '1:', handle: '1:1', options })
  expectSame('class')
})

const burst = size('20kb')
const tbf = { rate: { rate: mbit, cellLog: 3 }, burst: 2_560_000 }
const act = (options: ActionSpec['options']): FilterSpec['options'] => ({ kind: 'matchall', act: [{ options }] })
const police = (police: object): FilterSpec['options'] => ({ kind: 'fw', classid: 0x10001, police })

it.for<[string, FilterSpec['options']]>([
  ['fw classid 1:1 police rate 1mbit burst 20k', police({ rate: mbit, burst })],
  ['fw classid 1:1 police rate 1mbit burst 20k', police({ tbf })],
  ['matchall action police rate 1mbit burst 20k', act({ kind: 'police', tbf })],
  [
    'matchall action nat ingress 192.0.2.1 192.0.2.2',
    act({ kind: 'nat', parms: { oldAddr: '192.0.2.1', newAddr: '192.0.2.2' } }),
  ],
])('a filter %s is that of tc (%#)', ([words, options], context) => {
  requireQdisc(context, dev, 'clsact')
  using rt = openSync()
  for (const name of [dev, far]) run(`tc qdisc add dev ${name} clsact`)
  const handle = words.startsWith('fw') ? 5 : undefined
  const reported = ['tc', 'filter', 'add', 'dev', far, 'ingress', 'protocol', 'ip', 'prio', '5']
  try {
    run([...reported, ...(handle === undefined ? [] : ['handle', '5']), words].join(' '))
  } catch (error) {
    requireThat(context, !/classifier not found|load TC action/.test(String(error)), `no ${words}`)
    throw error
  }
  rt.filter.add({ dev, parent: 'ingress', protocol: 'ip', priority: 5, handle, options })
  expectSame('filter', ' ingress')
})
