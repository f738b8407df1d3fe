// The state of a network in one form, whoever made it: what `ip` and `bridge` show and the sysctls, by path, with names and
// addresses that are random by their roles.
import { readdirSync, readFileSync } from 'node:fs'
import * as netns from '../../src/netns.js'
import { run } from './iproute2/iproute.js'

/** Values by path: `host link br-web mtu`. */
export type Shown = ReadonlyMap<string, string>

type Row = Record<string, unknown>

/** What passes with time, or counts. */
const passing = new Set(
  (
    'ifindex link_index link_netnsid link_netns hello_timer tcn_timer topology_change_timer gc_timer forward_delay_timer message_age_timer hold_timer ' +
    'valid_life_time preferred_life_time fdb_n_learned usedbcqueuelen index ifi_index'
  ).split(' '),
)

/** Shows the namespace of the host and that of the container. */
export function output(host: string, container: string): Shown {
  const found = new Map<string, string>()
  const roles = rolesOf([host, container])
  for (const [role, name] of [
    ['host', host],
    ['container', container],
  ] as const) {
    for (const link of print(name, 'ip -d -j link')) flatten(found, `${role} link ${link['ifname']}`, link, roles)
    for (const { ifname, addr_info } of print(name, 'ip -d -j addr')) {
      for (const addr of addr_info as Row[]) {
        flatten(found, `${role} addr ${ifname} ${name4(addr, roles)}`, addr, roles)
      }
    }
    for (const family of ['-4', '-6']) {
      for (const route of print(name, `ip ${family} -d -j route show table all`)) {
        const { type, dst, dev } = route
        flatten(found, `${role} route ${type} ${plain(String(dst), roles)} ${plain(String(dev), roles)}`, route, roles)
      }
    }
    for (const port of print(name, 'bridge -d -j link')) flatten(found, `${role} port ${port['ifname']}`, port, roles)
    for (const [key, value] of sysctls(name)) found.set(plain(`${role} sysctl ${key}`, roles), value)
  }
  return new Map([...found].map(([path, value]) => [plain(path, roles), value]))
}

/** Tells whether an address of one of the namespaces is still tentative. */
export function isTentative(...names: readonly string[]): boolean {
  return names.some(name => run(`ip -n ${name} addr`).includes('tentative'))
}

/** The paths at which two differ, with the values; `-` stands for nothing. */
export function differing(ours: Shown, theirs: Shown): string[] {
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].sort()
  return paths.flatMap(path => {
    const [a = '-', b = '-'] = [ours.get(path), theirs.get(path)]
    return a === b ? [] : [`${path}: ${a} / ${b}`]
  })
}

function print(name: string, line: string): Row[] {
  const [program = '', ...rest] = line.split(' ')
  const text = run(`${program} -n ${name} ${rest.join(' ')}`)
  return (text.trim() === '' ? [] : (JSON.parse(text) as Row[])).filter(row => Object.keys(row).length > 0)
}

/** What is random, and what it stands for: names of host's ends, MAC addresses, and link-local ones that are made of them. */
function rolesOf(names: readonly string[]): Map<string, string> {
  const roles = new Map<string, string>()
  for (const name of names) {
    for (const { ifname, address } of print(name, 'ip -d -j link') as { ifname: string; address: string }[]) {
      const role = /^veth/.test(ifname) ? 'VETH' : ifname
      if (role !== ifname) roles.set(ifname, role)
      if (ifname === 'lo') continue
      roles.set(address, `MAC-${role}`)
      // bridge_id writes it without zeros.
      roles.set(address.replace(/\b0/g, ''), `MAC-${role}`)
    }
    for (const { ifname, addr_info } of print(name, 'ip -d -j addr') as { ifname: string; addr_info: Row[] }[]) {
      for (const { local } of addr_info) {
        if (String(local).startsWith('fe80::')) roles.set(String(local), `LL-${roles.get(ifname) ?? ifname}`)
      }
    }
  }
  return roles
}

function plain(text: string, roles: ReadonlyMap<string, string>): string {
  let found = text
  for (const [random, role] of roles) found = found.replaceAll(random, role)
  return found
}

function name4({ local, prefixlen }: Row, roles: ReadonlyMap<string, string>): string {
  return `${plain(String(local), roles)}/${prefixlen}`
}

function flatten(found: Map<string, string>, path: string, value: unknown, roles: ReadonlyMap<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    found.set(path, plain(JSON.stringify(value), roles))
    return
  }
  for (const [key, item] of Object.entries(value)) if (!passing.has(key)) flatten(found, `${path} ${key}`, item, roles)
}

function sysctls(name: string): [string, string][] {
  return netns.run(name, () => {
    const found: [string, string][] = []
    const read = (key: string): void => {
      try {
        found.push([key, readFileSync(`/proc/sys/net/${key}`, 'utf8').trim()])
      } catch {
        // Some cannot be read, as stable_secret before it is set.
      }
    }
    read('ipv4/ip_forward')
    for (const family of ['ipv4', 'ipv6']) {
      for (const link of readdirSync(`/proc/sys/net/${family}/conf`)) {
        for (const key of readdirSync(`/proc/sys/net/${family}/conf/${link}`)) read(`${family}/conf/${link}/${key}`)
      }
    }
    return found
  })
}
