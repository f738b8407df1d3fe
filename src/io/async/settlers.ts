/** Resolves the promise that was made last with `settlers`. */
export let resolveLast: (value: unknown) => void
/** Rejects it. */
export let rejectLast: (reason: unknown) => void

/** Is what `new Promise` is given where thousands are made: a function of each promise's own costs as much as the rest of it. */
export const settlers = (resolve: (value: unknown) => void, reject: (reason: unknown) => void): void => {
  resolveLast = resolve
  rejectLast = reject
}
