/**
 * The clock of packet scheduling: 64 ns a tick (PSCHED_SHIFT in include/net/pkt_sched.h, the first two numbers of /proc/net/psched),
 * in which the kernel takes and gives bursts and some delays. Arithmetic is that of tc's tc_core.c, to the last bit.
 */
const TICKS_IN_USEC = 1000 / 64
const USEC_PER_SEC = 1_000_000
/** 274 seconds: longer times are cut to what 32 bits hold, as tc cuts them. */
const MOST = 0xffff_ffff

/**
 * Turns microseconds into ticks, which netem's `latency` and `jitter` are; rejects no number, and cuts what is beyond 274 s.
 *
 * @example
 * ticks(time('5ms')) // → 78125
 */
export function ticks(us: number): number {
  return Math.min(Math.trunc(us * TICKS_IN_USEC), MOST)
}

/**
 * Turns ticks into microseconds.
 *
 * @example
 * tickTime(78125) // → 5000
 */
export function tickTime(ticks: number): number {
  return ticks / TICKS_IN_USEC
}

/**
 * Gives the ticks that `bytes` take at a rate in bytes per second: what `buffer` of tbf and htb and `burst` of police say.
 *
 * @example
 * sizeTicks(size('10kb'), rate('10mbit')) // → 128000
 */
export function sizeTicks(bytes: number, rate: number | bigint): number {
  return Math.min(Math.ceil(USEC_PER_SEC * (bytes / Number(rate)) * TICKS_IN_USEC), MOST)
}

/**
 * Gives the bytes that pass within `ticks` at a rate in bytes per second: the burst that a read `buffer` stands for.
 *
 * @example
 * tickSize(128000, rate('10mbit')) // → 10240
 */
export function tickSize(ticks: number, rate: number | bigint): number {
  return Math.round((Number(rate) * tickTime(ticks)) / USEC_PER_SEC)
}

/**
 * Gives a rate estimator (TCA_RATE) that samples every `interval` and averages over `timeConstant`, both in microseconds; the kernel
 * samples every 250 ms to 8 s, by powers of 2. `undefined` when there is none like that: it rejects no number.
 *
 * @example
 * await rt.qdisc.add({ dev: 'v0', kind: 'fq_codel', rate: estimator(time('1s'), time('8s')) })
 */
export function estimator(interval: number, timeConstant: number): { interval: number; ewmaLog: number } | undefined {
  const steps = [0, 1, 2, 3, 4, 5].find(log => interval <= 2 ** log * (USEC_PER_SEC / 4))
  if (steps === undefined) return undefined
  let log = 1
  while (log < 32 && interval / -Math.log(1 - 1 / 2 ** log) <= timeConstant) log++
  return log === 1 || log >= 32 ? undefined : { interval: steps - 2, ewmaLog: log - 1 }
}
