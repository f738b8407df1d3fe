/** A link's altname has up to 127 characters, and what is asked about it stands before it. */
export const LONGEST = 150

/** Cuts text that is too long for an error message. */
export function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** Writes a value for an error message. What it is given may be anything: it calls nothing of the value's, and looks at no members. */
export function quote(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(cut(value))
    case 'bigint':
      return BigInt.asIntN(256, value) === value ? `${value}n` : 'a bigint of more than 256 bits'
    case 'function':
      return 'a function'
    case 'object':
      return value === null ? 'null' : ArrayBuffer.isView(value) ? `<${value.byteLength} bytes>` : nameOf(value)
    default:
      return cut(String(value))
  }
}

function nameOf(value: object): string {
  try {
    return Array.isArray(value) ? 'an array' : 'an object'
  } catch {
    // A proxy that has been revoked.
    return 'an object'
  }
}
