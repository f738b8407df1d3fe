// Types of filters and chains. Nothing here runs: `npm run typecheck` compiles it.
import type { Chain, Client, Filter, MonitorEvent } from '../../src/index.js'

/** The kind of the options tells what they are. */
export function options(filter: Filter): unknown {
  const { options: given } = filter
  if (given?.kind === 'flower') return given.keyVlanId satisfies number | undefined
  if (given?.kind === 'u32') return given.sel?.keys.map(key => key.val satisfies number)
  if (given?.kind === 'other') return given.data satisfies Uint8Array
  // @ts-expect-error: only u32 has hash tables
  return given?.divisor
}

/** So does the kind of a match. */
export function matches(filter: Filter): unknown {
  const tree = filter.options?.kind === 'basic' ? filter.options.ematches?.treeList : undefined
  return tree?.map(match => {
    if (match.kind === 'container') return match.matches.length satisfies number
    if (match.kind === 'cmp') return match.align satisfies string | number
    if (match.kind === 'meta') return match.left.id satisfies string | number
    // @ts-expect-error: a container has matches, these have none
    return match.matches
  })
}

/** What was read can be written. */
export async function writesWhatItReads(rt: Client, filter: Filter, chain: Chain) {
  await rt.filter.add(filter)
  await rt.filter.replace({ ...filter, dev: 'v0', priority: 7 })
  await rt.filter.delete(filter)
  await rt.chain.add(chain)
  await rt.chain.delete(chain)
}

/** Attributes are spelled as the kernel does. */
export async function aliases(rt: Client) {
  await rt.filter.add({
    dev: 'v0',
    parent: 'ingress',
    protocol: 'ip',
    options: { kind: 'flower', keyIpv4Dst: '192.0.2.1' },
  })
  // @ts-expect-error: there is no such key
  await rt.filter.add({ dev: 'v0', options: { kind: 'flower', dstIp: '192.0.2.1' } })
  // @ts-expect-error: a protocol is an ETH_P_ name
  await rt.filter.add({ dev: 'v0', protocol: 'tcp', options: { kind: 'flower' } })
  await rt.filter.add({
    dev: 'v0',
    handle: '800::1',
    options: { kind: 'u32', classid: '1:2', hash: '800:', sel: { keys: [] } },
  })
  // @ts-expect-error: a list needs a place
  await rt.filter.list()
  const made = await rt.filter.addAndGet({ block: 22, options: { kind: 'basic', ematches: { treeList: [] } } })
  return [made.priority satisfies number, made.protocol satisfies string | number]
}

/** Events hold the object under their type. */
export function reported(event: MonitorEvent): unknown {
  if (event.type === 'filter') return event.filter.priority satisfies number
  if (event.type === 'chain') return event.chain.chain satisfies number
  return undefined
}
