/** Flags of TUNSETIFF (include/uapi/linux/if_tun.h), whose names begin like those of links and mean other bits. */
const tunFlags =
  /^IFF_(TUN|TAP|NAPI|NAPI_FRAGS|NO_CARRIER|NO_PI|ONE_QUEUE|VNET_HDR|TUN_EXCL|MULTI_QUEUE|(AT|DE)TACH_QUEUE|PERSIST|NOFILTER|BACKPRESSURE)$/

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
    if ((left & value) === 0 || tunFlags.test(name)) continue
    names.push(name.slice(prefix.length).toLowerCase().replaceAll('_', '-'))
    left = (left & ~value) >>> 0
  }
  return left === 0 ? names : [...names, `0x${left.toString(16)}`]
}
