/** How kernel names become TypeScript names. */

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

function words(name: string): string[] {
  const aliases = name.replace(/^[0-9]+/, digits => [...digits].map(digit => DIGITS[Number(digit)]).join(''))
  return aliases
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '')
    .map(word => word.toLowerCase())
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

/** `num-tx-queues` → `numTxQueues`, `6rd-prefix` → `sixrdPrefix`, `Scell_log` → `scellLog`. */
export function camelCase(name: string): string {
  return words(name)
    .map((word, index) => (index === 0 ? word : capital(word)))
    .join('')
}

/** `vlan-attrs` → `VlanAttrs`. */
export function pascalCase(name: string): string {
  return words(name).map(capital).join('')
}

/** `ifla-`, `num-tx-queues` → `IFLA_NUM_TX_QUEUES`. */
export function constantCase(prefix: string, name: string): string {
  return `${prefix}${name}`.toUpperCase().replaceAll('-', '_')
}

/** `IN6_ADDR_GEN_MODE_EUI64` without `IN6_ADDR_GEN_MODE_` → `eui64`. */
export function kebabCase(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

/** Tells whether a C member only fills a gap. */
export function isPadding(member: string): boolean {
  return /(^|_)(pad|padding|reserved|rsvd|resv)\d*$/.test(member)
}

/** Names that end a kernel enum or count it: they change with every kernel. */
export function isLimit(name: string): boolean {
  return name.startsWith('__') || name.endsWith('_MAX')
}
