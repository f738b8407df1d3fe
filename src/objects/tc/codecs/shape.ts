import { put } from '../../../codec/own-property.js'
import type { Dict, Encoding } from '../../../codec/table.js'
import { quote } from '../../../codec/text/quote.js'
import { linkLayer, rateTable } from './rate-table.js'

const MOST = 0xffff_ffff

/** Parts of a spec by their names. */
export type Bag = Record<string, unknown>

/** Reads the parts of one shape, refuses what is no amount, and keeps the rest. */
export class Shape {
  readonly encoder: Encoding
  readonly rest: Bag = {}
  readonly #said: Bag = {}

  constructor(encoder: Encoding, value: Dict, keys: readonly string[]) {
    this.encoder = encoder
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) put(keys.includes(key) && !Array.isArray(item) ? this.#said : this.rest, key, item)
    }
  }

  get empty(): boolean {
    return Object.keys(this.#said).length === 0
  }

  has(key: string): boolean {
    return this.#said[key] !== undefined
  }

  fail(key: string, detail: string): Error {
    return this.encoder.at({ key }, () => this.encoder.fail(detail))
  }

  /** The amount of a field, else `otherwise`; only an overhead may be less than 0. */
  amount(key: string, otherwise?: number, least = 0): number {
    const value = this.#said[key] ?? otherwise
    if (value === undefined) throw this.fail(key, 'is missing')
    const number = typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < least)
      throw this.fail(key, `${quote(value)} is no amount`)
    return number
  }

  /** A rate, of which 0 is none. */
  rate(key: string, otherwise?: number): number {
    const rate = this.amount(key, otherwise)
    if (rate === 0) throw this.fail(key, 'must be more than 0')
    return rate
  }

  /** Anything else, as it was said. */
  plain(key: string): unknown {
    return this.#said[key]
  }

  /** The number of the link layer. */
  layer(otherwise: unknown): number {
    const value = this.#said['linklayer'] ?? otherwise
    const layer = typeof value === 'string' || typeof value === 'number' ? linkLayer(value) : undefined
    if (layer === undefined) throw this.fail('linklayer', `${quote(value)} is none of unaware, ethernet, atm`)
    return layer
  }
}

/** Members of a struct of the kernel's that a spec holds, with 0 for what is not there. */
export function members(value: unknown): (key: string) => number {
  const bag = (typeof value === 'object' && value !== null ? value : {}) as Bag
  return key => (typeof bag[key] === 'number' ? bag[key] : 0)
}

export function inner(value: unknown, key: string): Bag {
  const bag = (typeof value === 'object' && value !== null ? value : {}) as Bag
  const part = bag[key]
  return (typeof part === 'object' && part !== null ? part : {}) as Bag
}

/** The 64 bits of a rate, which the kernel says where struct tc_ratespec has ~0: another number there was written since. */
export function wideRate(spec: Bag, wide: unknown): unknown {
  const narrow = members(spec)('rate')
  return typeof wide === 'bigint' && narrow !== 0 && narrow !== MOST ? undefined : wide
}

/** The rate of a struct tc_ratespec, or of its 64-bit attribute where that has it. */
export function knownRate(spec: Bag, wide: unknown): number | undefined {
  const known = wideRate(spec, wide)
  const rate = typeof known === 'bigint' ? Number(known) : members(spec)('rate')
  return rate === 0 ? undefined : rate
}

/** Makes struct tc_ratespec, its table, and the 64 bits where 32 do not do. */
export function ratespec(
  shape: Shape,
  rate: number,
  old: Bag,
  mtu: number,
): { spec: Bag; table: number[]; wide: bigint | undefined } {
  const was = members(old)
  const framing = {
    overhead: shape.amount('overhead', was('overhead')),
    mpu: shape.amount('mpu', was('mpu')),
    linklayer: shape.layer(old['linklayer'] ?? 'ethernet'),
    mtu,
  }
  const { cellLog, table } = rateTable(rate, framing)
  const { overhead, mpu, linklayer } = framing
  const spec = { cellLog, linklayer, overhead, cellAlign: -1, mpu, rate: Math.min(rate, MOST) }
  return { spec, table, wide: rate > MOST ? BigInt(rate) : undefined }
}

export function optional(key: string, value: unknown): Bag {
  return value === undefined ? {} : { [key]: value }
}
