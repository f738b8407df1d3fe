/** Names that stand for handles: where a qdisc or a class hangs. */
export type HandleNames = Readonly<Record<string, number>>

/** TC_H_UNSPEC, TC_H_ROOT, and where `ingress` and `clsact` qdiscs hang: TC_H_INGRESS is TC_H_CLSACT. */
export const qdiscHandleNames: HandleNames = { none: 0, root: 0xffff_ffff, ingress: 0xffff_fff1, clsact: 0xffff_fff1 }

/**
 * Where filters hang: `ingress` and `egress` are the two sides of a clsact qdisc (TC_H_MIN_INGRESS, TC_H_MIN_EGRESS). The root qdisc
 * is the one that is not named (__tcf_qdisc_find): TC_H_ROOT would be a class of `ffff:`, the ingress qdisc.
 */
export const filterHandleNames: HandleNames = { none: 0, root: 0, ingress: 0xffff_fff2, egress: 0xffff_fff3 }

/**
 * Reads a handle as `tc` writes it: hexadecimal `1:`, `1:10`, `:10`, or one of `names`; `undefined` for anything else, a number
 * without a colon too, which `tc` takes for either half.
 */
export function parseHandle(text: string, names: HandleNames = {}): number | undefined {
  if (Object.hasOwn(names, text)) return names[text]
  const match = /^([0-9a-f]{0,4}):([0-9a-f]{0,4})$/i.exec(text)
  if (match === null || text === ':') return undefined
  return Number.parseInt(match[1] || '0', 16) * 0x10000 + Number.parseInt(match[2] || '0', 16)
}

/**
 * Writes a handle as `tc` does: `1:`, `1:10`, `:10`, `root`, `none`. Rejects no number: its low 32 bits count.
 *
 * @example
 * handleText(0x10010) // → '1:10'
 */
export function handleText(handle: number): string {
  if (handle === 0xffff_ffff) return 'root'
  if (handle === 0) return 'none'
  const major = handle >>> 16
  const minor = handle & 0xffff
  return `${major === 0 ? '' : major.toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

/**
 * Reads a handle of the u32 classifier as `tc` writes it, hexadecimal: hash table (12 bits), bucket (8), node (12): `800:`, `800:1:`,
 * `800:1:2`, `800::2`, `::2`; `undefined` for anything else.
 */
export function parseU32Handle(text: string): number | undefined {
  const match = /^([0-9a-f]{0,3}):(?:([0-9a-f]{0,2})(?::([0-9a-f]{0,3}))?)?$/i.exec(text)
  if (match === null) return undefined
  const part = (index: number) => Number.parseInt(match[index] || '0', 16)
  return part(1) * 0x100000 + part(2) * 0x1000 + part(3)
}

/**
 * Writes a handle of the u32 classifier as `tc` does: `800:`, `800:1:`, `800::2`. Rejects no number: its low 32 bits count.
 *
 * @example
 * u32HandleText(0x80000800) // → '800::800'
 */
export function u32HandleText(handle: number): string {
  const [table, bucket, node] = [handle >>> 20, (handle >>> 12) & 0xff, handle & 0xfff]
  const text = `${table.toString(16)}:${bucket === 0 ? '' : bucket.toString(16)}`
  return node === 0 && bucket === 0 ? text : `${text}:${node === 0 ? '' : node.toString(16)}`
}
