/** Addresses that are endpoint ids in messages of AF_MCTP (net/mctp/device.c, neigh.c, route.c). */
export const endpointAttributes: ReadonlySet<string> = new Set([
  'RTA_DST',
  'RTA_GATEWAY',
  'IFA_ADDRESS',
  'IFA_LOCAL',
  'NDA_DST',
])

/** The further length that an address may have when it is an endpoint id: one byte, of a gateway with its network in front. */
export function endpoint(cName: string): string {
  if (!endpointAttributes.has(cName)) return ''
  return ` || (h === 45 && n === ${cName === 'RTA_GATEWAY' ? 12 : 5})`
}
