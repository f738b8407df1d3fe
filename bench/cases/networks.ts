/** Connecting containers to a bridge network, all at once: against `ip -batch`, once for the host and once in each container. */
import { spawnSync } from 'node:child_process'
import { openSync } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'
import { createNetwork, type NetworkSpec, removeNetwork } from 'rtnetlink/network'
import type { Case } from '../case.js'
import { Clock, type Work } from '../serve.js'

const spec: NetworkSpec = { name: 'web', subnets: ['10.89.0.0/16', 'fd00:89::/64'] }

/** Makes containers for one participant. */
function containers(prefix: string, size: number): string[] {
  const names = Array.from({ length: size }, (_, i) => `${prefix}${i}`)
  for (const name of names) netns.create(name).close()
  return names
}

const connect: Work = size => {
  const names = containers('ours', size)
  return async () => {
    const network = await createNetwork(spec)
    const clock = new Clock()
    await Promise.all(names.map(name => network.connect(name)))
    clock.stop()
    await network.close()
    await removeNetwork('web', { force: true })
    return { items: size, measured: clock }
  }
}

function ip(args: readonly string[], lines: readonly string[]): void {
  const done = spawnSync('ip', [...args, '-batch', '-'], { encoding: 'utf8', input: `${lines.join('\n')}\n` })
  if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr || done.error?.message}`)
}

const mac = (side: number, i: number): string => `02:00:00:0${side}:${hex(i >> 8)}:${hex(i & 255)}`
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

/** The same links, addresses and routes; no sysctls, no leases, and nobody waits until they are usable. */
const batch: Work = size => {
  const names = containers('ip', size)
  const host = names.map((name, i) => {
    const peer = `peer name eth0 address ${mac(1, i)} netns ${name}`
    return `link add veth${i} address ${mac(2, i)} master br-web up type veth ${peer}`
  })
  const inside = names.map((_, i) => [
    `addr add 10.89.${(i + 2) >> 8}.${(i + 2) & 255}/16 brd 10.89.255.255 dev eth0`,
    `addr add fd00:89::${(i + 2).toString(16)}/64 dev eth0 nodad`,
    'link set eth0 up',
    'route add default via 10.89.0.1',
    'route add default via fd00:89::1',
  ])
  const rt = openSync()
  return async () => {
    const network = await createNetwork(spec)
    const clock = new Clock()
    ip([], host)
    for (const [i, lines] of inside.entries()) ip(['-n', names[i] ?? ''], lines)
    clock.stop()
    rt.link.deleteMany(names.map((_, i) => `veth${i}`))
    await network.close()
    await removeNetwork('web')
    return { items: size, measured: clock }
  }
}

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = { 'connect-containers': connect, 'connect-batch': batch }

export const cases: readonly Case[] = [
  {
    name: 'connect 200 containers',
    unit: 'container',
    kind: 'serve',
    work: 'connect-batch',
    size: 200,
    smokeSize: 5,
    rounds: 7,
    ours: [
      { name: 'iproute2, batch', work: 'connect-batch', forks: true },
      { name: 'network.connect()', work: 'connect-containers', target: 1.5 },
    ],
  },
]
