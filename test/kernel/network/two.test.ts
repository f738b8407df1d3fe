// Several processes at once: one bridge, and no address twice.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as netns from '../../../src/netns.js'
import { Host } from '../../../src/network/host.js'
import { createNetwork, listNetworks, openNetwork, removeNetwork } from '../../../src/network.js'
import { lockPath } from '../../../src/sys/flock.js'
import { runModule } from '../../support/child.js'
import { ipShow } from '../../support/iproute2/iproute.js'
import { files } from '../../support/network.js'
import { killedAt } from '../../support/network-steps.js'
import { requireThat } from '../../support/probe.js'

const entry = JSON.stringify(new URL('../../../dist/network.js', import.meta.url).href)

// Runs each line that it reads, and answers with JSON.
const worker = `
  import * as network from ${entry}
  import { createInterface } from 'node:readline'
  const open = new Map()
  const net = async name => {
    if (!open.has(name)) open.set(name, await network.openNetwork(name))
    return open.get(name)
  }
  const AsyncFunction = (async () => {}).constructor
  console.log('ready')
  for await (const line of createInterface({ input: process.stdin })) {
    try { console.log(JSON.stringify({ value: (await new AsyncFunction('network', 'net', line)(network, net)) ?? null })) }
    catch (error) { console.log(JSON.stringify({ code: error.code ?? String(error), message: error.message })) }
  }
`

/** What a process answers with. */
interface Answer {
  readonly value?: unknown
  readonly code?: string
  readonly message?: string
}

class Other {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  #wake: () => void = () => {}

  constructor() {
    this.#child = spawn(process.execPath, ['--input-type=module', '-e', worker], { stdio: ['pipe', 'pipe', 'inherit'] })
    let rest = ''
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      this.#lines.push(...lines)
      this.#wake()
    })
  }

  async line(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift()
      if (line !== undefined) return line
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  async run(text: string): Promise<Answer> {
    this.#child.stdin?.write(`${text.replaceAll('\n', ' ')}\n`)
    return JSON.parse(await this.line()) as Answer
  }

  end(): void {
    this.#child.stdin?.end()
  }
}

/** On the one slow processor of User-mode Linux fewer. */
const rounds = process.env['RIK_ENGINE'] === undefined ? 100 : 10

const others = [new Other(), new Other()]
beforeAll(async () => {
  for (const other of others) expect(await other.line()).toBe('ready')
})
afterAll(() => {
  for (const other of others) other.end()
})

const both = (text: (i: number) => string): Promise<Answer[]> =>
  Promise.all(others.map((other, i) => other.run(text(i))))

