import { quote } from '../../../codec/text/quote.js'
import { TC_ACT_EXT_VAL_MASK, TC_ACT_GOTO_CHAIN, TC_ACT_JUMP } from '../../../generated/constants.gen.js'

/**
 * Lets a packet go on in another chain of filters: what `goto chain` of tc is, for `parms.action` of a filter's own action: the
 * kernel refuses one that is shared. Rejects with a TypeError what is no integer from 0 to 268,435,455.
 *
 * @example
 * const act = [{ options: { kind: 'gact', parms: { action: gotoChain(2) } } }] as const
 * await rt.filter.add({ dev: 'v0', parent: 'ingress', options: { kind: 'matchall', act } })
 */
export function gotoChain(chain: number): number {
  return extended(TC_ACT_GOTO_CHAIN, chain, 'chain')
}

/**
 * Skips so many actions of the list, counted from its start: what `jump` of tc is. Rejects with a TypeError what is no integer
 * from 0 to 268,435,455.
 *
 * @example await rt.action.add({ options: { kind: 'gact', parms: { action: jump(2) } } })
 */
export function jump(count: number): number {
  return extended(TC_ACT_JUMP, count, 'count')
}

function extended(opcode: number, value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > TC_ACT_EXT_VAL_MASK)
    throw new TypeError(`a ${what} is an integer from 0 to ${TC_ACT_EXT_VAL_MASK}, not ${quote(value)}`)
  return opcode + value
}
