import { badSetting, stateError } from '../network-error.js'
import type { NetworkSettings } from '../settings.js'
import { type Address, addressOf, addressText, contains, hosts, placed, type Subnet, subnetOf } from '../subnet.js'
import type { NetworkFile } from './store.js'

/**
 * Chooses addresses, one a subnet: those asked for, else those of `before` that are free, else the next free one behind that which was
 * handed out last, so that an address is not used again at once. Rejects with EADDRINUSE when one is taken, ENOSPC when a subnet is used up.
 */
export function chooseAddresses(
  file: NetworkFile,
  requested: readonly string[],
  before: readonly string[] = [],
): { readonly addresses: string[]; readonly last: Record<string, string> } {
  const { settings } = file
  const taken = new Map<string, string>()
  for (const { gateway } of settings.subnets) if (gateway !== undefined) taken.set(gateway, 'the gateway')
  for (const { addresses, name } of file.leases) {
    for (const address of addresses) taken.set(address.slice(0, address.indexOf('/')), name)
  }
  const last: Record<string, string> = { ...file.last }
  const subnets = settings.subnets.map(({ subnet }) => subnetOf(subnet, 'subnets'))
  const asked = requests(subnets, requested)
  const kept = before.map(text => addressOf(text, 'before')).filter(address => !taken.has(addressText(address)))
  const addresses: string[] = []
  for (const subnet of subnets) {
    const own = asked.filter(address => contains(subnet, address)).map(addressText)
    if (own.length === 0) own.push(...kept.filter(address => contains(subnet, address)).map(addressText))
    const inUse = own.find(address => taken.has(address))
    if (inUse !== undefined) throw stateError('EADDRINUSE', `${inUse} is that of ${taken.get(inUse)}`)
    if (own.length === 0) {
      own.push(nextFree(settings, subnet, taken, last[subnet.text]))
      last[subnet.text] = own[0] ?? ''
    }
    for (const address of own) addresses.push(`${address}/${subnet.prefix}`)
  }
  return { addresses, last }
}

function requests(subnets: readonly Subnet[], requested: readonly string[]): Address[] {
  const addresses: Address[] = []
  for (const [i, text] of requested.entries()) {
    const field = `addresses[${i}]`
    const { address, subnet } = placed(subnets, text, field)
    const { first, last } = hosts(subnet)
    if (address.value < first || address.value > last) {
      throw badSetting(field, `${text} is no host's address in ${subnet.text}`)
    }
    if (addresses.some(({ family, value }) => family === address.family && value === address.value)) {
      throw badSetting(field, `${text} is there twice`)
    }
    addresses.push(address)
  }
  return addresses
}

function nextFree(
  settings: NetworkSettings,
  subnet: Subnet,
  taken: ReadonlyMap<string, string>,
  previous: string | undefined,
): string {
  const { family } = subnet
  const { first, last } = hosts(subnet)
  const reserved = settings.reserved.map(text => subnetOf(text, 'reserved')).filter(one => one.family === family)
  const start = previous === undefined ? first : addressOf(previous, 'last').value + 1n
  for (const [from, to] of [
    [start, last],
    [first, start - 1n],
  ] as const) {
    for (let value = from; value <= to; value++) {
      const hold = reserved.find(one => contains(one, { family, value }))
      if (hold !== undefined) {
        value = hold.last
        continue
      }
      const text = addressText({ family, value })
      if (!taken.has(text)) return text
    }
  }
  throw stateError('ENOSPC', `${subnet.text} has no free address`)
}
