// What fails leaves the kernel and the files as they were, and says at which step.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Client, open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { connectSteps, plannedLease } from '../../../src/network/connection/connect-steps.js'
import { openContainer } from '../../../src/network/connection/containers.js'
import { Host } from '../../../src/network/host.js'
import { exclusive } from '../../../src/network/leases/lock.js'
import { Call } from '../../../src/network/leases/owner.js'
import { bootId } from '../../../src/network/leases/store.js'
import { type NetworkContext, networkSteps } from '../../../src/network/network-steps.js'
import { settingsOf } from '../../../src/network/settings.js'
import { run, type Step } from '../../../src/network/step.js'
import {
  bridgePorts,
  type ConnectOptions,
  createLab,
  createNetwork,
  type DisconnectOptions,
  listNetworks,
  NetworkError,
  type NetworkOptions,
  type NetworkSpec,
  openNetwork,
  orphanedVeths,
  removeNetwork,
} from '../../../src/network.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'
import { directory, files, makeContainer, ping, state } from '../../support/network.js'
import { withSteps } from '../../support/network-steps.js'
import { requireTool } from '../../support/probe.js'

const web: NetworkSpec = { name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] }
const options: ConnectOptions = { isolated: true, routes: [{ dst: '10.1.0.0/16' }] }

/** What was handed out last is remembered. */
const settled = (): string[] => state('blue', 'red').map(line => line.replace(/"last":\{.*?\}/, '"last":{}'))

beforeAll(async () => {
  for (const name of ['blue', 'red']) makeContainer(name)
  await create({ name: 'once', subnets: ['10.1.0.0/24', 'fd00:1::/64'] })
  await removeNetwork('once')
})

afterEach(() => removeNetwork('web', { force: true }))

async function create(spec: NetworkSpec, signal?: AbortSignal): Promise<void> {
  await using _network = await createNetwork(spec, { signal })
}

/** A network that has had a container: the bridge has its link-local address. */
async function used(): Promise<string[]> {
  await create(web)
  await using network = await openNetwork('web')
  await network.connect('blue')
  await network.disconnect('blue')
  return settled()
}

describe('an abort', () => {
  const reason = new Error('enough')

  /** Runs something with a signal that aborts when a step begins; gives what it rejects with. */
  async function abortedAt(step: string, fn: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
    const stop = new AbortController()
    let error: unknown
    const reported = ({ step: name, phase }: { step: string; phase: string }): void => {
      if (name === step && phase === 'start') stop.abort(reason)
    }
    await withSteps(reported, () =>
      fn(stop.signal).catch((thrown: unknown) => {
        error = thrown
      }),
    )
    return error
  }

  it('undoes all steps of a network, at each of them', async () => {
    for (const spec of [web, { ...web, internal: true }]) {
      const before = settled()
      const steps = await withSteps(
        () => {},
        () => create(spec),
      )
      await removeNetwork('web')
      expect(steps.length).toBeGreaterThan(7)
      for (const step of steps) {
        expect(await abortedAt(step, signal => create(spec, signal)), step).toBe(reason)
        expect(settled(), step).toEqual(before)
      }
    }
  })

  it('leaves what was there before', async () => {
    await create(web)
    const before = settled()
    const steps = ['record', 'bridge', 'sysctls', 'gateway 10.89.0.1', 'gateway fd00:89::1', 'up']
    for (const step of steps) {
      expect(await abortedAt(step, signal => create(web, signal)), step).toBe(reason)
      expect(settled(), step).toEqual(before)
    }
  })

  it('undoes all steps of a connection, at each of them', async () => {
    const before = await used()
    await using network = await openNetwork('web')
    const steps = await withSteps(
      () => {},
      () => network.connect('blue', options),
    )
    await network.disconnect('blue')
    expect(steps).toEqual(['lease', 'link', 'port', 'sysctls', 'addresses', 'up', 'routes', 'usable', 'done'])
    for (const step of steps) {
      expect(await abortedAt(step, signal => network.connect('blue', { ...options, signal })), step).toBe(reason)
      expect(settled(), step).toEqual(before)
    }
  })
})

