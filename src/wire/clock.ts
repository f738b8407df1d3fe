let origin: number | undefined

/**
 * Gives the milliseconds of a clock that never goes back, small enough that whole ones need no memory of their own. The first use of
 * `performance` in a process would load all of `node:perf_hooks`: about 1 ms before the first list of links.
 */
export function clock(): number {
  const time = process.hrtime()
  origin ??= time[0]
  return (time[0] - origin) * 1e3 + time[1] / 1e6
}
