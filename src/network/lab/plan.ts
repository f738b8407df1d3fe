import { NetlinkError, rate, time64 } from '../../index.js'
import { badSetting } from '../network-error.js'
import { checkOptions, type Options } from '../options.js'
import { isLinkName } from '../settings.js'

/** A route of a host. */
export interface LabRoute {
  readonly dst: string
  readonly gateway?: string | undefined
  readonly dev?: string | undefined
}

/** A host of a lab: a network namespace of its own. */
export interface LabHost {
  /** Passes packets on, IPv4 and IPv6. */
  readonly forward?: boolean | undefined
  /** Where its default routes lead, one a family. */
  readonly gateway?: string | readonly string[] | undefined
  readonly routes?: readonly LabRoute[] | undefined
  /** Keys of `netns.sysctl` and their values, written once the links are there. */
  readonly sysctls?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** A switch of a lab: a bridge. */
export interface LabSwitch {
  readonly mtu?: number | undefined
  /** Spanning tree: ports forward only after the bridge's delays, which nobody waits for. */
  readonly stp?: boolean | undefined
}

/** One end of a link. */
export interface LabEnd {
  /** The host or the switch. */
  readonly node: string
  /** `eth0`, `eth1`, … by default, in the order of the links; `p0`, `p1`, … on switches. */
  readonly ifname?: string | undefined
  /** With their prefix lengths; switches have none. */
  readonly addresses?: readonly string[] | undefined
  readonly mac?: string | undefined
}

/** What holds packets up on a link, each way. */
export interface LabShape {
  /** As tc writes it: `10mbit`. */
  readonly rate?: string | undefined
  /** As tc writes it: `20ms`. */
  readonly delay?: string | undefined
  /** How much the delay varies: `2ms`. */
  readonly jitter?: string | undefined
  /** Per cent of packets that get lost, 0 to 100. */
  readonly loss?: number | undefined
}

/** A link of a lab: a veth pair. */
export interface LabLink extends LabShape {
  /** Each as an object, or as text: the node, perhaps `:ifname`, and addresses: `a:eth1 10.0.0.1/24 fd00::1/64`. */
  readonly endpoints: readonly [LabEnd | string, LabEnd | string]
  readonly mtu?: number | undefined
}

/** A lab as it is asked for. */
export interface LabSpec {
  /** Keeps the hosts under names (`NAME-HOST`, the switches' namespace `NAME-switches`) that `ip netns` sees; otherwise they end with the process, and with the programs that `spawn` has started. */
  readonly name?: string | undefined
  /** By name; a list where nothing is to be said of them. */
  readonly hosts: readonly string[] | Readonly<Record<string, LabHost>>
  readonly switches?: readonly string[] | Readonly<Record<string, LabSwitch>> | undefined
  /** Objects, or the two ends as one text: `a 10.0.0.1/24 -- s1`. */
  readonly links: readonly (LabLink | string)[]
  /** What becomes of a link that the kernel has no netem or tbf for: an error, or a link that holds nothing up and is named in `unshaped`. */
  readonly shaping?: 'required' | 'if-supported' | undefined
}

/** One end of a link, with everything that was left out. */
export interface PlannedEnd {
  readonly node: string
  readonly ifname: string
  readonly addresses: readonly string[]
  readonly mac: string | undefined
}

/** A link, with everything that was left out. */
export interface PlannedLink {
  readonly endpoints: readonly [PlannedEnd, PlannedEnd]
  readonly mtu: number | undefined
  readonly shape: LabShape
}

/** A lab with everything that was left out. */
export interface LabPlan {
  readonly hosts: ReadonlyMap<string, LabHost>
  readonly switches: ReadonlyMap<string, LabSwitch>
  readonly links: readonly PlannedLink[]
}

/** Names of links in one namespace. */
interface Names {
  readonly all: Set<string>
  /** The number of the next default name: those below it are taken. */
  next: number
}

/** The namespace that all switches share: nothing of a lab is in the caller's. */
export const SWITCHES = 'switches'
/** Names of nodes: they become parts of names of namespaces, and bridges have IFNAMSIZ. */
const nodeName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,14}$/

const labOptions = {
  hosts: 'other',
  links: 'other',
  switches: 'other',
  name: 'text',
  shaping: 'text',
} satisfies Options<LabSpec>
const hostOptions = {
  forward: 'flag',
  gateway: 'oneOrMore',
  routes: 'list',
  sysctls: 'other',
} satisfies Options<LabHost>
const routeOptions = { dst: 'text', gateway: 'text', dev: 'text' } satisfies Options<LabRoute>
const switchOptions = { mtu: 'number', stp: 'flag' } satisfies Options<LabSwitch>
const linkOptions = {
  endpoints: 'other',
  mtu: 'number',
  rate: 'text',
  delay: 'text',
  jitter: 'text',
  loss: 'number',
} satisfies Options<LabLink>
const endOptions = { node: 'text', ifname: 'text', addresses: 'texts', mac: 'text' } satisfies Options<LabEnd>

