/**
 * Rates and bursts as people say them, for every kind that has struct tc_ratespec: tbf, classes of htb, the police action (in filters and
 * alone), and tables of sizes (TCA_STAB). A request may hold a shape beside or instead of the kernel's own attributes; here it becomes
 * those: rates in bytes per second, sizes in bytes, times in microseconds (`rate('10mbit')`, `size('10kb')`, `time('50ms')`) on the one
 * side, ticks and tables of times on the other. What the kernel dumps lacks the tables that it wants: they are made anew, so that what is
 * read can be written. Reading and encodeMessage know the kernel's attributes only.
 *
 * A set of codegen/specs that has `x-write: NAME` is written through `writers[NAME]`; codegen/objects.ts names its type.
 */

import type { Dict, Encoding } from '../../../codec/table.js'
import { quote } from '../../../codec/text/quote.js'
import { sizeTicks, tickSize } from '../../../codec/text/ticks.js'
import { writeAction } from '../action/codecs/action-writer.js'
import type { ActionControl } from '../action/codecs/pedit.js'
import { linkLayer, sizesOf, sizeTable } from './rate-table.js'
import { type Bag, inner, knownRate, members, optional, ratespec, Shape, wideRate } from './shape.js'

/** Bytes per second. */
export type Rate = number | bigint

/** How long frames are on the wire. */
export interface FramingSpec {
  /** Bytes that the link adds to each frame. */
  overhead?: number | undefined
  /** Bytes that a frame takes at least. */
  mpu?: number | undefined
  /** `ethernet` unless it says otherwise. */
  linklayer?: 'unaware' | 'ethernet' | 'atm' | number | undefined
}

/** A token bucket: `burst` (TCA_TBF_BURST) at `rate`, and `limit` or `latency`. What is left out stays as `parms` says. */
export interface TbfShape extends FramingSpec {
  /** Bytes per second: `rate('10mbit')`. */
  rate?: Rate | undefined
  /** Bytes that may wait. */
  limit?: number | undefined
  /** Microseconds that a packet may wait, instead of `limit`: `time('50ms')`. */
  latency?: number | undefined
  /** Bytes per second that not even a burst exceeds; needs `mtu`. */
  peakrate?: Rate | undefined
  /** Bytes that may leave at once even so (TCA_TBF_PBURST). */
  mtu?: number | undefined
}

/** A class of htb: `rate` is its own, `ceil` (the same without it) what it may borrow up to. What is left out stays as `parms` says. */
export interface HtbClassShape extends FramingSpec {
  /** Bytes per second: `rate('10mbit')`. */
  rate?: Rate | undefined
  ceil?: Rate | undefined
  /** Bytes that may leave at once; by default a frame. */
  burst?: number | undefined
  cburst?: number | undefined
  /** Bytes of the longest frame, 1,600 by default. */
  mtu?: number | undefined
  /** Bytes that the class gives away before it is another's turn; by default the rate by `rate2quantum`. */
  quantum?: number | undefined
  /** From 0, the first to borrow, to 7. */
  prio?: number | undefined
}

/** A qdisc of htb: members of `init` that somebody may want to set. */
export interface HtbQdiscShape {
  /** The minor number of the class for what no filter classifies, 0x10 for 1:10; 0 sends it unshaped. */
  defcls?: number | undefined
  rate2quantum?: number | undefined
}

/** A policer: `burst` at `rate`, or `pktburst` packets at `pktrate`. What is left out stays as `tbf` says. */
export interface PoliceShape extends FramingSpec {
  /** Bytes per second: `rate('10mbit')`; or the kernel's own table of times (TCA_POLICE_RATE). */
  rate?: Rate | readonly number[] | undefined
  /** Bytes that may pass at once. */
  burst?: number | undefined
  /** Bytes of the longest frame that conforms. */
  mtu?: number | undefined
  /** Bytes per second that not even a burst exceeds, needs `mtu`; or the kernel's own table of times (TCA_POLICE_PEAKRATE). */
  peakrate?: Rate | readonly number[] | undefined
  /** What becomes of packets that exceed: by default they are classified anew, without the filter. */
  action?: ActionControl | number | undefined
  /** Packets per second. */
  pktrate?: Rate | undefined
  /** Packets that may pass at once. */
  pktburst?: number | undefined
}

