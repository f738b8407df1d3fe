import { own } from '../../../codec/own-property.js'
import type { Dict } from '../../../codec/table.js'
import * as c from '../../../generated/constants.gen.js'
import { redFlagsEnum } from '../../../generated/tc/tables.gen.js'
import { isDict } from '../../../request/changes.js'
import { idleTable } from '../codecs/red.js'

/** red_change and choke_change refuse parameters without a table of idle times; no dump has one. */
function withIdleTable(options: Dict): Dict {
  const { parms, stab } = options
  if (stab !== undefined || !isDict(parms)) return options
  return { ...options, stab: idleTable(Number(parms['scellLog'] ?? 0)) }
}

/** The flags that red_get_flags does not take of struct tc_red_qopt, all with them; `undefined` when the struct does. */
function modernFlags(flags: unknown): number | undefined {
  const all = Array.isArray(flags) ? flags.map(flag => redFlagsEnum.value(flag)) : [flags]
  let bits = 0
  for (const bit of all) {
    // The encoder refuses it.
    if (typeof bit !== 'number') return undefined
    bits |= bit
  }
  return (bits & c.TC_RED_NODROP) === 0 ? undefined : bits
}

/** Fills in what is not given: in a struct it would be 0. */
function filled(given: Dict, defaults: Dict): Dict {
  const out: Record<string, unknown> = { ...given }
  for (const [key, value] of Object.entries(defaults)) if (out[key] === undefined) out[key] = value
  return out
}

/** A queue with a limit of 0 drops all: without options the kernel knows a better one. Others are not changed with any, be they empty. */
function withoutEmpty(options: Dict): Dict | undefined {
  return Object.entries(options).some(([key, value]) => key !== 'kind' && value !== undefined) ? options : undefined
}

const PRIOMAP = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
/** A probability of 1, of netem and of sfb. */
const SURE = 0xffff_ffff
const SFB_MAX_PROB = 0xffff
/** Flags that red takes (TC_RED_SUPPORTED_FLAGS). */
const RED_FLAGS = c.TC_RED_HISTORIC_FLAGS | c.TC_RED_NODROP

/** States of loss that are left again unless the caller says otherwise. */
function withReturn(model: Dict): Dict {
  const { gi, ge } = model
  if (isDict(gi)) return { ...model, gi: filled(gi, { p31: SURE - Number(gi['p13'] ?? 0), p23: SURE }) }
  return isDict(ge) ? { ...model, ge: filled(ge, { r: SURE - Number(ge['p'] ?? 0) }) } : model
}

function sfbParms(given: Dict): Dict {
  const { binSize, max = typeof binSize === 'number' ? Math.trunc((binSize * 5 + 1) / 4) : 25 } = given
  return filled(given, {
    rehashInterval: 600_000,
    warmupTime: 60_000,
    max,
    binSize: Math.trunc((Number(max) * 4 + 3) / 5),
    increment: Math.round(SFB_MAX_PROB / 2000),
    decrement: Math.round(SFB_MAX_PROB / 20_000),
    penaltyRate: 10,
    penaltyBurst: 20,
  })
}

/** A share of the round trip that may be spent waiting: cake itself keeps the target of another round trip. */
function withTarget(options: Dict): Dict {
  const { rtt } = options
  return typeof rtt === 'number' ? filled(options, { target: Math.max(1, Math.trunc(rtt / 20)) }) : options
}

/** What is read becomes what can be written, and what is not given what `tc` sends then (tc/q_*.c); nothing sends no options. */
const writers: { readonly [kind: string]: (options: Dict) => Dict | undefined } = {
  bfifo: withoutEmpty,
  cake: withTarget,
  cake_mq: withTarget,
  cbs: options => filled(options, { parms: {} }),
  choke: withIdleTable,

  ets(options) {
    const { nstrict, quanta } = options
    const strict = typeof nstrict === 'number' ? nstrict : 0
    const shared = isDict(quanta) && Array.isArray(quanta['quantaBand']) ? quanta['quantaBand'].length : 0
    return filled(options, { nbands: strict + shared || undefined })
  },

  netem(options) {
    const { gap, lossModel, reorder, slot } = options
    const reorders = isDict(reorder) && reorder['probability'] !== undefined && reorder['probability'] !== 0
    return {
      ...filled(options, { limit: 1000 }),
      // With a gap of 0, which a dump says, netem_enqueue reorders nothing.
      ...(reorders && (gap === undefined || gap === 0) ? { gap: 1 } : {}),
      ...(isDict(lossModel) ? { lossModel: withReturn(lossModel) } : {}),
      ...(isDict(slot) ? { slot: filled(slot, { maxDelay: slot['minDelay'] }) } : {}),
    }
  },

  pfifo: withoutEmpty,
  pfifo_fast: withoutEmpty,
  pfifo_head_drop: withoutEmpty,

  prio(options) {
    const { priomap = [] } = options
    return {
      ...filled(options, { bands: 3 }),
      priomap: Array.isArray(priomap) ? [...priomap, ...PRIOMAP.slice(priomap.length)] : priomap,
    }
  },

  sfb(options) {
    const { parms = {} } = options
    return { ...options, parms: isDict(parms) ? sfbParms(parms) : parms }
  },

  sfq: withoutEmpty,
  skbprio: withoutEmpty,

  red(options) {
    const { parms } = options
    if (!isDict(parms)) return options
    const modern = modernFlags(parms['flags'])
    const { flags = modern === undefined ? undefined : { value: modern, selector: RED_FLAGS } } = options
    // A dump says the flags twice; red_get_flags takes them once.
    return withIdleTable(flags === undefined ? options : { ...options, parms: { ...parms, flags: 0 }, flags })
  },

  // A dump lists all virtual queues; gred_change takes one, with its table, and gred_init none.
  gred(options) {
    if (options['stab'] !== undefined) return options
    const { parms: _, maxP: __, ...table } = options
    return table
  },

  // A dump has the preemption of every class; without hardware mqprio_init takes no attribute at all. Where nothing is said of
  // hardware tc asks for it (hw 1), which fails on links that have none.
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

/** Kinds that are not made without options. */
const never = new Set<unknown>(['cbs', 'hfsc', 'htb', 'multiq', 'netem', 'prio', 'sfb'])

/**
 * Turns attributes of a qdisc as they are read into such as can be written: adds the tables that the kernel wants and never says,
 * leaves out what it says and does not take, and fills in what `tc` fills in; for one that is made also options that nobody gave.
 */
export function writableQdisc(attrs: Record<string, unknown>, made = false): Record<string, unknown> {
  const { kind } = attrs
  const options = attrs['options'] ?? (made && never.has(kind) ? { kind } : undefined)
  if (!isDict(options)) return attrs
  const writer = typeof options['kind'] === 'string' ? own(writers, options['kind']) : undefined
  const written = writer === undefined ? options : writer(options)
  if (written !== undefined) return { ...attrs, options: written }
  // The encoder refuses options of another kind.
  return kind === undefined || kind === options['kind']
    ? { ...attrs, kind: options['kind'], options: undefined }
    : attrs
}