describe('a network that is closed', () => {
  it('ends what runs, which undoes all steps, at each of them', async () => {
    const before = await used()
    for (const step of ['lease', 'link', 'sysctls', 'addresses', 'up', 'routes', 'usable', 'done']) {
      const network = await openNetwork('web')
      let closing: Promise<void> | undefined
      const reported = ({ step: name, phase }: { step: string; phase: string }): void => {
        if (name === step && phase === 'start') closing ??= network.close()
      }
      const connected = withSteps(reported, () => network.connect('blue'))
      await expect(connected, step).rejects.toMatchObject({ code: 'ERR_NETLINK_CLOSED', reason: 'closed' })
      await closing
      expect(settled(), step).toEqual(before)
      await expect(network.connect('blue')).rejects.toThrow('network web: ERR_NETLINK_CLOSED: it is closed')
    }
  })
})

describe('what cannot be undone', () => {
  /** Does steps, the last of them in vain: by then the host's client is closed. */
  async function fails<C extends NetworkContext>(steps: readonly Step<C>[], context: C): Promise<unknown> {
    const last = steps.at(-1)?.name
    let error: unknown
    await withSteps(
      ({ step, phase }) => {
        if (step === last && phase === 'start') void context.host.rt.close()
      },
      () =>
        run({ requested: 'all' }, steps, context).catch((thrown: unknown) => {
          error = thrown
        }),
    )
    return error
  }

  it('of a connection stays known, and goes with the next disconnect, connect or remove', async () => {
    const before = await used()
    await using network = await openNetwork('web')
    for (const clean of [() => network.disconnect('blue'), () => network.connect('blue'), () => network.collect()]) {
      await using host = await Host.open({})
      await using container = await openContainer('blue')
      const { settings } = network
      const lease = plannedLease(settings, String(container.netns.cookie), 'blue', {})
      using call = new Call()
      const steps = connectSteps['bridge']?.({}).filter(({ name }) => name !== 'done') ?? []
      const error = await fails(steps, { host, settings, options: {}, container, call, lease })
      expect(error).toMatchObject({ code: 'ERR_NETLINK_CLOSED', left: ['link (ERR_NETLINK_CLOSED)'] })
      expect((await network.inspect()).containers).toMatchObject([{ name: 'blue', state: 'incomplete' }])
      await clean()
      await network.disconnect('blue')
      expect(settled()).toEqual(before)
    }
  })

  it('of a network stays known, and goes with it', async () => {
    const before = settled()
    await using host = await Host.open({})
    const settings = settingsOf(web)
    const steps = networkSteps['bridge']?.(settings) ?? []
    const error = await exclusive(host.directory, () => fails(steps, { host, settings }))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_CLOSED', step: 'up' })
    expect((error as NetworkError).left).toContain('bridge (ERR_NETLINK_CLOSED)')
    await removeNetwork('web')
    expect(settled()).toEqual(before)
  })
})

describe('a refusal of the kernel', () => {
  /** Connects in vain: all is as before, and the error names the step. */
  async function fails(wanted: ConnectOptions, expected: object): Promise<NetworkError> {
    await using network = await openNetwork('web')
    const before = settled()
    let error: unknown
    await network.connect('blue', wanted).catch((thrown: unknown) => {
      error = thrown
    })
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({ ...expected, left: [] })
    expect(settled()).toEqual(before)
    return error as NetworkError
  }

  it('adv-74: when the name is taken in the container leaves no end of a pair', async () => {
    await used()
    ip('-n blue link add name taken type bridge')
    const error = await fails({ ifname: 'taken' }, { code: 'EEXIST', step: 'link', reason: 'kernel' })
    expect(error.message).toMatch(/^network web: connect taken of blue, step link: link add name=veth.*: EEXIST/)
    ip('-n blue link del taken')
  })

  it('of a route, an address or a MTU undoes what came before', async () => {
    await used()
    await fails({ routes: [{ dst: '10.1.0.0/16', gateway: '192.0.2.1' }] }, { code: 'ENETUNREACH', step: 'routes' })
    await fails({ routes: [{ dst: '10.1.0.0/16' }, { dst: '10.1.0.0/16' }] }, { code: 'EEXIST', step: 'routes' })
    await fails({ mtu: 70_000 }, { step: 'link' })
    await fails({ mac: '01:00:00:00:00:01' }, { code: 'EADDRNOTAVAIL', step: 'link' })
    // IPv6 is not to be had with less.
    await fails({ mtu: 1000 }, { step: 'addresses' })
  })

  it('of a bridge that has gone is one of the link', async () => {
    await create(web)
    ip('link del br-web')
    await fails({}, { code: 'ENODEV', step: 'link' })
    // It is made whole.
    await create(web)
    await using network = await openNetwork('web')
    await network.connect('blue')
  })

  it('of a network that is deleted meanwhile leaves nothing', async () => {
    const before = settled()
    await create(web)
    await using network = await openNetwork('web')
    const connected = withSteps(
      ({ step, phase }) => {
        if (step !== 'usable' || phase !== 'done') return
        for (const folder of readdirSync(directory)) rmSync(`${directory}/${folder}/web.json`)
      },
      () => network.connect('blue'),
    )
    await expect(connected).rejects.toMatchObject({ code: 'ENOENT', step: 'done' })
    expect(ipShow('-n blue link').map(({ ifname }) => ifname)).toEqual(['lo'])
    ip('link del br-web')
    for (const folder of readdirSync(directory)) rmSync(`${directory}/${folder}`, { recursive: true })
    expect(settled()).toEqual(before)
  })
})