/** A table of sizes. What is left out stays as `base` says. */
export interface StabShape extends FramingSpec {
  /** Bytes of the longest frame, 2,047 by default. */
  mtu?: number | undefined
  /** How many sizes, 512 by default. */
  tsize?: number | undefined
}

const MOST = 0xffff_ffff
const framing = ['overhead', 'mpu', 'linklayer', 'mtu']

function writeTbf(encoder: Encoding, value: Dict): Dict {
  const shape = new Shape(encoder, value, ['rate', 'limit', 'latency', 'peakrate', ...framing])
  if (shape.empty) return value
  const { parms, rate64, prate64, burst: ownBurst, pburst, rtab: _r, ptab: _p, ...rest } = shape.rest
  const was = members(parms)
  const oldRate = knownRate(inner(parms, 'rate'), rate64)
  const oldPeak = knownRate(inner(parms, 'peakrate'), prate64)
  const rate = shape.rate('rate', oldRate)
  const oldBurst = oldRate === undefined ? undefined : bucketSize(was('buffer'), oldRate, inner(parms, 'rate'))
  const burst = amountOf(shape, 'burst', ownBurst ?? oldBurst)
  const peak = oldPeak === undefined && !shape.has('peakrate') ? undefined : shape.rate('peakrate', oldPeak)
  const oldMtu = amountOf(
    shape,
    'pburst',
    pburst ?? (oldPeak === undefined ? 0 : bucketSize(was('mtu'), oldPeak, inner(parms, 'peakrate'))),
  )
  const mtu = shape.amount('mtu', oldMtu)
  if (peak !== undefined && mtu === 0) throw shape.fail('mtu', 'is missing: a peak rate needs it')
  const limit = shape.has('latency')
    ? waiting(shape.amount('latency'), [rate, burst], [peak, mtu])
    : shape.amount('limit', was('limit') || undefined)
  const one = ratespec(shape, rate, inner(parms, 'rate'), mtu)
  const two = peak === undefined ? undefined : ratespec(shape, peak, inner(parms, 'peakrate'), mtu)
  return {
    ...rest,
    parms: {
      rate: one.spec,
      ...optional('peakrate', two?.spec),
      limit,
      buffer: sizeTicks(burst, rate),
      mtu: peak === undefined ? 0 : sizeTicks(mtu, peak),
    },
    burst,
    ...optional('rate64', one.wide),
    rtab: one.table,
    ...(two === undefined ? {} : { ...optional('prate64', two.wide), pburst: mtu, ptab: two.table }),
  }
}

/** The burst of a bucket, which tbf_change counts as it is on the wire (psched_ns_t2l goes the same way back). */
function bucketSize(ticks: number, rate: number, spec: Bag): number {
  const size = tickSize(ticks, rate)
  const payload = linkLayer(spec['linklayer'] as string | number) === 2 ? Math.floor(size / 53) * 48 : size
  return Math.max(0, payload - members(spec)('overhead'))
}

/** Bytes that wait no longer than `latency` µs behind a burst, at the rate and at the peak rate; at most what 32 bits hold. */
function waiting(latency: number, ...buckets: readonly (readonly [rate: number | undefined, burst: number])[]): number {
  const sizes = buckets.map(([rate, burst]) => (rate === undefined ? MOST : (rate * latency) / 1_000_000 + burst))
  return Math.trunc(Math.min(MOST, ...sizes))
}

/** An amount that is an attribute of the kernel's as well. */
function amountOf(shape: Shape, key: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw shape.fail(key, value === undefined ? 'is missing' : `${quote(value)} is no amount`)
}

