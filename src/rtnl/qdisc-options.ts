import { own } from '../codec/own.js'
import { idleTable } from '../codec/red.js'
import { type Dict, isDict } from './changes.js'

/** red_change and choke_change refuse parameters without a table of idle times; no dump has one. */
function withIdleTable(options: Dict): Dict {
  const { parms, stab } = options
  if (stab !== undefined || !isDict(parms)) return options
  return { ...options, stab: idleTable(Number(parms['scellLog'] ?? 0)) }
}

const writers: { readonly [kind: string]: (options: Dict) => Dict } = {
  choke: withIdleTable,

  red(options) {
    const { parms, flags } = options
    // A dump says the flags twice; red_get_flags takes them once.
    const once = isDict(parms) && flags !== undefined ? { ...options, parms: { ...parms, flags: 0 } } : options
    return withIdleTable(once)
  },

  // A dump lists all virtual queues; gred_change takes one, with its table, and gred_init none.
  gred(options) {
    if (options['stab'] !== undefined) return options
    const { parms: _, maxP: __, ...table } = options
    return table
  },

  // A dump has the preemption of every class; without hardware mqprio_init takes no attribute at all.
  mqprio(options) {
    const { hw = 0, tcEntry, ...rest } = options
    const plain = Array.isArray(tcEntry) && tcEntry.every(entry => isDict(entry) && entry['fp'] === 'express')
    return plain && (hw === 'none' || hw === 0) ? { ...rest, hw } : options
  },

  // Until its base time has come a schedule is dumped as the one that waits.
  taprio(options) {
    const { adminSched, ...rest } = options
    return isDict(adminSched) ? { ...rest, ...adminSched } : rest
  },
}

/**
 * Turns attributes of a qdisc as they are read into such as can be written: adds the tables that the kernel wants and never says,
 * and leaves out what it says and does not take.
 */
export function writableQdisc(attrs: Record<string, unknown>): Record<string, unknown> {
  const { options } = attrs
  const writer = isDict(options) ? own(writers, String(options['kind'])) : undefined
  return writer === undefined ? attrs : { ...attrs, options: writer(options as Dict) }
}
