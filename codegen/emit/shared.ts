import type { Attribute } from '../model.js'
import type { Entity, File, Program } from './program.js'
import { typesFile } from './program.js'

/**
 * Attributes, by C name, of which objects beside each other often have the same: `Shared` in src/codec/shared-value.ts makes one value for
 * them. IFLA_INET_CONF is another: its codec sees to it.
 */
const alike: ReadonlySet<string> = new Set([
  'AF_INET',
  'IFA_CACHEINFO',
  'IFLA_DEVLINK_PORT',
  'IFLA_DPLL_PIN',
  'IFLA_INET6_CONF',
  'IFLA_INET6_ICMP6STATS',
  'IFLA_INET6_STATS',
  'IFLA_MAP',
  'IFLA_STATS',
  'IFLA_STATS64',
  'IFLA_XDP',
  'RTA_CACHEINFO',
])

/** Tells whether values of an attribute are shared: they are read-only. */
export const isShared = (attr: Attribute): boolean => alike.has(attr.cName)

/** How a payload is read: the check of the length, the expression of the value, and whether that is never `undefined`. */
export interface Payload {
  readonly need: string
  readonly value: string
  readonly sure: boolean
}

/** Gives the line that leaves a `case` of the walk unless an attribute has a length that it may have. */
export function unless(need: string): string {
  const least = /^n >= (\d+)$/.exec(need)?.[1]
  return `if (${least === undefined ? `!(${need})` : `n < ${least}`}) break`
}

/** Gives how a payload is read, by way of what shares its values if they are shared. */
export function share(attr: Attribute, payload: Payload): Payload {
  if (!isShared(attr)) return payload
  if (!payload.sure) throw new Error(`${attr.cName}: what may be malformed is not shared`)
  const same = sharedName(attr)
  return { ...payload, value: `${same}.get(v, p, n - 4, t) ?? ${same}.put(${payload.value})` }
}

const sharedName = (attr: Attribute): string =>
  `same${attr.cName.toLowerCase().replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}`

/** Declares what shares the values of a family's attributes. */
export function declareShared(program: Program, home: string, file: File): void {
  const lines = program.defined(home, 'set').flatMap(set =>
    set.it.attrs.filter(isShared).map(attr => {
      const shared = file.use('codec/shared-value.js', 'Shared')
      return `const ${sharedName(attr)} = new ${shared}<${typeOf(attr, set, program, file)}>()`
    }),
  )
  file.add(...lines, '')
}

function typeOf(attr: Attribute, set: Entity, program: Program, file: File): string {
  if (attr.type === 'array') return `readonly ${attr.elem?.type === 'u64' ? 'bigint' : 'number'}[]`
  const { home, type } = program.find(set.family, attr.type === 'nest' ? 'set' : 'struct', attr.ref)
  return file.use(typesFile(home), type, true)
}