describe('two processes', () => {
  it('adv-77: that create one network at the same time have one, 100 times', async () => {
    const spec = JSON.stringify({ name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] })
    const create = `const n = await network.createNetwork(${spec}); await n.close()`
    for (let round = 0; round < rounds; round++) {
      expect(await both(() => create), `round ${round}`).toEqual([{ value: null }, { value: null }])
      expect(ipShow('link show type bridge').map(({ ifname }) => ifname)).toEqual(['br-web'])
      expect(await listNetworks()).toHaveLength(1)
      // One removes what the other creates anew, or both do: either way it works.
      const last = await both(i => (round % 2 === i ? create : `await network.removeNetwork('web')`))
      expect(last, `round ${round}`).toEqual([{ value: null }, { value: null }])
      await removeNetwork('web')
      expect(ipShow('link').map(({ ifname }) => ifname)).toEqual(['lo'])
    }
    expect(files()).toEqual([])
  })

  it('that ask for other settings at the same time: one has its network, the other the difference', async () => {
    for (let round = 0; round < 20; round++) {
      const answers = await both(
        i => `const n = await network.createNetwork({ name: 'web', mtu: ${1400 + i} }); await n.close()`,
      )
      expect(answers.map(({ code }) => code).sort(), `round ${round}`).toEqual(['EEXIST', undefined])
      expect(answers.find(({ code }) => code !== undefined)?.message).toContain('differs in mtu')
      await removeNetwork('web')
    }
  })

  it('of which one has stopped in the midst of it: an abort ends the wait', async () => {
    netns.create('c0').close()
    const network = await createNetwork({ name: 'web' })
    await network.connect('c0')
    await using host = await Host.open({})
    const held = lockPath(host.directory)
    for (const call of [
      (signal: AbortSignal) => createNetwork({ name: 'other' }, { signal }),
      (signal: AbortSignal) => removeNetwork('nothing', { signal }),
      (signal: AbortSignal) => network.connect('c0', { ifname: 'eth1', signal }),
      (signal: AbortSignal) => network.disconnect('c0', { signal }),
      (signal: AbortSignal) => network.disconnectAll({ signal }),
    ]) {
      const stop = new AbortController()
      const waiting = call(stop.signal)
      stop.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('enough')
    }
    const closed = expect(network.connect('c0', { ifname: 'eth1' })).rejects.toMatchObject({
      code: 'ERR_NETLINK_CLOSED',
    })
    await network.close()
    await closed
    held[Symbol.dispose]()
    await using again = await openNetwork('web')
    expect((await again.inspect()).containers).toMatchObject([{ name: 'c0', ifname: 'eth0', state: 'connected' }])
    await removeNetwork('web', { force: true })
    expect(files()).toEqual([])
    netns.delete('c0')
  })

  it('that connect containers never hand out one address twice', { timeout: 120_000 }, async () => {
    await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] })
    const names = Array.from({ length: 6 }, (_, i) => `c${i}`)
    for (const name of names) netns.create(name).close()
    const mine = (i: number): string => JSON.stringify(names.filter((_, at) => at % 2 === i))
    const seen = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const answers = await both(
        i => `const n = await net('web');
          const made = await Promise.all(${mine(i)}.map(name => n.connect(name)));
          return made.flatMap(one => one.ips.map(ip => ip.address))`,
      )
      const addresses = answers.flatMap(({ value }) => value as string[])
      expect(new Set(addresses).size, `round ${round}: ${JSON.stringify(answers)}`).toBe(12)
      for (const address of addresses) seen.add(address)
      if (round === 0) {
        const output = names.flatMap(
          name => (ipShow(`-n ${name} addr show dev eth0`) as unknown as Shown[])[0]?.addr_info,
        )
        const globals = output.filter(one => one?.scope === 'global').map(one => `${one?.local}/${one?.prefixlen}`)
        expect(globals.sort()).toEqual([...addresses].sort())
      }
      const deleted = await both(
        i => `const n = await net('web'); for (const name of ${mine(i)}) await n.disconnect(name)`,
      )
      expect(deleted).toEqual([{ value: null }, { value: null }])
    }
    // Each went on where the last had stopped, and began anew at the end.
    expect(seen.size).toBe(Math.min(rounds * 12, 253 + rounds * 6))
    expect((await network.inspect()).containers).toEqual([])
    await removeNetwork('web')
    expect(files()).toEqual([])
  })

  it('of which one does not see the processes of the other: it leaves their containers', async context => {
    requireThat(context, spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0, 'no pid namespaces')
    await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24'] })
    const child = spawn('unshare', ['--net', 'sleep', '60'])
    const pid = child.pid ?? 0
    try {
      const space = (of: number | string): string => readlinkSync(`/proc/${of}/ns/net`)
      await expect.poll(() => space(pid)).not.toBe(space('self'))
      await network.connect({ pid })
      const { stdout, stderr } = await runModule(
        `const { openNetwork } = await import(${entry})
        const network = await openNetwork('web')
        console.log((await network.collect()).length)
        await network.close()`,
        ['unshare', '--pid', '--fork', '--mount-proc'],
      )
      expect(stderr + stdout).toBe('0\n')
      expect(ipShow('link show master br-web')).toHaveLength(1)
    } finally {
      child.kill('SIGKILL')
    }
    await expect.poll(() => ipShow('link show master br-web').length).toBe(0)
    await removeNetwork('web')
  })

  it('that connect one container at the same time: one does, the other is told', async () => {
    await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24'] })
    for (let round = 0; round < 20; round++) {
      const answers = await both(() => `const n = await net('web'); return (await n.connect('c0')).ips[0].address`)
      const codes = answers.map(({ code }) => code).filter(code => code !== undefined)
      // Who comes when the other has finished is told the same.
      expect(codes.length, JSON.stringify(answers)).toBeLessThan(2)
      for (const code of codes) expect(code).toBe('EBUSY')
      const values = new Set(answers.flatMap(({ value }) => value ?? []))
      expect(values.size).toBe(1)
      expect((await network.inspect()).containers).toHaveLength(1)
      await network.disconnect('c0')
    }
    // What a killed process has left is taken down by both, and connected by one: the other takes nothing of that away.
    for (let round = 0; round < rounds / 10; round++) {
      const killed = await killedAt('link', 'done', "await (await network.openNetwork('web')).connect('c0')")
      expect(killed.signal).toBe('SIGKILL')
      const answers = await both(() => `const n = await net('web'); return (await n.connect('c0')).ips[0].address`)
      const codes = answers.map(({ code }) => code).filter(code => code !== undefined)
      expect(codes.length, JSON.stringify(answers)).toBeLessThan(2)
      for (const code of codes) expect(code).toBe('EBUSY')
      expect((await network.inspect()).containers).toMatchObject([{ state: 'connected' }])
      await network.disconnect('c0')
    }
    await expect(openNetwork('none')).rejects.toMatchObject({ code: 'ENOENT' })
    await removeNetwork('web')
  })
})

interface Shown {
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[]
}
