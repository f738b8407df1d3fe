// Labs on the real kernel: many hosts in one process, what passes between them, and that nothing is left.
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { createLab, type LabNode, type LabSpec } from '../../../src/network.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'
import { ping } from '../../support/network.js'
import { lacking, requireTool } from '../../support/probe.js'

/** Two networks with a router between them. */
const spec: LabSpec = {
  hosts: {
    a: { gateway: ['10.0.0.254', 'fd00:0::254'], routes: [{ dst: '10.9.0.0/16', gateway: undefined, dev: 'eth0' }] },
    b: { gateway: ['10.0.1.254', 'fd00:1::254'] },
    r: { forward: true },
  },
  switches: ['s'],
  links: [
    'a 10.0.0.1/24 fd00:0::1/64 -- s',
    'r 10.0.0.254/24 fd00:0::254/64 -- s',
    'r 10.0.1.254/24 fd00:1::254/64 -- b 10.0.1.1/24 fd00:1::1/64',
  ],
}

const descriptors = (): number => readdirSync('/proc/self/fd').length
const namespaces = (): string => ip('netns list')

/** Runs a program in a host; gives its exit code and what it printed. */
async function output(host: LabNode, command: string, ...args: string[]): Promise<[number | null, string]> {
  const child = host.spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return [code, text]
}

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

