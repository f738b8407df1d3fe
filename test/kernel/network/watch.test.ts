// Watching a network, and looking at bridges and veths.
import { closeSync, openSync as openFile, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError, open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import {
  bridgePorts,
  createNetwork,
  type NetworkEvent,
  type NetworkWatch,
  orphanedVeths,
  removeNetwork,
  vethPeer,
} from '../../../src/network.js'
import { ip, run } from '../../support/iproute2/iproute.js'
import { directory } from '../../support/network.js'

const names = ['blue', 'red']
const web = { name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] }

beforeEach(() => {
  for (const name of names) netns.create(name).close()
})

afterEach(async () => {
  await removeNetwork('web', { force: true })
  for (const name of names) {
    try {
      netns.delete(name)
    } catch (error) {
      if (!NetlinkError.is(error) || error.code !== 'ENOENT') throw error
    }
  }
})

/** Reads a watch: a line for each event. */
class Reader {
  readonly lines: string[] = []
  readonly done: Promise<void>

  constructor(watch: NetworkWatch) {
    this.done = this.#read(watch)
  }

  async #read(watch: NetworkWatch): Promise<void> {
    for await (const event of watch) this.lines.push(lineOf(event))
  }
}

function lineOf(event: NetworkEvent): string {
  if (event.type === 'ready') return 'ready'
  const { name, addresses, carrier } = event.new ?? event.old
  return `${event.action} ${name} ${addresses.join()} ${carrier}`
}

describe('a watch', () => {
  it('tells who is there, who comes, what changes, and who goes', async () => {
    await using network = await createNetwork(web)
    await network.connect('blue')
    await using watch = network.watch()
    const reader = new Reader(watch)
    const blue = '10.89.0.2/24,fd00:89::2/64'
    await expect.poll(() => reader.lines.splice(0)).toEqual([`added blue ${blue} true`, 'ready'])
    await network.connect('red')
    const red = '10.89.0.3/24,fd00:89::3/64'
    await expect.poll(() => reader.lines).toEqual([`added red ${red} true`])
    reader.lines.length = 0
    ip('-n red addr add 192.0.2.1/24 dev eth0')
    await expect.poll(() => reader.lines).toEqual([`changed red 10.89.0.3/24,192.0.2.1/24,fd00:89::3/64 true`])
    ip('-n red addr del 192.0.2.1/24 dev eth0')
    await expect.poll(() => reader.lines.at(-1)).toBe(`changed red ${red} true`)
    // The host's end is taken down: the container loses its carrier.
    const { containers } = await network.inspect()
    const link = containers.find(({ name }) => name === 'red')?.link
    ip(`link set ${link} down`)
    await expect.poll(() => reader.lines.at(-1)).toBe(`changed red ${red} false`)
    ip(`link set ${link} up`)
    await expect.poll(() => reader.lines.at(-1)).toBe(`changed red ${red} true`)
    reader.lines.length = 0
    // It holds nobody's namespace: that goes, and the watch says so.
    netns.delete('red')
    await expect.poll(() => reader.lines).toEqual([`removed red ${red} true`])
    await network.disconnect('blue')
    await expect.poll(() => reader.lines.at(-1)).toBe(`removed blue ${blue} true`)
    await watch.close()
    await reader.done
  })

  it('follows a container that has no name', async () => {
    await using network = await createNetwork(web)
    using handle = netns.open('blue')
    netns.delete('blue')
    await using watch = network.watch()
    const reader = new Reader(watch)
    await expect.poll(() => reader.lines).toEqual(['ready'])
    await network.connect(handle)
    await expect.poll(() => reader.lines.length).toBe(2)
    expect(reader.lines[1]).toMatch(/^added net:\[\d+\] 10\.89\.0\.2\/24,fd00:89::2\/64 true$/)
  })

  it("follows the host's end under another name", async () => {
    await using network = await createNetwork(web)
    using handle = netns.open('blue')
    netns.delete('blue')
    const link = (await network.connect(handle)).interfaces[1]?.name
    await using watch = network.watch()
    const reader = new Reader(watch)
    await expect.poll(() => reader.lines.length).toBe(2)
    ip(`link set ${link} down`)
    await expect.poll(() => reader.lines.at(-1)).toMatch(/^changed .* false$/)
    ip(`link set ${link} name hosty`)
    ip('link set hosty up')
    await expect.poll(() => reader.lines.at(-1)).toMatch(/ true$/)
    expect(reader.lines.at(-1)).toMatch(/^changed /)
    ip('link del hosty')
    await expect.poll(() => reader.lines.at(-1)).toMatch(/^removed /)
  })

  it('goes on when the path or the descriptor of a container means something else', async () => {
    await using network = await createNetwork(web)
    const path = '/run/sandbox'
    writeFileSync(path, '')
    run(`mount --bind /run/netns/blue ${path}`)
    const fd = openFile('/run/netns/red', 'r')
    await network.connect({ path })
    await network.connect({ fd })
    closeSync(fd)
    const other = openFile('/etc/hostname', 'r')
    run(`umount ${path}`)
    try {
      expect(other).toBe(fd)
      await using watch = network.watch()
      const reader = new Reader(watch)
      // Their namespaces are there all the same.
      await expect.poll(() => reader.lines.length).toBe(3)
      expect(reader.lines.splice(0)).toEqual([
        `added ${path} 10.89.0.2/24,fd00:89::2/64 true`,
        expect.stringMatching(/^added net:\[\d+\] 10\.89\.0\.3\/24,fd00:89::3\/64 true$/),
        'ready',
      ])
      netns.delete('blue')
      await expect.poll(() => reader.lines).toEqual([`removed ${path} 10.89.0.2/24,fd00:89::2/64 true`])
    } finally {
      closeSync(other)
      rmSync(path)
    }
  })

  it('ends with its signal and with its network', async () => {
    const network = await createNetwork(web)
    const stop = new AbortController()
    const reader = new Reader(network.watch({ signal: stop.signal }))
    await expect.poll(() => reader.lines).toEqual(['ready'])
    stop.abort(new Error('enough'))
    await expect(reader.done).rejects.toThrow('enough')
    const at = network.watch({ signal: stop.signal })
    await expect(at.next()).rejects.toThrow('enough')
    const other = new Reader(network.watch())
    await expect.poll(() => other.lines).toEqual(['ready'])
    const ended = expect(other.done).rejects.toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    await network.close()
    await ended
  })
})

