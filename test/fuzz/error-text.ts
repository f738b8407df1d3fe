/** Gives what an error says, and where it comes from, its cause's included. */
export function textOf(error: unknown): { readonly message: string; readonly stack: string } {
  if (!(error instanceof Error)) return { message: String(error), stack: String(error) }
  const { cause } = error
  const behind =
    cause === undefined ? '' : `\nbecause of ${cause instanceof Error ? cause.stack : JSON.stringify(cause)}`
  return { message: error.message, stack: `${error.stack}${behind}` }
}