describe('addresses', () => {
  it('are those of one container only', async () => {
    await create({ ...web, reserved: ['10.89.0.128/25'] })
    await using network = await openNetwork('web')
    await network.connect('blue', { addresses: ['10.89.0.200'] })
    const taken = network.connect('red', { addresses: ['10.89.0.200'] })
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE', step: 'lease' })
    const gateway = network.connect('red', { addresses: ['10.89.0.1'] })
    await expect(gateway).rejects.toThrow('10.89.0.1 is that of the gateway')
    const foreign = network.connect('red', { addresses: ['192.0.2.1'] })
    await expect(foreign).rejects.toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'addresses[0]' })
    expect((await network.connect('red')).ips.map(({ address }) => address)).toEqual(['10.89.0.2/24', 'fd00:89::3/64'])
    await network.disconnect('blue')
    await network.connect('blue', { addresses: ['10.89.0.200'] })
  })

  it('adv-80: are usable when connect returns, with IPv6 turned off before and with duplicate address detection', async context => {
    requireTool(context, 'ping')
    await create(web)
    await using network = await openNetwork('web')
    netns.sysctl('blue', 'net.ipv6.conf.all.disable_ipv6', 1)
    netns.sysctl('red', 'net.ipv6.conf.all.accept_dad', 1)
    try {
      await network.connect('blue')
      await network.connect('red')
      for (const name of ['blue', 'red']) {
        const [{ addr_info }] = ipShow(`-n ${name} addr show dev eth0`) as [{ addr_info: Record<string, unknown>[] }]
        expect(addr_info.map(({ scope }) => scope)).toEqual(['global', 'global', 'link'])
        expect(addr_info.filter(({ tentative }) => tentative === true)).toEqual([])
      }
      expect(ping('blue', 'fd00:89::3')).toBe(true)
      // Two of one MAC address have one link-local address: the kernel finds out, and connect says so.
      await network.disconnect('red')
      const { containers } = await network.inspect()
      const twin = network.connect('red', { mac: containers[0]?.mac })
      await expect(twin).rejects.toMatchObject({ code: 'EADDRINUSE', step: 'usable' })
      expect(ipShow('-n red link').map(({ ifname }) => ifname)).toEqual(['lo'])
    } finally {
      netns.sysctl('blue', 'net.ipv6.conf.all.disable_ipv6', 0)
      netns.sysctl('red', 'net.ipv6.conf.all.accept_dad', 0)
    }
  })
})

