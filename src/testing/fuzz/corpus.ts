/** Gives what a file of a corpus holds: what follows a `#` on its line is a comment. */
export function uncommented(text: string): string {
  return text.replaceAll(/#.*/g, '')
}

/**
 * Gives the bytes of a text of hexadecimal digits: spaces are nothing, `04003412*9` is a word nine times, and what follows a `#` on its
 * line is a comment.
 */
export function corpusBytes(text: string): Uint8Array {
  const digits = uncommented(text)
    .replaceAll(/(\w+)\*(\d+)/g, (_, word: string, times: string) => word.repeat(Number(times)))
    .replaceAll(/\s+/g, '')
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
    throw new TypeError('a file of the corpus holds hexadecimal digits and comments')
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )
}

/** Writes bytes as a text that `corpusBytes` reads, behind a comment that says what they are. */
export function corpusText(comment: string, bytes: Uint8Array): string {
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return commented(comment, (hex.match(/.{1,64}/g) ?? []).join('\n'))
}

/** Puts a comment before a text. */
export function commented(comment: string, text: string): string {
  const lines = comment.split('\n').map(line => `# ${line}`)
  return `${[...lines, text].join('\n')}\n`
}