/** What `tc` takes for the longest frame of htb. */
const HTB_MTU = 1600
/** Ticks of a second by /proc/net/psched: what bursts by default allow for. */
const HZ = 1_000_000_000

function writeHtbClass(encoder: Encoding, value: Dict): Dict {
  const shape = new Shape(encoder, value, ['rate', 'ceil', 'burst', 'cburst', 'quantum', 'prio', ...framing])
  const { parms, rtab: _r, ctab: _c, ...rest } = shape.rest
  const was = members(parms)
  const rate64 = wideRate(inner(parms, 'rate'), rest['rate64'])
  const ceil64 = wideRate(inner(parms, 'ceil'), rest['ceil64'])
  const oldRate = knownRate(inner(parms, 'rate'), rate64)
  const oldCeil = knownRate(inner(parms, 'ceil'), ceil64)
  const own = encoder.dictOf(parms ?? {})
  const { buffer, cbuffer } = own
  if (shape.empty && (oldRate === undefined || (buffer !== undefined && cbuffer !== undefined)))
    return { ...value, rate64, ceil64 }
  const mtu = shape.amount('mtu', HTB_MTU)
  const rate = shape.rate('rate', oldRate)
  const ceil = shape.rate('ceil', oldCeil ?? rate)
  const burst = shape.amount(
    'burst',
    oldRate === undefined || buffer === undefined ? Math.floor(rate / HZ) + mtu : tickSize(was('buffer'), oldRate),
  )
  const cburst = shape.amount(
    'cburst',
    oldCeil === undefined || cbuffer === undefined ? Math.floor(ceil / HZ) + mtu : tickSize(was('cbuffer'), oldCeil),
  )
  const one = ratespec(shape, rate, inner(parms, 'rate'), mtu)
  const two = ratespec(shape, ceil, inner(parms, 'ceil'), mtu)
  return {
    ...rest,
    rate64: one.wide,
    ceil64: two.wide,
    parms: {
      ...own,
      rate: one.spec,
      ceil: two.spec,
      buffer: sizeTicks(burst, rate),
      cbuffer: sizeTicks(cburst, ceil),
      quantum: shape.amount('quantum', was('quantum')),
      prio: shape.amount('prio', was('prio')),
    },
    rtab: one.table,
    ctab: two.table,
  }
}

/** HTB_VER >> 16: what htb_init wants to read, where htb_dump writes the whole of HTB_VER. */
const HTB_VERSION = 3

function writeHtbQdisc(encoder: Encoding, value: Dict): Dict {
  const shape = new Shape(encoder, value, ['defcls', 'rate2quantum'])
  const { init, ...rest } = shape.rest
  const was = members(init)
  return {
    init: {
      ...(init === undefined ? {} : encoder.dictOf(init)),
      version: HTB_VERSION,
      rate2quantum: shape.amount('rate2quantum', was('rate2quantum') || 10),
      defcls: shape.amount('defcls', was('defcls')),
    },
    ...rest,
  }
}

