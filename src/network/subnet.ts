import { isIPv4, isIPv6 } from 'node:net'
import { badSetting } from './network-error.js'

/** An address as a number. */
export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** A prefix: addresses from `first` to `last`. */
export interface Subnet {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  readonly prefix: number
  /** As the kernel writes it. */
  readonly text: string
}

const bits = { 4: 32, 6: 128 } as const

/** Reads an address; `undefined` when it is none. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
  if (!isIPv6(text) || text.includes('%')) return undefined
  // A URL's host has one spelling, without dotted parts.
  const groups = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const [head = [], tail = []] = groups.map(part => part.split(':').filter(group => group !== ''))
  const middle = Array<string>(8 - head.length - tail.length).fill('0')
  return {
    family: 6,
    value: BigInt(`0x${[...head, ...middle, ...tail].map(group => group.padStart(4, '0')).join('')}`),
  }
}

/** Writes an address as the kernel does. */
export function addressText({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.')
  const groups = value.toString(16).padStart(32, '0').match(/.{4}/g)
  return new URL(`http://[${groups?.join(':') ?? ''}]`).hostname.slice(1, -1)
}

/** Reads an address that a setting holds, with or without a prefix length; rejects what is none (ERR_NETLINK_BAD_VALUE). */
export function addressOf(text: string, fieldPath: string): Address {
  const address = typeof text === 'string' ? parseAddress(text.replace(/\/\d+$/, '')) : undefined
  if (address === undefined) throw badSetting(fieldPath, `${JSON.stringify(text)} is no address`)
  return address
}

/** Reads a prefix that a setting holds; an address alone is a prefix of one. Rejects bits behind the prefix. */
export function subnetOf(text: string, fieldPath: string): Subnet {
  const [, host = String(text), length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(String(text)) ?? []
  const address = addressOf(host, fieldPath)
  const width = bits[address.family]
  const prefix = length === undefined ? width : Number(length)
  if (prefix > width) throw badSetting(fieldPath, `${JSON.stringify(text)} has a prefix of more than ${width} bits`)
  const size = 1n << BigInt(width - prefix)
  const first = address.value - (address.value % size)
  const plain = `${addressText({ ...address, value: first })}/${prefix}`
  if (first !== address.value) throw badSetting(fieldPath, `${text} has bits behind its prefix: ${plain}?`)
  return { family: address.family, first, last: first + size - 1n, prefix, text: plain }
}

/** Gives the prefix that an address with a prefix length is of. */
export function around(address: string): Subnet {
  const [host = '', length = ''] = address.split('/')
  const { family, value } = addressOf(host, 'address')
  const size = 1n << BigInt(bits[family] - Number(length))
  return subnetOf(`${addressText({ family, value: value - (value % size) })}/${length}`, 'address')
}

/** Tells whether an address lies within a prefix. */
export function contains({ family, first, last }: Subnet, address: Address): boolean {
  return family === address.family && address.value >= first && address.value <= last
}

/** Reads an address and finds the subnet that it is of; rejects one of none, and a prefix length that is another's. */
export function placed(
  subnets: readonly Subnet[],
  text: string,
  fieldPath: string,
): { readonly address: Address; readonly subnet: Subnet } {
  const address = addressOf(text, fieldPath)
  const subnet = subnets.find(one => contains(one, address))
  if (subnet === undefined) throw badSetting(fieldPath, `${text} is in none of the network's subnets`)
  const [, length] = text.split('/')
  if (length !== undefined && Number(length) !== subnet.prefix) {
    throw badSetting(fieldPath, `${text} is of ${subnet.text}, which has another prefix length`)
  }
  return { address, subnet }
}

/** Tells whether two prefixes have an address in common. */
export function overlap(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last
}

/** The addresses of a prefix that hosts may have: without the network's own and, of IPv4, the broadcast address. */
export function hosts({ family, first, last, prefix }: Subnet): { readonly first: bigint; readonly last: bigint } {
  if (prefix >= bits[family] - 1) return { first, last }
  return { first: first + 1n, last: family === 4 ? last - 1n : last }
}
