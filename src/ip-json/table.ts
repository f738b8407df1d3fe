/** The engine of toIpJson: a table says for each key of `ip`'s JSON which field it comes from, and how it is spelled. */
import type { Context } from './context.js'
import { Digits, type Json, type JsonObject } from './text.js'

/** Spells what an object says under one key; gives undefined where `ip` leaves the key out. */
export type Print<T> = (object: T, context: Context) => Json | undefined

/** Fields that are printed as they are read. */
type Plain<T> = {
  [K in keyof T]-?: NonNullable<T[K]> extends number | bigint | string ? K : never
}[keyof T] &
  string

/** Key → the field that is printed as it is, or how the key is spelled. In `ip`'s order. */
export type Rows<T> = { readonly [key: string]: Plain<T> | Print<T> }

/** Prints objects of one kind. A method, so that a table of one kind can stand among those of all kinds. */
export interface Table<T> {
  print(object: T, context: Context): JsonObject
}

/** Makes a table. */
export function table<T>(rows: Rows<T>): Table<T> {
  const printers = Object.entries(rows).map(
    ([key, row]) => [key, typeof row === 'string' ? plain<T>(row) : row] as const,
  )
  return {
    print(object, context) {
      const made: Record<string, Json | undefined> = {}
      for (const [key, print] of printers) {
        const value = print(object, context)
        if (value !== undefined) made[key] = value
      }
      return made
    },
  }
}

const plain =
  <T>(field: Plain<T>): Print<T> =>
  object =>
    object[field] as Json | undefined

/** Objects that may have a field; the printers below take any of them. */
type Has<K extends string, V> = { readonly [P in K]?: V | undefined }

/** Spells a field that is there. */
export const of =
  <T, K extends keyof T>(field: K, print: (value: NonNullable<T[K]>, context: Context) => Json | undefined): Print<T> =>
  (object, context) => {
    const value = object[field]
    return value === undefined || value === null ? undefined : print(value, context)
  }

/** A switch, on or off. */
export const yesNo = <K extends string>(field: K): Print<Has<K, number>> => of(field, value => value !== 0)

/** A switch that shows only when it is on. */
export const yes = <K extends string>(field: K): Print<Has<K, number | boolean>> =>
  of(field, value => (value ? true : undefined))

/** A flag that is there or is not. */
export const given = <K extends string>(field: K): Print<Has<K, unknown>> => of(field, () => true)

/** A flag that `ip` writes as a key without a value. */
export const present = <K extends string>(field: K): Print<Has<K, unknown>> => of(field, () => null)

/** A number of 32 bits that `ip` prints with a sign although it has none. */
export const signed = <K extends string>(field: K): Print<Has<K, number>> => of(field, value => value | 0)

/** A number that shows only when it is not 0. */
export const nonZero = <K extends string>(field: K): Print<Has<K, number | bigint>> =>
  of(field, value => (value === 0 || value === 0n ? undefined : value))

/** Hexadecimal text as C's %#x writes it: `0x10`, and `0`. */
export const hex = (value: number | bigint): string => (value === 0 || value === 0n ? '0' : `0x${value.toString(16)}`)

/** Hexadecimal text as C's 0x%0Nx writes it. */
export const hexDigits = (value: number, digits = 0): string => `0x${value.toString(16).padStart(digits, '0')}`

/** Fields in hexadecimal. */
export const inHex = <K extends string>(field: K): Print<Has<K, number | bigint>> => of(field, hex)

/** An interface index by its name. */
export const dev = <K extends string>(field: K): Print<Has<K, number>> =>
  of(field, (index, context) => context.linkName(index))

/** An interface index by its name, where it is not 0. */
export const someDev = <K extends string>(field: K): Print<Has<K, number>> =>
  of(field, (index, context) => (index === 0 ? undefined : context.linkName(index)))

/** The word that `ip` has for an enumerator, by ours; unknown numbers as `other` spells them. */
export const word =
  <K extends string>(
    field: K,
    words: Readonly<Record<string, string>>,
    other: (value: number) => Json | undefined = () => undefined,
  ): Print<Has<K, string | number>> =>
  object => {
    const value: string | number | undefined = object[field]
    if (value === undefined) return undefined
    return typeof value === 'number' ? other(value) : (words[value] ?? value)
  }

/** Bits by name, in the order of the table; what is left over comes from `rest`. */
export function bits(
  value: number,
  names: readonly (readonly [bit: number, name: string])[],
  rest: (left: number) => readonly string[] = () => [],
): string[] {
  const found: string[] = []
  let left = value >>> 0
  for (const [bit, name] of names) {
    if ((left & bit) === 0) continue
    found.push(name)
    left = (left & ~bit) >>> 0
  }
  return left === 0 ? found : [...found, ...rest(left)]
}

/** Time in hundredths of a second, as `ip` writes timers: two decimals. */
export const hundredths = <K extends string>(field: K): Print<Has<K, bigint>> =>
  of(field, value => new Digits(`${value / 100n}.${(value % 100n).toString().padStart(2, '0')}`))

/** 32 bits of a key as `ip` writes them: like an IPv4 address. */
export const dotted = (value: number): string => [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.')