/** Fills in what was left out of a lab; rejects what cannot be built, naming the field (ERR_NETLINK_BAD_VALUE). */
export function planLab(spec: LabSpec): LabPlan {
  checkOptions('a lab', labOptions, spec)
  const { shaping = 'required' } = spec
  if (shaping !== 'required' && shaping !== 'if-supported') throw badSetting('shaping', 'required or if-supported')
  const hosts = nodes<LabHost>(spec.hosts, 'hosts')
  const switches = nodes<LabSwitch>(spec.switches ?? [], 'switches')
  for (const [name, host] of hosts) {
    checkOptions('a host', hostOptions, host, `hosts.${name}`)
    for (const [i, route] of (host.routes ?? []).entries()) {
      checkOptions('a route', routeOptions, route, `hosts.${name}.routes[${i}]`)
    }
  }
  for (const [name, each] of switches) checkOptions('a switch', switchOptions, each, `switches.${name}`)
  checkList(spec.links, 'links', 'a list of { endpoints } and texts like "a 10.0.0.1/24 -- b"')
  for (const name of switches.keys()) if (hosts.has(name)) throw badSetting('switches', `${name} is a host too`)
  if (spec.name !== undefined && switches.size > 0 && hosts.has(SWITCHES))
    throw badSetting('hosts', `${spec.name}-${SWITCHES} is the namespace of the switches`)
  const taken = new Map<string, Names>()
  const links = spec.links.map((given, index): PlannedLink => {
    const link = typeof given === 'string' ? textLink(given, `links[${index}]`) : given
    checkOptions('a link', linkOptions, link, `links[${index}]`)
    checkList(link.endpoints, `links[${index}].ends`, 'a list of two ends', 2)
    const { rate: bits, delay, jitter, loss, mtu } = link
    checkShape(link, `links[${index}]`)
    const [a, b] = link.endpoints.map((end, side) =>
      planEnd(end, `links[${index}].ends[${side}]`, hosts, switches, taken),
    ) as [PlannedEnd, PlannedEnd]
    return { endpoints: [a, b], mtu, shape: { rate: bits, delay, jitter, loss } }
  })
  return { hosts, switches, links }
}

function checkList(given: unknown, field: string, words: string, length?: number): void {
  if (Array.isArray(given) && (length === undefined || given.length === length)) return
  throw new TypeError(`${field}: ${words}`)
}

function nodes<T extends object>(
  given: readonly string[] | Readonly<Record<string, T>>,
  field: string,
): Map<string, T> {
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`${field}: a list of names, or an object by name`)
  const map = new Map<string, T>(
    Array.isArray(given) ? given.map((name: string) => [name, {} as T]) : Object.entries(given as Record<string, T>),
  )
  for (const name of map.keys()) {
    if (!nodeName.test(name))
      throw badSetting(field, `${JSON.stringify(name)} is no name of 1 to 15 letters and digits`)
  }
  if (Array.isArray(given) && map.size < given.length) throw badSetting(field, 'holds a name twice')
  return map
}

function textLink(text: string, field: string): LabLink {
  const [a, b, more] = text.split(' -- ')
  if (a === undefined || b === undefined || more !== undefined)
    throw badSetting(field, `${JSON.stringify(text)} is not two ends with " -- " between them`)
  return { endpoints: [a, b] }
}

function planEnd(
  given: LabEnd | string,
  field: string,
  hosts: ReadonlyMap<string, LabHost>,
  switches: ReadonlyMap<string, LabSwitch>,
  taken: Map<string, Names>,
): PlannedEnd {
  const end = typeof given === 'string' ? textEnd(given, field) : given
  checkOptions('an end', endOptions, end, field)
  const { node, ifname, addresses = [], mac } = end
  const isSwitch = switches.has(node)
  if (!isSwitch && !hosts.has(node))
    throw badSetting(`${field}.node`, `there is no host or switch ${JSON.stringify(node)}`)
  if (isSwitch && addresses.length > 0) throw badSetting(`${field}.addresses`, `${node} is a switch: it has none`)
  // All switches share a namespace, and with it the names of links.
  const space = isSwitch ? '' : node
  const names = taken.get(space) ?? { all: new Set(isSwitch ? switches.keys() : []), next: 0 }
  taken.set(space, names)
  if (ifname !== undefined && !isLinkName(ifname))
    throw badSetting(`${field}.ifname`, `${JSON.stringify(ifname)} is no name of a link`)
  let name = ifname
  while (name === undefined) {
    const free = `${isSwitch ? 'p' : 'eth'}${names.next++}`
    if (!names.all.has(free)) name = free
  }
  if (names.all.has(name)) throw badSetting(`${field}.ifname`, `${node} has a ${name} already`)
  names.all.add(name)
  return { node, ifname: name, addresses, mac }
}

function textEnd(text: string, field: string): LabEnd {
  const [where = '', ...addresses] = text.trim().split(/\s+/)
  const [node = '', ifname, more] = where.split(':')
  if (ifname === '' || more !== undefined)
    throw badSetting(field, `${JSON.stringify(where)} is no node with perhaps one ":ifname"`)
  return { node, addresses, ...(ifname === undefined ? {} : { ifname }) }
}

function checkShape({ rate: bits, delay, jitter, loss }: LabShape, field: string): void {
  checkText(rate, bits, `${field}.rate`)
  checkText(time64, delay, `${field}.delay`)
  checkText(time64, jitter, `${field}.jitter`)
  if (jitter !== undefined && delay === undefined) throw badSetting(`${field}.jitter`, 'needs a delay')
  if (loss !== undefined && !(loss >= 0 && loss <= 100)) throw badSetting(`${field}.loss`, `${loss} is not 0 to 100`)
}

/** Has a text read, and names the field where that is refused. */
function checkText(read: (text: string) => unknown, text: string | undefined, field: string): void {
  try {
    if (text !== undefined) read(text)
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    throw badSetting(field, error.detail ?? error.code, error)
  }
}
