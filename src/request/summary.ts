import { cut, LONGEST, quote } from '../codec/text/quote.js'

const LIMIT = 12
const DEPTH = 6

/**
 * Writes one line of what was asked: `link add name=vx0 kind=vxlan id=16777216`. Members of `info` stand for themselves, those of other
 * nested objects under dotted names; what goes beyond a dozen is left out. It is short whatever was asked, and throws nothing.
 */
export function summarize(what: string, spec: object | undefined): string {
  const parts = [cut(what)]
  if (spec !== undefined) members(parts, spec)
  return parts.join(' ')
}

function members(parts: string[], object: object, depth = DEPTH): void {
  const limit = parts.length + LIMIT
  try {
    if (!isPlain(object) || collect(parts, limit, object, '', depth)) return
  } catch {
    // A getter has thrown, of what somebody asked with long ago: the error that this is for must not be lost.
  }
  parts.push('…')
}

/** Tells whether that was all. An object without members is a part too, so that no tree of them takes long. */
function collect(parts: string[], limit: number, object: object, prefix: string, depth: number): boolean {
  for (const key of Object.keys(object)) {
    const value = (object as Readonly<Record<string, unknown>>)[key]
    if (value === undefined || value === null || key.startsWith('$')) continue
    if (parts.length === limit) return false
    const name = cut(`${prefix}${key}`)
    if (depth === 0 || !isPlain(value)) parts.push(cut(`${name}=${text(value, depth)}`))
    else if (key === 'netns') parts.push(cut(`${name}=${namespaceText(value)}`))
    else {
      const before = parts.length
      if (!collect(parts, limit, value, key === 'info' && prefix === '' ? '' : `${name}.`, depth - 1)) return false
      if (parts.length === before) parts.push(`${name}={}`)
    }
  }
  return true
}

/** A handle has more members than the one that names it. */
function namespaceText(ref: object): string {
  for (const key of ['pid', 'path', 'nsid', 'fd'] as const) {
    if (key in ref) return `${key}:${text((ref as Readonly<Record<string, unknown>>)[key], 0)}`
  }
  return '?'
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

function text(value: unknown, depth: number): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return quote(value).replace(/n$/, '')
  if (depth === 0) return quote(value)
  if (Array.isArray(value)) return `[${list(value, depth - 1)}]`
  if (!isPlain(value)) return quote(value)
  const parts: string[] = []
  members(parts, value, depth - 1)
  return `{${parts.join(' ')}}`
}

function list(items: readonly unknown[], depth: number): string {
  let line = ''
  for (let index = 0; index < items.length; index++) {
    if (line.length > LONGEST) return line
    line += `${index === 0 ? '' : ','}${text(items[index], depth)}`
  }
  return line
}