describe('options that there are not', () => {
  it('are refused before anything is done', async () => {
    const before = settled()
    const bad = { code: 'ERR_NETLINK_BAD_VALUE' }
    await expect(create({ ...web, subnet: '10.7.0.0/24' } as NetworkSpec)).rejects.toMatchObject(bad)
    await expect(createNetwork(web, { network: 'blue' } as NetworkOptions)).rejects.toMatchObject(bad)
    expect(settled()).toEqual(before)
    await using network = await createNetwork(web)
    await expect(network.connect('blue', { name: 'eth1' } as ConnectOptions)).rejects.toMatchObject(bad)
    await expect(network.connect('blue', null as never)).rejects.toThrow(/^a connection is \{ ifname, /)
    await network.connect('blue')
    await expect(network.disconnect('blue', { ifName: 'eth1' } as DisconnectOptions)).rejects.toMatchObject(bad)
    expect((await network.inspect()).containers).toHaveLength(1)
    await expect(createLab(null as never)).rejects.toThrow(TypeError)
  })
})

describe('a damaged file', () => {
  const folder = (): string => `${directory}/${readdirSync(directory)[0]}`
  const lease = '{"boot":"BOOT","settings":{"name":"bad","driver":"bridge","subnets":[]},"leases":[{}],"last":{}}'
  const texts = ['', 'null', '{}', '[1]', '{"settings":{"name":"bad"}}', lease]

  it.each(texts)('%j is one error that names it, and no business of others', async text => {
    await using network = await createNetwork(web)
    await create({ name: 'bad' })
    const path = `${folder()}/bad.json`
    writeFileSync(path, text.replace('BOOT', bootId()))
    const descriptors = readdirSync('/proc/self/fd').length
    const damaged = {
      code: 'EBADMSG',
      message: expect.stringContaining(`EBADMSG: ${path} holds no network`) as string,
    }
    await expect(openNetwork('bad')).rejects.toMatchObject(damaged)
    await expect(createNetwork({ name: 'bad' })).rejects.toMatchObject({ code: 'EBADMSG', step: 'record' })
    await expect(removeNetwork('bad')).rejects.toMatchObject(damaged)
    // Whose veths are whose cannot be told.
    await expect(orphanedVeths()).rejects.toMatchObject(damaged)
    expect(readdirSync('/proc/self/fd')).toHaveLength(descriptors)
    expect((await listNetworks()).map(({ name }) => name)).toEqual(['web'])
    await create({ name: 'other', subnets: ['10.90.0.0/24'] })
    await removeNetwork('other')
    await network.connect('blue')
    await network.disconnect('blue')
    await removeNetwork('bad', { force: true })
    expect(readdirSync(folder())).toEqual(['web.json'])
    expect(ipShow('link show type bridge').map(({ ifname }) => ifname)).toEqual(['br-web'])
  })

  it.each(['old.json', 'old.json.new'])(
    'of an earlier boot, or of a killed process (%s), goes with the network',
    async left => {
      await create(web)
      writeFileSync(`${folder()}/${left}`, '{"boot":"earlier"}')
      await removeNetwork('old')
      expect(readdirSync(folder())).toEqual(['web.json'])
    },
  )
})

describe('a bridge', () => {
  it('adv-82: takes 1,023 ports; the next is a typed error that leaves nothing', { timeout: 300_000 }, async () => {
    await create({ name: 'web', subnets: ['10.89.0.0/20'] })
    await using network = await openNetwork('web')
    // Most are ports without a container: with one each, every packet to all would be copied a million times.
    using rt = openSync()
    const others = Array.from({ length: 1013 }, (_, i) => `p${i}`)
    const { failed } = rt.bulk(
      others.map(name => {
        const info = { kind: 'veth', peer: { name: `q${name}` } } as const
        return rt.request.link.add({ name, master: 'br-web', info })
      }),
    )
    expect(failed).toEqual([])
    const names = Array.from({ length: 10 }, (_, i) => `e${i}`)
    await Promise.all(names.map(ifname => network.connect('blue', { ifname, defaultRoute: false })))
    expect(await bridgePorts(await host(), 'br-web')).toHaveLength(1023)
    const links = rt.link.list().length
    const before = files()
    const next = network.connect('red', { defaultRoute: false })
    await expect(next).rejects.toMatchObject({ code: 'EXFULL', step: 'link', reason: 'kernel' })
    expect(rt.link.list()).toHaveLength(links)
    expect(ipShow('-n red link').map(({ ifname }) => ifname)).toEqual(['lo'])
    const withoutLast = (lines: readonly string[]) => lines.map(line => line.replace(/"last":\{.*?\}/, ''))
    expect(withoutLast(files())).toEqual(withoutLast(before))
    await network.disconnect('blue', { ifname: 'e9' })
    await network.connect('red', { defaultRoute: false })
    await removeNetwork('web', { force: true })
    expect(rt.link.deleteMany(others).failed).toEqual([])
    expect(ipShow('link').map(({ ifname }) => ifname)).toEqual(['lo'])
    expect(ipShow('-n blue link').map(({ ifname }) => ifname)).toEqual(['lo'])
    expect(files()).toEqual([])
  })
})

let client: Client | undefined
afterAll(() => client?.close())

async function host(): Promise<Client> {
  client ??= await open()
  return client
}
