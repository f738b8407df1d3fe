import { badSetting } from './network-error.js'

/** The options that something takes: `{ mtu: true } satisfies Options<LabSwitch>` names them all. */
export type Options<T> = Readonly<Record<keyof T, true>>

/**
 * Rejects options that there are not (ERR_NETLINK_BAD_VALUE): one that is misspelt would be left out in silence. What holds no
 * options is a TypeError that says which there are.
 */
export function checkOptions(what: string, known: Readonly<Record<string, true>>, given: unknown, field = ''): void {
  const names = Object.keys(known).join(', ')
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${field === '' ? '' : `${field}: `}${what} is { ${names} }`)
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(known, name)) continue
    throw badSetting(`${field === '' ? '' : `${field}.`}${name}`, `${what} has no such option, but ${names}`)
  }
}
