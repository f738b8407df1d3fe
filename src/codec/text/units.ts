import { NetlinkError } from '../../errors/netlink-error.js'
import { quote } from './quote.js'

/** Bits per second of each suffix of a rate, lower case (tc's get_rate64). */
const rates: Readonly<Record<string, number>> = {
  '': 1,
  bit: 1,
  kibit: 1024,
  kbit: 1e3,
  mibit: 1024 ** 2,
  mbit: 1e6,
  gibit: 1024 ** 3,
  gbit: 1e9,
  tibit: 1024 ** 4,
  tbit: 1e12,
  bps: 8,
  kibps: 8 * 1024,
  kbps: 8e3,
  mibps: 8 * 1024 ** 2,
  mbps: 8e6,
  gibps: 8 * 1024 ** 3,
  gbps: 8e9,
  tibps: 8 * 1024 ** 4,
  tbps: 8e12,
}

/** Nanoseconds of each suffix of a time. */
const times: Readonly<Record<string, number>> = {
  s: 1e9,
  sec: 1e9,
  secs: 1e9,
  ms: 1e6,
  msec: 1e6,
  msecs: 1e6,
  us: 1e3,
  usec: 1e3,
  usecs: 1e3,
  ns: 1,
  nsec: 1,
  nsecs: 1,
}

const microseconds = (): Record<string, number> =>
  Object.fromEntries([...Object.entries(times).map(([name, ns]) => [name, ns / 1e3]), ['', 1]])

/** Bytes of each suffix of a size; a kilobyte has 1,024. */
const sizes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  kbit: 128,
  mbit: 1024 ** 2 / 8,
  gbit: 1024 ** 3 / 8,
}

/** Takes a text apart: a number and its suffix, lower case. */
function parts(text: string, what: string): { number: number; suffix: string } {
  const match = typeof text === 'string' ? /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?([a-z]*|%)$/i.exec(text) : null
  if (match === null) throw bad(text, what)
  return { number: Number(`${match[1]}${match[2] ?? ''}`), suffix: (match[3] ?? '').toLowerCase() }
}

function bad(text: unknown, what: string): NetlinkError {
  const detail = `${quote(text)} is no ${what}`
  return new NetlinkError({ reason: 'encode', code: 'ERR_NETLINK_BAD_VALUE', detail })
}

function scaled(text: string, what: string, scales: Readonly<Record<string, number>>): number {
  const { number, suffix } = parts(text, what)
  const scale = Object.hasOwn(scales, suffix) ? scales[suffix] : undefined
  if (scale === undefined) throw bad(text, what)
  return number * scale
}

/** The number that must fit: what a double counts one by one. */
function whole(value: number, text: string, what: string, most = Number.MAX_SAFE_INTEGER): number {
  if (value >= most + 1) throw bad(text, `${what}: at most ${most} can be said`)
  return Math.trunc(value)
}

/**
 * Reads a rate as `tc` does and gives bytes per second: bits with the suffixes bit, kbit, mbit, gbit, tbit (thousands) and kibit,
 * mibit, … (1,024), bytes with bps, kbps, …; without a suffix bits. A percentage is of `device`, the link's speed in bytes per second.
 * Rejects anything else (ERR_NETLINK_BAD_VALUE).
 *
 * @example
 * rate('10mbit') // → 1250000
 */
export function rate(text: string, device?: number): number {
  const what = 'rate like 10mbit, 2gbit, 500kbps'
  const { number, suffix } = parts(text, what)
  if (suffix !== '%') return whole(scaled(text, what, rates) / 8, text, what)
  if (device === undefined || number > 100) throw bad(text, 'percentage of a known speed')
  return whole((number / 100) * device, text, what)
}

/**
 * Reads a time as `tc` does and gives microseconds: s, ms, us, and without a suffix microseconds. Rejects anything else
 * (ERR_NETLINK_BAD_VALUE).
 *
 * @example
 * time('5ms') // → 5000
 */
export function time(text: string): number {
  const what = 'time like 5ms, 100us, 2s'
  const { suffix } = parts(text, what)
  if (suffix.startsWith('n')) throw bad(text, `${what}: time64 counts nanoseconds`)
  return whole(scaled(text, what, microseconds()), text, what, 0xffff_ffff)
}

/**
 * Reads a time and gives nanoseconds, which newer attributes hold in 64 bits: s, ms, us, ns, and without a suffix nanoseconds.
 * Rejects anything else (ERR_NETLINK_BAD_VALUE).
 *
 * @example
 * time64('5ms') // → 5000000n
 */
export function time64(text: string): bigint {
  const what = 'time like 5ms, 100us, 20ns'
  return BigInt(whole(scaled(text, what, { ...times, '': 1 }), text, what))
}

/**
 * Reads a size as `tc` does and gives bytes: b, k or kb, m or mb, g or gb, each 1,024 of the one before; kbit, mbit, gbit are an eighth.
 * Rejects anything else (ERR_NETLINK_BAD_VALUE).
 *
 * @example
 * size('10kb') // → 10240
 */
export function size(text: string): number {
  const what = 'size like 10kb, 1mb, 1500'
  return whole(scaled(text, what, sizes), text, what, 0xffff_ffff)
}
