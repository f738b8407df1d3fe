/** JSON whose numbers are written as they are: 64 bits in full digits, and decimals with the digits that `ip` gives them. */

/** A number spelled by us: `ip` writes 0.70 seconds, which JSON.stringify would write as 0.7. */
export class Digits {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What the tables print. */
export type Json = string | number | bigint | boolean | null | Digits | readonly Json[] | JsonObject

/** An object of it; members that are undefined are left out. */
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** Writes JSON on one line. */
export function jsonText(value: Json): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof Digits) return value.text
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`
  const members: string[] = []
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${jsonText(member)}`)
  }
  return `{${members.join(',')}}`
}

// Array.isArray does not narrow readonly arrays.
const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value)
