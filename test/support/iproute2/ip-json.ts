// Compares JSON text with that of `ip`: digit by digit, for JSON.parse would round 64 bits; members and bits in any order.

/** What goes on between our question and that of `ip`; it must be there on both sides, with values that are alike in kind. */
const countsTime: ReadonlySet<string> = new Set([
  // Timers of bridges and ports, which run while STP is on, and the garbage collector's.
  'hello_timer',
  'tcn_timer',
  'topology_change_timer',
  'gc_timer',
  'hold_timer',
  'message_age_timer',
  'forward_delay_timer',
  'mcast_querier_ipv4_other_timer',
  'mcast_querier_ipv6_other_timer',
  // What is left of a lifetime.
  'valid_life_time',
  'preferred_life_time',
  'expires',
  // How long a bucket of a resilient group has been idle.
  'idle_time',
  // How long ago a neighbour was heard of (-s).
  'used',
  'confirmed',
  'updated',
])

const FOREVER = '#4294967295'

/** Reads JSON with each number as its own digits, `#0.70`; of two members with one name the last counts, as for any parser. */
export function digits(text: string): unknown {
  const kept = text.replace(/("(?:\\.|[^"\\])*")|(-?\d[\d.eE+-]*)/g, (_, string: string | undefined, number: string) =>
    string === undefined ? JSON.stringify(`#${number}`) : string,
  )
  return JSON.parse(kept)
}

/** The same with what counts time replaced by its kind, and members in order. */
export function comparable(text: string): unknown {
  return settle('', digits(text))
}

function settle(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => settle('', item))
  if (typeof value !== 'object' || value === null) {
    const counts = countsTime.has(key) && typeof value !== 'boolean' && value !== FOREVER
    return counts ? 'time' : value
  }
  const members = Object.entries(value).map(([name, member]) => [name, settle(name, member)] as const)
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
