/** By prefix, what is no bit of the same mask although its name begins so. */
const others: ReadonlyMap<string, RegExp> = new Map([
  // Flags of TUNSETIFF (include/uapi/linux/if_tun.h).
  [
    'IFF_',
    /^(TUN|TAP|NAPI|NAPI_FRAGS|NO_CARRIER|NO_PI|ONE_QUEUE|VNET_HDR|TUN_EXCL|MULTI_QUEUE|(AT|DE)TACH_QUEUE|PERSIST|NOFILTER|BACKPRESSURE)$/,
  ],
  // Those of NDA_FLAGS_EXT, and the one of ndm_flags that is called like them.
  ['NTF_', /^EXT_(?!LEARNED$)/],
  ['NTF_EXT_', /^LEARNED$/],
  // Attributes.
  ['DCB_FEATCFG_', /^ATTR_/],
  // What IIF_DETACHED was called before.
  ['FIB_RULE_', /^DEV_DETACHED$/],
])

/**
 * Names the bits of a mask by a table of constants with a common prefix; bits that have no name come last, in hex. Rejects no
 * number: its low 32 bits count.
 *
 * @example
 * flagNames(link.flags, constants, 'IFF_') // → ['broadcast', 'lower-up', 'multicast', 'running', 'up']
 */
export function flagNames(bits: number, constants: Readonly<Record<string, unknown>>, prefix: string): string[] {
  const names: string[] = []
  let left = bits >>> 0
  for (const [name, value] of Object.entries(constants)) {
    if (!name.startsWith(prefix) || typeof value !== 'number' || value === 0 || (value & (value - 1)) !== 0) continue
    const rest = name.slice(prefix.length)
    if ((left & value) === 0 || others.get(prefix)?.test(rest) === true) continue
    names.push(rest.toLowerCase().replaceAll('_', '-'))
    left = (left & ~value) >>> 0
  }
  return left === 0 ? names : [...names, `0x${left.toString(16)}`]
}
