import { NLA_REST, NLA_TYPE_MASK } from '../wire/nlattr.js'
import type { Attr, Dict } from './table.js'
import { quote } from './text/quote.js'
import type { UnknownAttribute } from './trace.js'
import type { ValueEncoder } from './value-encoder.js'

/** A value of a field, and which of several it is. */
export interface Item {
  readonly value: unknown
  readonly index: number | undefined
}

/** What of a set has not been written yet. */
export class Unwritten {
  readonly dict: Dict
  /** What was kept raw; nothing where one has been taken. */
  readonly #unknown: (UnknownAttribute | undefined)[]
  /** Those before it have been taken: they come in wire order, but for a few whose formats siblings pick. */
  #first = 0
  readonly #left: Set<string>
  readonly #taken = new Map<string, number>()

  constructor(encoder: ValueEncoder, dict: Dict, skip: Iterable<string>) {
    this.dict = dict
    const unknown = dict['$unknown']
    this.#unknown = unknown === undefined ? [] : encoder.at({ key: '$unknown' }, () => keptOf(encoder, unknown))
    this.#left = new Set(Object.keys(dict).filter(key => key !== '$unknown' && dict[key] !== undefined))
    for (const key of skip) this.#left.delete(key)
  }

  names(): string[] {
    return [...this.#left]
  }

  /** Takes an attribute that was kept raw: the next one of its type and length. */
  takeUnknown(id: number, length: number): UnknownAttribute | undefined {
    const unknown = this.#unknown
    for (let index = this.#first; index < unknown.length; index++) {
      const one = unknown[index]
      if (one === undefined) {
        if (index === this.#first) this.#first++
      } else if (one.type === id && one.data.length === length) {
        // Cutting it out moves all behind it: 100,000 took 3.3 s, now 0.06 s.
        unknown[index] = undefined
        return one
      }
    }
    return undefined
  }

  /** Gives what was kept raw and has not been taken. */
  unknown(): UnknownAttribute[] {
    return this.#unknown.filter(one => one !== undefined)
  }

  /** Takes the next item of a field: its elements one by one when it repeats, else its value. */
  takeOne(attr: Attr): Item | undefined {
    const value = this.dict[attr.name]
    if (value === undefined) return undefined
    if (attr.multi !== true || !Array.isArray(value)) {
      this.#left.delete(attr.name)
      return { value, index: undefined }
    }
    const index = this.#taken.get(attr.name) ?? 0
    if (index >= value.length) return undefined
    this.#taken.set(attr.name, index + 1)
    if (index + 1 === value.length) this.#left.delete(attr.name)
    return { value: value[index], index }
  }

  /** Tells how many items of a field have been taken. */
  taken(attr: Attr): number {
    return this.#taken.get(attr.name) ?? 0
  }
}

/** Takes what was kept raw as what can be written, or fails. */
function keptOf(encoder: ValueEncoder, value: unknown): UnknownAttribute[] {
  if (!Array.isArray(value)) throw encoder.fail('must be an array of attributes')
  const kept: UnknownAttribute[] = []
  for (const one of value) {
    encoder.enter({ index: kept.length })
    const { type, nested, netByteOrder, data } = encoder.dictOf(one)
    if (typeof type !== 'number' || !Number.isInteger(type) || type < NLA_REST || type > NLA_TYPE_MASK) {
      encoder.enter({ key: 'type' })
      throw encoder.fail(`${quote(type)} is not an integer from ${NLA_REST} to ${NLA_TYPE_MASK}`)
    }
    encoder.enter({ key: 'data' })
    kept.push({ type, nested: nested === true, netByteOrder: netByteOrder === true, data: encoder.bytes(data) })
    encoder.leave()
    encoder.leave()
  }
  return kept
}
