// How the story is printed: headings, the calls that are made, what they gave.
const colours = process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === ''
const paint = (code: number) => (text: string) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text)
const bold = paint(1)
const dim = paint(2)
const red = paint(31)
const blue = paint(36)

// `npm run demo | head` is no error.
process.stdout.on('error', () => process.exit(0))

/** Prints the heading of a step. */
export function heading(number: string, title: string): void {
  console.log(`\n${bold(`${number} ${title}`)}`)
}

/** Prints a call that is made. */
export function code(text: string): void {
  console.log(`   ${blue(text)}`)
}

/** Prints what a call gave, or what a well-known tool would print. */
export function result(...lines: readonly string[]): void {
  for (const line of lines) console.log(`      ${line}`.trimEnd())
}

/** Prints a remark. */
export function remark(text: string): void {
  console.log(`      ${dim(text)}`)
}

/** Prints what went wrong, in the words of who refused. */
export function failure(error: unknown): void {
  console.log(`   ${red(error instanceof Error ? error.message : String(error))}`)
}

/** Prints a call as it is written in the source, then makes it. */
export async function call<T>(fn: () => T | Promise<T>): Promise<T> {
  code(sourceOf(fn))
  return fn()
}

/** Gives the text of an arrow function's body on one line. */
function sourceOf(fn: () => unknown): string {
  return String(fn)
    .replace(/^(async )?\(\) => /, '')
    .replace(/\s+/g, ' ')
}

/** Aligns columns; those named in `right` to the right, the last one is not padded. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        if (right.includes(column)) return cell.padStart(width)
        return column === row.length - 1 ? cell : cell.padEnd(width)
      })
      .join(' '),
  )
}

/** Replaces tabs by blanks, as a terminal does at the left margin. */
export function expandTabs(line: string): string {
  return line.split('\t').reduce((text, part) => text + ' '.repeat(8 - (text.length % 8)) + part)
}
