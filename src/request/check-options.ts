import type { BulkOptions, CallOptions } from './operation.js'
import type { Rule } from './value-rule.js'

/** A rule for each option there is: all those of the type, so that none is forgotten. */
export type OptionRules<T> = Readonly<Record<keyof T, Rule>>

/** An option that is checked where it is used. */
export const anything: Rule = { holds: () => true, text: 'anything' }
export const flag: Rule = { holds: value => typeof value === 'boolean', text: 'true or false' }
export const text: Rule = { holds: value => typeof value === 'string', text: 'text' }
export const flagOrFilter: Rule = {
  holds: value => typeof value === 'boolean' || (typeof value === 'object' && value !== null),
  text: 'true, false or a filter',
}
export const abortSignal: Rule = {
  holds: value => typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function',
  text: 'an AbortSignal',
}
export const milliseconds: Rule = {
  holds: value => typeof value === 'number' && value >= 0,
  text: 'a number of milliseconds, 0 or more',
}

/** A whole number between two, which are among them. */
export function integer(least: number, most: number): Rule {
  return {
    holds: value => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    text: `an integer from ${least} to ${most}`,
  }
}

const typeError = (_: string, text: string): Error => new TypeError(text)

/** Checks options: a key that nobody knows would ask for nothing, and a wrong value for something else. Throws a TypeError, or what `wrong` makes. */
export function checkOptions<T extends object>(
  what: string,
  options: T,
  rules: OptionRules<T>,
  wrong = typeError,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`the options of ${what} are an object`)
  const known: Readonly<Record<string, Rule>> = rules
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const rule = Object.hasOwn(known, name) ? known[name] : undefined
    if (rule === undefined)
      throw new TypeError(`${what} has no option '${name}': it takes ${Object.keys(rules).join(', ')}`)
    if (!rule.holds(value)) throw wrong(name, `${name} of ${what} is ${rule.text}`)
  }
}

const callOptions: OptionRules<CallOptions> = { signal: abortSignal, timeoutMs: milliseconds }
const bulkOptions: OptionRules<BulkOptions> = {
  ...callOptions,
  stopOnError: flag,
  onProgress: { holds: value => typeof value === 'function', text: 'a function' },
}

/** Checks the options of a call; throws a TypeError. */
export function checkCallOptions(options: CallOptions): void {
  checkOptions('a call', options, callOptions)
}

/** Checks the options of a bulk; throws a TypeError. */
export function checkBulkOptions(options: BulkOptions): void {
  checkOptions('a bulk', options, bulkOptions)
}