describe('ports and peers', () => {
  it('are found from the bridge to the container and back', async () => {
    await using network = await createNetwork(web)
    const { interfaces } = await network.connect('blue', { hairpin: true })
    await network.connect('red', { isolated: true })
    const name = interfaces[1]?.name ?? ''
    await using rt = await open()
    const ports = await bridgePorts(rt, 'br-web')
    expect(ports).toHaveLength(2)
    expect(ports.find(port => port.name === name)).toEqual({
      name,
      index: (await rt.link.get(name)).index,
      state: 'forwarding',
      carrier: true,
      hairpin: true,
      isolated: false,
    })
    expect(ports.find(port => port.name !== name)).toMatchObject({ hairpin: false, isolated: true })
    await expect(bridgePorts(rt, 'none')).rejects.toMatchObject({ code: 'ENODEV' })
    const peer = await vethPeer(name)
    expect(peer?.link).toMatchObject({ name: 'eth0', address: interfaces[2]?.mac })
    expect(peer?.names).toEqual(['blue'])
    using blue = netns.open('blue')
    expect(peer?.cookie).toBe(blue.cookie)
    // And from within.
    using home = netns.current()
    const back = await vethPeer('eth0', { netns: 'blue' })
    expect(back?.link.name).toBe(name)
    expect(back?.cookie).toBe(home.cookie)
    await expect(vethPeer('none')).rejects.toMatchObject({ code: 'ENODEV' })
    expect(await vethPeer('br-web')).toBeUndefined()
  })

  it('are found where only a descriptor holds the namespace', async () => {
    using handle = netns.create()
    using rt = openSync()
    rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1', netns: handle } } })
    const peer = await vethPeer('v0')
    rt.link.delete('v0')
    expect(peer?.link.name).toBe('v1')
    expect(peer).toMatchObject({ names: [], pids: [], cookie: handle.cookie })
  })

  it('of a pair in one namespace are each other', async () => {
    using rt = openSync()
    rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1' } } })
    expect((await vethPeer('v0'))?.link.name).toBe('v1')
    rt.link.delete('v0')
  })

  it('that belong to no network any more are found', async () => {
    await using network = await createNetwork(web)
    const { interfaces } = await network.connect('blue')
    ip('link add name strange type veth peer name strange1')
    ip('link add name strange2 master br-web type veth peer name strange3')
    // Plugins of CNI name theirs so too.
    ip('link add name veth0badcafe type veth peer name strange4')
    expect(await orphanedVeths()).toEqual(['strange2'])
    for (const folder of readdirSync(directory)) rmSync(`${directory}/${folder}`, { recursive: true })
    const orphans = await orphanedVeths()
    expect(orphans).toEqual([interfaces[1]?.name])
    using rt = openSync()
    expect(rt.link.deleteMany([...orphans, 'strange', 'strange2', 'veth0badcafe', 'br-web']).failed).toEqual([])
  })
})
