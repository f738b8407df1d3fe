import { sizeTicks } from '../../../codec/text/ticks.js'

// Constants of the queues that drop at random: red, gred, choke, as tc/tc_red.c computes them.

/** Largest shift of an average (RED_STAB_SIZE is 256). */
const MAX_SHIFT = 31

/** The shift of an average for each slot of idle time, which loses `decay` a tick. */
function idleShifts(scellLog: number, decay: number): Uint8Array {
  const shifts = Uint8Array.from({ length: 256 }, (_, slot) =>
    Math.min(MAX_SHIFT, Math.trunc(slot * 2 ** scellLog * decay)),
  )
  shifts[255] = MAX_SHIFT
  return shifts
}

/**
 * Gives a table of idle times (`stab` of red, gred, choke) for the `wlog` and `scellLog` of one that was read: the kernel wants the
 * table with every change, and never says it. Exact to a factor of 1.5, as `scellLog` is.
 */
export function idleTable(scellLog: number): Uint8Array {
  // tc picks the smallest scellLog for which 31 / decay takes less than 512 slots: at 384 it is in the middle.
  return idleShifts(scellLog, MAX_SHIFT / (384 * 2 ** scellLog))
}

/** log2 of the weight of one packet in the average, by the burst that shall pass. */
function weightLog(min: number, burst: number, avpkt: number): number {
  const packets = burst + 1 - min / avpkt
  if (packets < 1) throw new RangeError(`a burst of ${burst} packets ends below min`)
  for (let log = 1; log < 32; log++) {
    const weight = 2 ** -log
    if (packets <= (1 - (1 - weight) ** burst) / weight) return log
  }
  throw new RangeError(`no weight lets a burst of ${burst} packets pass`)
}

/** log2 of the distance between the thresholds over the probability at the upper one. */
function slopeLog(min: number, max: number, probability: number): number {
  if (max === min) return 0
  let log = 0
  for (let slope = probability / (max - min); slope <= 1 && log < 32; slope *= 2) log++
  if (max < min || log === 32) throw new RangeError('max must be above min, and the probability not near 0')
  return log
}

/** What is said of a queue that drops at random; what is 0 is as if not given. */
interface Drop<F> {
  readonly limit: number
  readonly max?: number
  readonly min?: number
  /** Packets that may come at once. */
  readonly burst?: number
  readonly probability?: number
  /** Bytes a second; 10 Mbit/s by default. */
  readonly bandwidth?: number
  readonly flags?: F
}

/** Constants for thresholds that are given, each `unit` bytes. */
function constants<F>(spec: Drop<F>, min: number, max: number, burst: number, avpkt: number, unit: number) {
  const { limit, probability = 0.02, flags } = spec
  const wlog = weightLog(min * unit, burst, avpkt)
  const decay = -Math.log(1 - 2 ** -wlog) / sizeTicks(avpkt, spec.bandwidth || 1_250_000)
  let scellLog = 0
  while (MAX_SHIFT / decay / 2 ** scellLog >= 512) scellLog++
  const plog = slopeLog(min * unit, max * unit, probability)
  return {
    parms: { limit, qthMin: min, qthMax: max, wlog, plog, scellLog, ...(flags === undefined ? {} : { flags }) },
    stab: idleShifts(scellLog, decay),
    maxP: Math.trunc(probability * 2 ** 32),
  }
}

/**
 * Gives `parms`, `stab` and `maxP` of red from what `tc qdisc add … red` takes: sizes in bytes, the burst in packets, the bandwidth
 * in bytes a second; what is 0 is as if not given. Throws a RangeError where no constants fit.
 *
 * @example
 * await rt.qdisc.add({ dev: 'v0', options: { kind: 'red', ...redOptions({ limit: 400_000, avpkt: 1000, flags: ['ecn'] }) } })
 */
export function redOptions<F = number>(spec: Drop<F> & { readonly avpkt: number }) {
  const { limit, avpkt } = spec
  const max = spec.max || (spec.min ? spec.min * 3 : Math.trunc(limit / 4))
  const min = spec.min || Math.trunc(max / 3)
  return constants(spec, min, max, spec.burst || Math.trunc((2 * min + max) / (3 * avpkt)), avpkt, 1)
}

/**
 * Gives `parms`, `stab` and `maxP` of choke from what `tc qdisc add … choke` takes: thresholds in packets, of 1,000 bytes on average;
 * else as `redOptions`.
 *
 * @example
 * await rt.qdisc.add({ dev: 'v0', options: { kind: 'choke', ...chokeOptions({ limit: 1000, bandwidth: rate('10mbit') }) } })
 */
export function chokeOptions<F = number>(spec: Drop<F> & { readonly avpkt?: number }) {
  const avpkt = spec.avpkt || 1000
  const max = spec.max || Math.trunc(spec.limit / 4)
  const min = spec.min || Math.trunc(max / 3)
  return constants(spec, min, max, spec.burst || Math.trunc((2 * min + max) / 3), avpkt, avpkt)
}
