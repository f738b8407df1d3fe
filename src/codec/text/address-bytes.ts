import { labelBytes } from '../codecs.js'
import { Prefix, parseEndpoint, parseIp, parseMac } from './address.js'

/** An IP address, or one of a link layer. */
export type AddressType = 'ip' | 'mac'

const AF_INET = 2
const AF_INET6 = 10
/** Destinations of this family are labels. */
export const AF_MPLS = 28
/** Addresses of this family are endpoint ids. */
export const AF_MCTP = 45

/** Gives the bytes of an address that is written as text; builders give an IP address as the prefix that they have parsed. */
export function addressBytes(type: AddressType, value: unknown, family: number): Uint8Array | undefined {
  if (type === 'ip' && value instanceof Prefix) return value.bytes
  if (typeof value !== 'string') return undefined
  if (type === 'mac') return parseMac(value)
  if (family === AF_MCTP) return parseEndpoint(value) ?? parseIp(value)
  return parseIp(value) ?? (family === AF_MPLS ? labelBytes(value) : undefined)
}

/**
 * Gives how many bytes an address of a request must have that has `given`: `size` if that is not 0, and else those of the message's
 * family. The kernel looks whether there are enough, and would take the first of an address of the other family.
 */
export function addressSize(type: AddressType, size: number, family: number, given: number): number {
  if (size !== 0) return size
  if (type === 'mac') return given
  return family === AF_INET ? 4 : family === AF_INET6 ? 16 : given
}
