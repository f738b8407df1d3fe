// Many containers connected to one network at the same time.
import { channel } from 'node:diagnostics_channel'
import { expect, it } from 'vitest'
import * as netns from '../../../src/netns.js'
import { createNetwork, removeNetwork, type StepMessage } from '../../../src/network.js'
import { ipShow } from '../../support/iproute2/iproute.js'
import { files, ping } from '../../support/network.js'
import { requireTool } from '../../support/probe.js'

/** On the one slow processor of User-mode Linux fewer. */
const count = process.env['RIK_ENGINE'] === undefined ? 200 : 30

it(`are each connected and usable, and nothing is left of them`, async context => {
  requireTool(context, 'ping')
  const warnings: string[] = []
  const listener = ({ name }: Error): void => void warnings.push(name)
  process.on('warning', listener)
  const names = Array.from({ length: count }, (_, i) => `c${i}`)
  for (const name of names) netns.create(name).close()
  await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] })
  // All at the same time would wait for each other beyond their deadlines.
  const running = new Set<string>()
  let most = 0
  const follow = (message: unknown): void => {
    const { requested, step, phase } = message as StepMessage
    running.add(requested)
    most = Math.max(most, running.size)
    if (step === 'done' && phase === 'done') running.delete(requested)
  }
  channel('rtnetlink:network-step').subscribe(follow)
  const all = await Promise.all(names.map(name => network.connect(name)))
  channel('rtnetlink:network-step').unsubscribe(follow)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(32)
  const addresses = all.flatMap(({ ips }) => ips.map(({ address }) => address))
  expect(new Set(addresses).size).toBe(2 * count)
  const { containers } = await network.inspect()
  expect(containers.filter(({ state }) => state === 'connected')).toHaveLength(count)
  for (const i of [0, 7, count - 1]) {
    const to = all[count - 1 - i]?.ips ?? []
    for (const { address } of to) expect(ping(names[i] ?? '', address.replace(/\/.*/, ''))).toBe(true)
  }
  // Half of them leave one by one, the rest with the network.
  await Promise.all(names.slice(0, count / 2).map(name => network.disconnect(name)))
  expect(ipShow('link show master br-web')).toHaveLength(count / 2)
  await removeNetwork('web', { force: true })
  expect(ipShow('link').map(({ ifname }) => ifname)).toEqual(['lo'])
  for (const name of names) expect(ipShow(`-n ${name} link`).map(({ ifname }) => ifname)).toEqual(['lo'])
  expect(files()).toEqual([])
  for (const name of names) netns.delete(name)
  process.off('warning', listener)
  expect(warnings).toEqual([])
})
