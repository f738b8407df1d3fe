/** Gives bytes as lower-case hexadecimal digits. */
export function hexText(bytes: Uint8Array, at = 0, length = bytes.length - at, between = ''): string {
  let text = ''
  for (let index = 0; index < length; index++) {
    if (index > 0) text += between
    text += (bytes[at + index] ?? 0).toString(16).padStart(2, '0')
  }
  return text
}
