/** An option of neighbour discovery (RFC 4861, 4.6). */
export interface NdOption {
  /** 25 recursive name servers, 31 search list, 37 captive portal, 38 PREF64, … */
  readonly type: number
  /** What follows type and length. */
  readonly data: Uint8Array
}

/**
 * Takes the options of a router advertisement apart, which an event of the group nd-useropt has in `opts`: each is a byte of type, a
 * byte of length in units of 8 bytes, and data. What is no whole option at the end is left out; no bytes are
 * rejected.
 *
 * @example
 * const servers = ndOptions(event.ndUserOpt.opts).filter(({ type }) => type === 25)
 */
export function ndOptions(opts: Uint8Array): NdOption[] {
  const options: NdOption[] = []
  for (let at = 0; opts.length - at >= 8; ) {
    const size = 8 * (opts[at + 1] ?? 0)
    if (size === 0 || size > opts.length - at) break
    options.push({ type: opts[at] ?? 0, data: opts.slice(at + 2, at + size) })
    at += size
  }
  return options
}
