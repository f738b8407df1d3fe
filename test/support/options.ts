import { type ParseArgsConfig, parseArgs } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

/** Reads a command's options; says how it is used and ends where that is asked for (`--help`) or where they are wrong (status 2). */
export function optionsOf<const T extends Options>(usage: string, options: T) {
  if (process.argv.includes('--help')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return misused(usage, error instanceof Error ? error.message : String(error))
  }
}

/** Says what is wrong with the options, and how the command is used; ends with status 2. */
export function misused(usage: string, what: string): never {
  console.error(`${what}\n\n${usage}`)
  process.exit(2)
}
