const LIMIT = 12

/**
 * Writes one line of what was asked: `link add name=vx0 kind=vxlan id=16777216`. Members of `info` stand for themselves,
 * those of other nested objects under dotted names; what goes beyond a dozen is counted.
 */
export function summarize(what: string, spec: object | undefined): string {
  const parts: string[] = []
  if (spec !== undefined) collect(parts, spec, '')
  const more = parts.length - LIMIT
  return [what, ...parts.slice(0, LIMIT), ...(more > 0 ? [`… ${more} more`] : [])].join(' ')
}

function collect(parts: string[], object: object, prefix: string): void {
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined || value === null || key.startsWith('$')) continue
    if (key === 'netns' && isPlain(value)) parts.push(`${prefix}netns=${namespaceText(value)}`)
    else if (isPlain(value)) collect(parts, value, key === 'info' && prefix === '' ? '' : `${prefix}${key}.`)
    else parts.push(`${prefix}${key}=${text(value)}`)
  }
}

/** A handle has more members than the one that names it. */
function namespaceText(ref: object): string {
  for (const key of ['pid', 'path', 'nsid', 'fd'] as const) {
    if (key in ref) return `${key}:${String((ref as Readonly<Record<string, unknown>>)[key])}`
  }
  return '?'
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`
  if (!Array.isArray(value)) return String(value)
  return `[${value.map(item => (isPlain(item) ? `{${summarize('', item).trim()}}` : text(item))).join(',')}]`
}
