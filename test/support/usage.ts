/** Gives what a command was asked to do; says how it is used and ends where that is asked for (`--help`) or cannot be told (status 2). */
export function understood<T>(usage: string, ask: () => T): T {
  if (process.argv.includes('--help')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return ask()
  } catch (error) {
    misused(usage, error instanceof Error ? error.message : String(error))
  }
}

/** Says what is wrong with the arguments, and how the command is used; ends with status 2. */
export function misused(usage: string, what: string): never {
  console.error(`${what}\n\n${usage}`)
  process.exit(2)
}
