import { badSetting } from './network-error.js'

export const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
export const isText = (value: unknown): boolean => typeof value === 'string'
export const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

/** What the value of an option is, and how that is said; `other` is looked at elsewhere. */
const sorts = {
  other: ['anything', () => true],
  text: ['a text', isText],
  textOrNull: ['a text or null', value => value === null || isText(value)],
  texts: ['an array of texts', isTexts],
  oneOrMore: ['a text or an array of texts', value => isText(value) || isTexts(value)],
  number: ['a number', value => typeof value === 'number'],
  flag: ['true or false', value => typeof value === 'boolean'],
  list: ['an array', value => Array.isArray(value)],
} as const satisfies Record<string, readonly [string, (value: unknown) => boolean]>

type Sort = keyof typeof sorts

/** The options that something takes: `{ mtu: 'number' } satisfies Options<LabSwitch>` names them all. */
export type Options<T> = Readonly<Record<keyof T, Sort>>

/**
 * Rejects options that there are not, and values of another sort (ERR_NETLINK_BAD_VALUE): one that is misspelt would be left out in
 * silence. What holds no options is a TypeError that says which there are.
 */
export function checkOptions(what: string, known: Readonly<Record<string, Sort>>, given: unknown, field = ''): void {
  const names = Object.keys(known).join(', ')
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${field === '' ? '' : `${field}: `}${what} is { ${names} }`)
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const path = `${field === '' ? '' : `${field}.`}${name}`
    const sort = Object.hasOwn(known, name) ? known[name] : undefined
    if (sort === undefined) throw badSetting(path, `${what} has no such option, but ${names}`)
    const [text, holds] = sorts[sort]
    if (!holds(value)) throw badSetting(path, `is ${text}`)
  }
}
