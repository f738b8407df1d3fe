/** Names that stand for handles: where a qdisc or a class hangs. */
export type HandleNames = Readonly<Record<string, number>>

/** TC_H_UNSPEC, TC_H_ROOT, and where `ingress` and `clsact` qdiscs hang: TC_H_INGRESS is TC_H_CLSACT. */
export const qdiscPlaces: HandleNames = { none: 0, root: 0xffff_ffff, ingress: 0xffff_fff1, clsact: 0xffff_fff1 }

/** Where filters hang: `ingress` and `egress` are the two sides of a clsact qdisc (TC_H_MIN_INGRESS, TC_H_MIN_EGRESS). */
export const filterPlaces: HandleNames = { none: 0, root: 0xffff_ffff, ingress: 0xffff_fff2, egress: 0xffff_fff3 }

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
 * Writes a handle as `tc` does: `1:`, `1:10`, `:10`, `root`, `none`.
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
