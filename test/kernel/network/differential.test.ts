// adv-83: the same intent by Debian's CNI plugins, by netavark and by this module gives the same state of the kernel, apart
// from what is listed here with its reason.
import { existsSync, mkdirSync } from 'node:fs'
import { afterEach, expect, it, type TestContext } from 'vitest'
import { openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { type Attachment, createNetwork, type NetworkSpec } from '../../../src/network.js'
import { differing, isTentative, output, type Shown } from '../../support/network-state.js'
import { requireKind } from '../../support/probe.js'

const cni = '/usr/lib/cni'
const netavark = '/usr/lib/podman/netavark'
const made: string[] = []

afterEach(() => {
  for (const name of made.splice(0)) netns.delete(name)
})

function requireProgram(context: TestContext, path: string, debian: string): void {
  if (!existsSync(path)) context.skip(`${path} of Debian's ${debian} is not installed`)
}

/** Makes a host and a container; the host has a parent for macvlan. */
function buffers(holder: string): readonly [host: string, container: string] {
  const names = [`${holder}-host`, `${holder}-box`, `${holder}-router`] as const
  for (const name of names) {
    using space = netns.create(name)
    made.push(name)
    using rt = openSync({ netns: space })
    rt.link.set('lo', { up: true })
  }
  using rt = openSync({ netns: names[0] })
  rt.link.add({ name: 'p0', info: { kind: 'veth', peer: { name: 'r0', netns: names[2] } } })
  rt.link.set('p0', { address: '02:00:00:00:00:99', up: true })
  using router = openSync({ netns: names[2] })
  router.link.set('r0', { up: true })
  return [names[0], names[1]]
}

const subnets = ['10.89.0.0/24', 'fd00:89::/64']
const gateways = ['10.89.0.1', 'fd00:89::1']

async function program(host: string, path: string, args: readonly string[], input: object, env = {}): Promise<unknown> {
  const child = netns.spawn(host, path, args, { env: { ...process.env, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  child.stdin?.end(JSON.stringify(input))
  const code = await new Promise(resolve => child.once('close', resolve))
  if (code !== 0) throw new Error(`${path}: ${output}`)
  return JSON.parse(output)
}

/** Has a plugin do it, and shows what it has done. */
async function byCni(type: string, more: object): Promise<{ readonly state: Shown; readonly result: unknown }> {
  const [host, container] = buffers(`cni-${type}`)
  const ranges = subnets.map((subnet, i) => [{ subnet, gateway: gateways[i] }])
  // A bridge says itself that it is the way.
  const routes = type === 'bridge' ? [] : [{ dst: '0.0.0.0/0' }, { dst: '::/0' }]
  const ipam = { type: 'host-local', ranges, routes, dataDir: `/run/cni-${type}` }
  const env = {
    CNI_PATH: cni,
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: container,
    CNI_NETNS: `/run/netns/${container}`,
    CNI_IFNAME: 'eth0',
  }
  const result = await program(
    host,
    `${cni}/${type}`,
    [],
    { cniVersion: '1.0.0', name: 'web', type, ipam, ...more },
    env,
  )
  return { state: await settled(host, container), result }
}

async function byNetavark(driver: string, more: object): Promise<Shown> {
  const [host, container] = buffers(`nv-${driver}`)
  mkdirSync(`/run/nv-${driver}`)
  const network = {
    name: 'web',
    id: '53ce4390f2adb1681eb1a90ec8b48c49c015e0a8d336c197637e7f65e365fa9e',
    driver,
    subnets: subnets.map((subnet, i) => ({ subnet, gateway: gateways[i] })),
    ipv6_enabled: true,
    internal: false,
    dns_enabled: false,
    ipam_options: { driver: 'host-local' },
    ...more,
  }
  const input = {
    container_id: container,
    container_name: container,
    networks: { web: { static_ips: ['10.89.0.2', 'fd00:89::2'], interface_name: 'eth0' } },
    network_info: { web: network },
  }
  const args = ['--config', `/run/nv-${driver}`, 'setup', `/run/netns/${container}`]
  await program(host, netavark, args, input, { NETAVARK_FW: 'none' })
  return settled(host, container)
}

async function byUs(spec: Omit<NetworkSpec, 'name'>): Promise<{ readonly state: Shown; readonly result: Attachment }> {
  const [host, container] = buffers(`our-${spec.driver}`)
  await using network = await createNetwork({ name: 'web', subnets, ...spec }, { netns: host })
  const result = await network.connect(container)
  return { state: await settled(host, container), result }
}

async function settled(host: string, container: string): Promise<Shown> {
  await expect.poll(() => isTentative(host, container)).toBe(false)
  return output(host, container)
}

/** A difference that is meant, and why. */
type Argued = readonly [path: RegExp, reason: string]

/** Compares but for what is argued; what is argued must be there. */
function same(ours: Shown, theirs: Shown, argued: readonly Argued[]): void {
  const found = differing(ours, theirs)
  expect(found.filter(line => !argued.some(([path]) => path.test(line)))).toEqual([])
  expect(argued.filter(([path]) => !found.some(line => path.test(line)))).toEqual([])
  expect(ours.size).toBeGreaterThan(300)
}

const nodad: Argued = [/ addr \S+ fd00:89::\d\/64 nodad: true \/ -$/, 'nobody waits for it: the leases tell duplicates']
const dad: Argued = [/ sysctl ipv6\/conf\/eth0\/accept_dad: 0 \/ 1$/, 'nobody waits for the link-local address either']
const bridgeDad: Argued = [/ sysctl ipv6\/conf\/br-web\/accept_dad: 0 \/ 1$/, 'the same of the bridge']
const arp: Argued = [/ sysctl ipv4\/conf\/eth0\/arp_notify: 1 \/ 0$/, 'neighbours forget who had the address before']
const notify: Argued = [/ sysctl ipv6\/conf\/eth0\/ndisc_notify: 1 \/ 0$/, 'the same for IPv6']
const qlen: Argued = [
  / link (?:VETH|eth0) txqlen: 1000 \/ -$/,
  'a qdisc that is put there later would have room for nothing',
]
const proto: Argued = [/ route unicast default \S+ protocol: "static" \/ "boot"$/, 'routes of this library say so']
const portRa: Argued = [
  / sysctl ipv6\/conf\/VETH\/accept_ra: 1 \/ 0$/,
  "what a port receives is the bridge's, it never sees any",
]
const portDad: Argued = [/ sysctl ipv6\/conf\/VETH\/accept_dad: 1 \/ 0$/, 'nobody uses the address of a port']
const metric: Argued = [
  / route unicast default eth0 metric: \S+ \/ 100$/,
  'the first network has the default routes, none is second',
]
const autoconf: Argued = [
  / sysctl ipv6\/conf\/eth0\/autoconf: 1 \/ 0$/,
  "the kernel's default, for routers that are there",
]
const filter: Argued = [/ sysctl ipv4\/conf\/(?:eth0|br-web)\/rp_filter: 0 \/ 2$/, 'the policy of the machine']
const pointToPoint: Argued = [/ route unicast (?:10|fd00)\S+ eth0 /, 'no neighbours: all goes by the gateway']

it('adv-83: a bridge is as that of the CNI plugins', async context => {
  requireProgram(context, `${cni}/bridge`, 'containernetworking-plugins')
  const theirs = await byCni('bridge', { bridge: 'br-web', isDefaultGateway: true })
  const ours = await byUs({ driver: 'bridge' })
  same(ours.state, theirs.state, [nodad, notify, bridgeDad, portRa, proto, qlen])
  const [a, b] = [ours.result, theirs.result].map(result => text(result))
  expect(a).toEqual(b)
})

it('adv-83: a bridge is as that of netavark', async context => {
  requireProgram(context, netavark, 'netavark')
  const theirs = await byNetavark('bridge', { network_interface: 'br-web' })
  const ours = await byUs({ driver: 'bridge' })
  same(ours.state, theirs, [nodad, notify, portDad, metric, filter, autoconf])
})

it('adv-83: macvlan is as that of the CNI plugins', async context => {
  requireKind(context, 'macvlan')
  requireProgram(context, `${cni}/macvlan`, 'containernetworking-plugins')
  const theirs = await byCni('macvlan', { master: 'p0', mode: 'bridge' })
  const ours = await byUs({ driver: 'macvlan', parent: 'p0' })
  same(ours.state, theirs.state, [nodad, dad, notify, proto, qlen])
})

it('adv-83: macvlan is as that of netavark', async context => {
  requireKind(context, 'macvlan')
  requireProgram(context, netavark, 'netavark')
  const theirs = await byNetavark('macvlan', { network_interface: 'p0', options: { mode: 'bridge' } })
  const ours = await byUs({ driver: 'macvlan', parent: 'p0' })
  same(ours.state, theirs, [nodad, dad, arp, notify, metric, autoconf])
})

it('adv-83: a container on a bridge is as one of the CNI plugin ptp', async context => {
  requireProgram(context, `${cni}/ptp`, 'containernetworking-plugins')
  const theirs = await byCni('ptp', {})
  const ours = await byUs({ driver: 'bridge' })
  // The host's side is another: no bridge there, a route for each container.
  const inside = (state: Shown): Shown => new Map([...state].filter(([path]) => path.startsWith('container ')))
  same(inside(ours.state), inside(theirs.state), [nodad, dad, arp, notify, proto, qlen, pointToPoint])
})

/** A result without what is random. */
function text(result: unknown): unknown {
  const { interfaces, ips, routes } = result as Attachment
  return {
    interfaces: interfaces.map(({ name }) => name.replace(/^veth.*/, 'veth')),
    ips,
    routes: routes.map(({ dst, gw }) => ({ dst, gw })),
  }
}
