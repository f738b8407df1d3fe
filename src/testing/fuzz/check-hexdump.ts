/** Checks that a hexdump shows every byte once, in order, at its offset. */
export function checkHexdump(text: string, bytes: Uint8Array): void {
  const lines = text.split('\n').flatMap(line => {
    const [, offset, rest] = /^([0-9a-f]{4,}) +((?:[0-9a-f]{2}(?: |$))+)/.exec(line) ?? []
    return offset === undefined || rest === undefined ? [] : [{ line, at: Number.parseInt(offset, 16), rest }]
  })
  let shown = 0
  for (const [index, { line, at, rest }] of lines.entries()) {
    // What a line says behind its bytes may look like more of them.
    const end = lines[index + 1]?.at ?? bytes.length
    const hex = Array.from(bytes.subarray(at, end), byte => byte.toString(16).padStart(2, '0')).join(' ')
    if (at !== shown || end <= at || end - at > 16 || !`${rest} `.startsWith(`${hex} `))
      throw new Error(`hexdump: after ${shown} bytes comes '${line}'`)
    shown = end
  }
  if (shown !== bytes.length) throw new Error(`hexdump shows ${shown} of ${bytes.length} bytes`)
}
