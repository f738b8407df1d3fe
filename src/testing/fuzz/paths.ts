import type { Attr, AttrSet, MessageTable } from '../../codec/table.js'
import { rtnexthop } from '../../objects/route/codecs/multipath.js'

const NUMBER = /^\d+$/
const STEP = /^([^.()[\]]+)(?:\(([^()]*)\))?(?:\[\d+\])?$/

/** Tells whether a path in the attributes' spelling (`linkinfo.data(vlan).id`) names something that a message can hold. */
export function isKnownPath(table: MessageTable, path: string): boolean {
  const steps = path.split('.')
  const [first = ''] = steps
  if (steps.length === 1 && table.header.members.some(({ name }) => name === first)) return true
  return within(table.set, steps)
}

function within(set: AttrSet, [head = '', ...rest]: readonly string[]): boolean {
  const [, name = '', kind] = STEP.exec(head) ?? []
  // A number stands for a type that no table names; what it holds are numbers too.
  if (NUMBER.test(name)) return set.byId(Number(name)) === undefined && [head, ...rest].every(one => NUMBER.test(one))
  const attr = set.byName(name)
  if (attr === undefined) return false
  if (kind !== undefined && attr.sub?.byName(kind) === undefined) return false
  return rest.length === 0 || inner(attr, kind).some(nest => within(nest, rest))
}

/** Gives the sets that an attribute may hold. */
function inner(attr: Attr, kind: string | undefined): AttrSet[] {
  if (attr.type === 'indexed') return attr.elem?.set === undefined ? [] : [attr.elem.set]
  if (attr.type === 'sub') {
    const formats = (attr.sub?.formats ?? []).filter(({ name }) => kind === undefined || name === kind)
    return formats.flatMap(({ set }) => (set === undefined ? [] : [set]))
  }
  const holds = attr.type === 'nest' || attr.codec === rtnexthop
  return holds && attr.set !== undefined ? [attr.set] : []
}
