// Tables that go with a rate, a size or a queue's average. Kernels since 3.8 compute rates by themselves; tables of sizes and of
// idle times they still want from us. As tc/tc_core.c and tc/tc_red.c compute them.

/** What stands under IP: AAL5 frames fill cells of 48 bytes, each 53 on the wire. */
export type LinkLayer = 'unaware' | 'ethernet' | 'atm'

/** Ticks of the packet scheduler in a microsecond: 64 ns each (PSCHED_SHIFT). */
const TICKS = 15.625
const ATM_PAYLOAD = 48
const ATM_CELL = 53
const RATE_SLOTS = 256
/** Largest shift of an average (RED_STAB_SIZE is 256). */
const MAX_SHIFT = 31

function wireSize(size: number, mpu: number, linklayer: unknown): number {
  const padded = Math.max(size, mpu)
  return linklayer === 'atm' || linklayer === 2 ? Math.ceil(padded / ATM_PAYLOAD) * ATM_CELL : padded
}

/** The smallest shift that brings `mtu` below `slots`. */
function cellLogOf(mtu: number, slots: number): number {
  let log = 0
  while (mtu >>> log > slots - 1) log++
  return log
}

/**
 * Gives the time that bytes take at a rate (bytes a second), in ticks of the packet scheduler: the `buffer` of tbf, htb and police.
 *
 * @example
 * transmitTicks(10_240, 125_000) // → 1280000: 10 KiB at 1 Mbit/s
 */
export function transmitTicks(bytes: number, rate: number | bigint): number {
  // In this order: the last bit of the product decides where the quotient is whole.
  return Math.ceil(1_000_000 * (bytes / Number(rate)) * TICKS)
}

/**
 * Gives the 256 times of a rate's table (`rtab`, `ctab`, `ptab`), which kernels before 3.8 need and later ones only read to guess
 * the link layer. `cellLog` follows from the MTU unless it is given.
 *
 * @example
 * rateTable({ rate: 125_000, mtu: 1600 }).length // → 256
 */
export function rateTable(spec: {
  readonly rate: number | bigint
  readonly mtu?: number
  readonly cellLog?: number
  readonly mpu?: number
  readonly linklayer?: LinkLayer
}): number[] {
  const log = spec.cellLog ?? cellLogOf(spec.mtu ?? 2047, RATE_SLOTS)
  return Array.from({ length: RATE_SLOTS }, (_, slot) =>
    transmitTicks(wireSize((slot + 1) << log, spec.mpu ?? 0, spec.linklayer), spec.rate),
  )
}

/** TCA_STAB_BASE as it is read or written. */
interface SizeSpec {
  readonly cellLog?: number | undefined
  readonly sizeLog?: number | undefined
  readonly mpu?: number | undefined
  readonly linklayer?: LinkLayer | number | undefined
  readonly tsize?: number | undefined
}

/** Gives the table that a TCA_STAB_BASE stands for; no dump has it. */
export function sizeData(base: SizeSpec): number[] {
  const { cellLog = 0, sizeLog = 0, mpu = 0, linklayer, tsize = 0 } = base
  return Array.from({ length: tsize }, (_, slot) => wireSize((slot + 1) << cellLog, mpu, linklayer) >>> sizeLog)
}

/**
 * Gives the size table of a qdisc (`stab`): what packets count for, with `overhead`, at least `mpu` bytes, in whole ATM cells.
 *
 * @example
 * await rt.qdisc.add({ dev: 'v0', stab: sizeTable({ linklayer: 'atm', overhead: 10 }), kind: 'fq_codel' })
 */
export function sizeTable(spec: {
  readonly overhead?: number
  readonly mpu?: number
  readonly mtu?: number
  readonly tsize?: number
  readonly linklayer?: LinkLayer
}) {
  const { overhead = 0, mpu = 0, linklayer = 'ethernet' } = spec
  // An overhead alone needs no table: the kernel adds it.
  if (linklayer !== 'atm' && mpu === 0)
    return {
      base: { cellLog: 0, sizeLog: 0, cellAlign: 0, overhead, linklayer, mpu, mtu: 0, tsize: 0 },
    }
  const { mtu = 2047, tsize = 512 } = spec
  const cellLog = cellLogOf(mtu, tsize)
  let sizeLog = 0
  while (wireSize(tsize << cellLog, mpu, linklayer) >>> sizeLog > 0xffff) sizeLog++
  const base = { cellLog, sizeLog, cellAlign: -1, overhead, linklayer, mpu, mtu, tsize }
  return { base, data: sizeData(base) }
}

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
  const wanted = burst + 1 - min / avpkt
  for (let log = 1; log < 32; log++) {
    const weight = 2 ** -log
    if (wanted <= (1 - (1 - weight) ** burst) / weight) return log
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

/**
 * Gives `parms`, `stab` and `maxP` of red (and gred and choke) from what `tc qdisc add … red` takes: sizes in bytes, the burst in
 * packets, the bandwidth in bytes a second. Throws a RangeError where no constants fit.
 *
 * @example
 * await rt.qdisc.add({ dev: 'v0', options: { kind: 'red', ...redOptions({ limit: 400_000, avpkt: 1000, flags: ['ecn'] }) } })
 */
export function redOptions<F = number>(spec: {
  readonly limit: number
  readonly avpkt: number
  readonly max?: number
  readonly min?: number
  readonly burst?: number
  readonly probability?: number
  readonly bandwidth?: number
  readonly flags?: F
}) {
  const { limit, avpkt, probability = 0.02, bandwidth = 1_250_000, flags } = spec
  const max = spec.max ?? Math.trunc(limit / 4)
  const min = spec.min ?? Math.trunc(max / 3)
  const burst = spec.burst ?? Math.trunc((2 * min + max) / (3 * avpkt))
  const wlog = weightLog(min, burst, avpkt)
  const decay = -Math.log(1 - 2 ** -wlog) / transmitTicks(avpkt, bandwidth)
  let scellLog = 0
  while (MAX_SHIFT / decay / 2 ** scellLog >= 512) scellLog++
  return {
    parms: {
      limit,
      qthMin: min,
      qthMax: max,
      wlog,
      plog: slopeLog(min, max, probability),
      scellLog,
      ...(flags === undefined ? {} : { flags }),
    },
    stab: idleShifts(scellLog, decay),
    maxP: Math.trunc(probability * 2 ** 32),
  }
}