describe('a lab', () => {
  it('passes packets through switches and routers, both families, as soon as it is there', async context => {
    requireTool(context, 'ping')
    await using lab = await createLab(spec)
    const a = lab.host('a')
    for (const address of ['10.0.0.254', '10.0.1.1', 'fd00:0::254', 'fd00:1::1'])
      expect(ping(a.netns, address)).toBe(true)
    expect(ping(a.netns, '10.0.2.1', 1)).toBe(false)
  })

  it('runs functions, Workers and programs inside, and ends what still runs', async () => {
    const lab = await createLab(spec)
    const b = lab.host('b')
    expect(b.run(() => readFileSync('/proc/net/dev', 'utf8'))).toContain('eth0')
    expect((await b.rt.addr.list({ dev: 'eth0', family: 'inet' })).map(({ address }) => address)).toEqual([
      '10.0.1.1/24',
    ])
    const code = `
      const { createServer } = require('node:net')
      createServer(socket => socket.end('from b')).listen(7000, '10.0.1.1', () => require('node:worker_threads').parentPort.postMessage('up'))
    `
    const server = b.worker(
      new URL(
        `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('/'); ${code}`)}`,
      ),
    )
    await once(server, 'message')
    const client = `require('node:net').connect(7000, '10.0.1.1').on('data', data => console.log(String(data)))`
    expect(await output(lab.host('a'), process.execPath, '-e', client)).toEqual([0, 'from b\n'])
    const sleeper = lab.host('a').spawn('sleep', ['1000'])
    const ended = Promise.all([once(sleeper, 'exit'), once(server, 'exit')])
    await lab.close()
    expect((await ended)[0]).toEqual([null, 'SIGKILL'])
  })

  it('leaves nothing: no link, no namespace, no descriptor', async () => {
    const links = ip('link')
    // Opened once: what stays open for the process does not count.
    await (await createLab(spec)).close()
    const before = descriptors()
    const lab = await createLab(spec)
    expect(namespaces()).toBe('')
    await lab.close()
    await lab.close()
    expect(descriptors()).toBe(before)
    expect(ip('link')).toBe(links)
  })

  it('is built in many threads at once, and where names of killed processes are left', async () => {
    const entry = JSON.stringify(new URL('../../../dist/network.js', import.meta.url).href)
    const code = `
      import { createLab } from ${entry}
      for (let i = 0; i < 8; i++) await (await createLab({ hosts: ['a', 'b'], links: ['a -- b'] })).close()
    `
    const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
    const workers = [1, 2, 3].map(() => new Worker(url))
    expect(await Promise.all(workers.map(worker => once(worker, 'exit')))).toEqual([[0], [0], [0]])
    const left = Array.from({ length: 60 }, (_, i) => `lab-${process.pid}-${i}`)
    for (const name of left) netns.create(name).close()
    await (await createLab(spec)).close()
    for (const name of left) netns.delete(name)
    expect(namespaces()).toBe('')
  })

  it('has names for `ip netns` when it is named', async () => {
    {
      await using lab = await createLab({ ...spec, name: 'pair' })
      expect(
        namespaces()
          .match(/pair-\w+/g)
          ?.sort(),
      ).toEqual(['pair-a', 'pair-b', 'pair-r', 'pair-switches'])
      expect(String(lab)).toMatch(/^lab pair: 3 hosts, 1 switch, 3 links\n/)
      expect(ipShow('-n pair-b addr show dev eth0')).toMatchObject([{ ifname: 'eth0', operstate: 'UP' }])
      const error = await rejection(createLab({ ...spec, name: 'pair' }))
      expect(error).toMatchObject({ code: 'EEXIST' })
      // The one that is there is as it was.
      expect(namespaces().match(/pair-\w+/g)).toHaveLength(4)
    }
    expect(namespaces()).toBe('')
  })

  it('is taken down again when something fails, and the error names the step', async () => {
    const before = descriptors()
    const wrong: LabSpec = { ...spec, name: 'broken', hosts: { a: { gateway: '192.0.2.1' }, b: {}, r: {} } }
    const error = await rejection(createLab(wrong))
    expect(error).toMatchObject({ code: 'ENETUNREACH', step: 'routes of a' })
    expect(error.message).toMatch(/^lab broken, step routes of a: /)
    const long = await rejection(createLab({ hosts: ['a', 'b'], links: ['a 10.0.0.1/33 -- b'] }))
    expect(long.message).toMatch(/: ERR_NETLINK_BAD_VALUE: "10\.0\.0\.1\/33" is no address or prefix \(at address\)$/)
    expect(namespaces()).toBe('')
    expect(descriptors()).toBe(before)
  })

  it('says why it was not made even where something cannot be taken down, and what', async () => {
    const before = descriptors()
    const wrong: LabSpec = { ...spec, name: 'half', hosts: { a: { gateway: '192.0.2.1' }, b: {}, r: {} } }
    const made = rejection(createLab(wrong))
    for (let turns = 0; turns < 500 && !namespaces().includes('half-switches'); turns++) await new Promise(setImmediate)
    netns.delete('half-b')
    const error = await made
    expect(error).toMatchObject({ code: 'ENETUNREACH', step: 'routes of a', left: ['namespace b (ENOENT)'] })
    expect(namespaces()).toBe('')
    expect(descriptors()).toBe(before)
    const lab = await createLab({ ...spec, name: 'half' })
    netns.delete('half-a')
    expect(await rejection(lab.close())).toMatchObject({ code: 'ENOENT' })
    expect(namespaces()).toBe('')
    expect(descriptors()).toBe(before)
  })

  it('holds packets up as asked, where the kernel can', async context => {
    const slow: LabSpec = {
      hosts: ['a', 'b'],
      links: [{ endpoints: ['a 10.0.0.1/24', 'b 10.0.0.2/24'], delay: '60ms', rate: '10mbit' }],
    }
    await using lab = await createLab({ ...slow, shaping: 'if-supported' })
    if (lab.unshaped.length > 0) {
      expect(lab.unshaped).toEqual(['a eth0 -- b eth0: the kernel has no qdisc netem'])
      expect(await rejection(createLab(slow))).toMatchObject({ code: 'ENOENT', step: 'shape a eth0 -- b eth0' })
      lacking(context, 'qdisc netem', true)
    }
    requireTool(context, 'ping')
    const [code, text] = await output(lab.host('a'), 'ping', '-n', '-c', '3', '-i', '0.2', '10.0.0.2')
    expect(code).toBe(0)
    // There and back: 60 ms each way; the first may wait for ARP, which takes as long again.
    const least = Number(/min\/avg\/max\/mdev = ([\d.]+)/.exec(text)?.[1])
    expect(least).toBeGreaterThanOrEqual(119)
    expect(least).toBeLessThan(1000)
    const [qdisc] = await lab.host('b').rt.qdisc.list({ dev: 'eth0' })
    expect(qdisc?.options).toMatchObject({ kind: 'netem', rate: { rate: 1_250_000 } })
  })

  it.for([1500, 9000, 65_535])(
    'passes packets as large as a link of MTU %i that has a rate takes',
    async (mtu, context) => {
      requireTool(context, 'ping')
      const endpoints = ['a 10.0.0.1/24', 'b 10.0.0.2/24'] as const
      await using lab = await createLab({
        hosts: ['a', 'b'],
        links: [{ endpoints, mtu, rate: '1gbit' }],
        shaping: 'if-supported',
      })
      if (lab.unshaped.length > 0) lacking(context, 'qdisc tbf', true)
      const [code] = await output(lab.host('a'), 'ping', '-n', '-c', '1', '-W', '2', '-s', String(mtu - 28), '10.0.0.2')
      expect(code).toBe(0)
    },
  )

  it('builds 40 hosts on two switches', async context => {
    requireTool(context, 'ping')
    const hosts = Array.from({ length: 40 }, (_, i) => `h${i}`)
    await using lab = await createLab({
      hosts,
      switches: ['s0', 's1'],
      links: ['s0 -- s1', ...hosts.map((name, i) => `${name} 10.0.0.${i + 1}/24 -- s${i % 2}`)],
    })
    expect(ping(lab.host('h0').netns, '10.0.0.40')).toBe(true)
    expect(() => lab.host('x')).toThrow(RangeError)
    expect(lab.hosts).toHaveLength(40)
  })

  it('has no names where it has none itself, not even for a moment', async () => {
    // Nobody can make any there.
    mkdirSync('/run/netns', { recursive: true })
    run('mount -t tmpfs -o ro tmpfs /run/netns')
    try {
      await using lab = await createLab({ hosts: ['a', 'b'], links: ['a 10.0.0.1/24 -- b 10.0.0.2/24'] })
      expect(lab.host('a').netns.inode).not.toBe(lab.host('b').netns.inode)
    } finally {
      run('umount /run/netns')
    }
  })

  it('ends with its process, however that ends', async () => {
    const code = `
      import { createLab } from 'rtnetlink/network'
      await createLab({ hosts: ['a', 'b'], links: ['a -- b'] })
      process.kill(process.pid, 'SIGKILL')
    `
    const links = ip('link')
    using here = netns.current()
    const child = netns.spawn(here, process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(namespaces()).toBe('')
    expect(ip('link')).toBe(links)
  })
})
