/** The hand-made fields of filters and chains: struct tcmsg says where they hang in two ways, and packs two numbers into one. */
import type { ObjectSpec } from './object-specs.js'
import { type File, nameOf, type Program, typesFile } from './program.js'

/** Gives the interface's lines; `filter` objects have a priority and a protocol beside their place. */
export function filterFields(object: ObjectSpec, way: 'read' | 'write', program: Program, file: File): string[] {
  const field = (name: string, type: string, always: boolean) =>
    way === 'read' ? `${name}${always ? '' : '?'}: ${type}` : `${name}?: ${type} | undefined`
  const block = [
    `/** tcm_block_index: a block that several links share, in place of the link${way === 'read' ? '; `ifindex` is −1 then, `parent` the block' : ''}. */`,
    field('block', 'number', false),
  ]
  if (object.special !== 'filter') return block
  const ethP = program.find(object.family, 'enum', 'eth-p')
  file.use(typesFile(ethP.home), ethP.type, true)
  return [
    ...block,
    '/** tcm_info: filters of smaller numbers come first. */',
    field('priority', 'number', true),
    '/** tcm_info: what kind of packets the filter looks at, `all` for any. */',
    field('protocol', `${ethP.type} | number`, true),
  ]
}

/** Gives the expressions of the fields that tcm_info holds: priority × 65536 + the protocol in network order. */
export function filterInfo(
  object: ObjectSpec,
  at: number,
  program: Program,
  file: File,
): [name: string, value: string][] {
  const ethP = program.find(object.family, 'enum', 'eth-p')
  const table = file.reach(ethP, 'tables', nameOf.enum(ethP.type))
  return [
    ['priority', `v.getUint32(o + ${at}, le) >>> 16`],
    ['protocol', `${table}.name(v.getUint16(le ? o + ${at} : o + ${at + 2}, false))`],
  ]
}