function writePolice(encoder: Encoding, value: Dict): Dict {
  const shape = new Shape(encoder, value, ['rate', 'burst', 'peakrate', 'action', 'pktrate', 'pktburst', ...framing])
  const { tbf, rate64, peakrate64, pktrate64, pktburst64, rate: ownTable, peakrate: ownPeak, ...rest } = shape.rest
  const own = encoder.dictOf(tbf ?? {})
  const was = members(tbf)
  const oldRate = knownRate(inner(tbf, 'rate'), rate64)
  const oldPeak = knownRate(inner(tbf, 'peakrate'), peakrate64)
  // A table of the kernel's own goes with a struct of the kernel's own.
  if (shape.empty && (tbf === undefined || oldRate === undefined || ownTable !== undefined)) return value
  const rate = oldRate === undefined && !shape.has('rate') ? undefined : shape.rate('rate', oldRate)
  const peak = oldPeak === undefined && !shape.has('peakrate') ? undefined : shape.rate('peakrate', oldPeak)
  const mtu = shape.amount('mtu', was('mtu'))
  if (peak !== undefined && mtu === 0) throw shape.fail('mtu', 'is missing: a peak rate needs it')
  if (peak !== undefined && rate === undefined) throw shape.fail('rate', 'is missing: a peak rate needs it')
  const one = rate === undefined ? undefined : ratespec(shape, rate, inner(tbf, 'rate'), mtu)
  const two = peak === undefined ? undefined : ratespec(shape, peak, inner(tbf, 'peakrate'), mtu)
  // The ticks of a read struct are better than the bytes they stand for.
  const same = oldRate !== undefined && !shape.has('burst') && rate === oldRate
  const burst = (): number => shape.amount('burst', oldRate === undefined ? undefined : tickSize(was('burst'), oldRate))
  const packets = packetRate(shape, pktrate64, pktburst64)
  return {
    ...rest,
    tbf: {
      ...own,
      action: shape.plain('action') ?? own['action'] ?? 'reclassify',
      mtu,
      ...(rate === undefined ? {} : { burst: same ? was('burst') : sizeTicks(burst(), rate) }),
      ...optional('rate', one?.spec),
      ...optional('peakrate', two?.spec),
    },
    ...optional('rate', one?.table),
    ...optional('rate64', one?.wide),
    ...optional('peakrate', two?.table),
    ...optional('peakrate64', two?.wide),
    ...packets,
  }
}

/** TCA_POLICE_PKTRATE64 and TCA_POLICE_PKTBURST64, the latter in ticks. */
function packetRate(shape: Shape, rate64: unknown, burst64: unknown): Bag {
  const own = { ...optional('pktrate64', rate64), ...optional('pktburst64', burst64) }
  if (!shape.has('pktrate') && !shape.has('pktburst')) return own
  const old = typeof rate64 === 'bigint' ? Number(rate64) : undefined
  const rate = shape.rate('pktrate', old)
  const known = old === undefined || typeof burst64 !== 'bigint' ? undefined : tickSize(Number(burst64), old)
  return { pktrate64: BigInt(rate), pktburst64: BigInt(sizeTicks(shape.amount('pktburst', known), rate)) }
}

/** An attribute has 65,531 bytes. */
const MOST_SIZES = 32_765

function writeStab(encoder: Encoding, value: Dict): Dict {
  const shape = new Shape(encoder, value, ['tsize', ...framing])
  const { base, data, ...rest } = shape.rest
  const was = members(base)
  const layer = (base as Bag | undefined)?.['linklayer']
  if (shape.empty) {
    const tsize = was('tsize')
    if (data !== undefined || tsize === 0 || tsize > MOST_SIZES) return value
    const sizes = { cellLog: was('cellLog'), sizeLog: was('sizeLog'), mpu: was('mpu'), tsize }
    return { ...value, data: sizesOf({ ...sizes, linklayer: shape.layer(layer ?? 0) }) }
  }
  const framed = {
    overhead: shape.amount('overhead', was('overhead'), -MOST),
    mpu: shape.amount('mpu', was('mpu')),
    linklayer: shape.layer(layer ?? 'unaware'),
    mtu: shape.amount('mtu', was('mtu')),
  }
  const tsize = shape.amount('tsize', was('tsize'))
  if (tsize > MOST_SIZES) throw shape.fail('tsize', `more than ${MOST_SIZES} do not fit into an attribute`)
  const table = sizeTable(framed, tsize)
  return { ...rest, base: table, ...(table.tsize === 0 ? {} : { data: sizesOf(table) }) }
}

/** Turns what a request may say into attributes, by the set's name for it. */
export const writers = {
  tbf: writeTbf,
  'htb-class': writeHtbClass,
  'htb-qdisc': writeHtbQdisc,
  action: writeAction,
  police: writePolice,
  stab: writeStab,
} as const
