/** Values that `ip` spells in a way of its own. */
import { rtmTypeEnum } from '../generated/common/tables.gen.js'
import type { Context } from './context.js'

interface Names {
  value(name: string): number | undefined
}

/** The number of an enumerator that may have been read as a number. */
export const numberOf = (names: Names, value: string | number): number =>
  typeof value === 'number' ? value : (names.value(value) ?? 0)

/** The type of a route, as which `ip` prints the actions of rules too: their numbers say something else. */
export function routeType(names: Names, type: string | number): string {
  const name = rtmTypeEnum.name(numberOf(names, type))
  return name === 'unspec' ? 'none' : String(name)
}

/** A TOS byte by its name, or in hexadecimal. */
export const dsField = (tos: number, { names }: Context): string =>
  names.dsfields[tos] ?? `0x${tos.toString(16).padStart(2, '0')}`

/** A bridge's id: `8000.2:0:0:0:0:c`, without leading zeros. */
export function bridgeId({ prio, addr }: { readonly prio: number; readonly addr: string }): string {
  const bytes = addr.split(':').map(byte => Number.parseInt(byte, 16).toString(16))
  return `${prio.toString(16).padStart(4, '0')}.${bytes.join(':')}`
}

/** C's %.Ng. */
export function general(value: number, digits: number): string {
  const [mantissa = '0', power = '0'] = value.toExponential(digits - 1).split('e')
  const exponent = Number(power)
  if (value === 0 || (exponent >= -4 && exponent < digits)) return String(Number(value.toPrecision(digits)))
  return `${Number(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** Nanoseconds as `ip` writes them: `1.5ms`. */
export function time64(nanoseconds: bigint): string {
  // ip reads them with a sign.
  const signed = BigInt.asIntN(64, nanoseconds)
  const value = Number(signed)
  if (value >= 1e9) return `${general(value / 1e9, 3)}s`
  if (value >= 1e6) return `${general(value / 1e6, 3)}ms`
  if (value >= 1e3) return `${general(value / 1e3, 3)}us`
  return `${signed}ns`
}
