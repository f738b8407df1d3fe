// What the tests of networks share: the state of the kernel and of the files as text, and packets between namespaces.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { type NamespaceRef, openSync } from '../../src/index.js'
import * as netns from '../../src/netns.js'
import { run } from './iproute2/iproute.js'

/** Where networks keep their files by default. */
export const directory = '/run/rtnetlink/networks'

/** Makes a container: a namespace whose loopback is up. */
export function makeContainer(name: string): void {
  using space = netns.create(name)
  using rt = openSync({ netns: space })
  rt.link.set('lo', { up: true })
}

/** What comes by itself, some milliseconds after what brings it. */
const passing = / (?:hello|tcn|topology_change|gc)_timer +\S+| linkdown|NO-CARRIER,|,LOWER_UP| state \S+|,M-DOWN/g

/** What `ip` shows of this namespace and of others, and all files of networks. */
export function state(...names: readonly string[]): string[] {
  const output = ['', ...names.map(name => `-n ${name} `)].flatMap(where =>
    ['-d link', 'addr', '-4 route show table all', '-6 route show table all', '-4 rule', '-6 rule'].flatMap(what =>
      run(`ip ${where}${what}`)
        .split('\n')
        // Counts, times and neighbours' doings pass.
        .filter(line => line.trim() !== '' && !line.includes('valid_lft') && !/^\s+(?:bridge|vlan) /.test(line))
        .map(line => `${where}${what}: ${line.replace(passing, '')}`),
    ),
  )
  return [...output, ...files()]
}

/** Waits for the local routes of the gateway of `fd00:89::/64`: the kernel makes them a moment after its address. */
export async function followed(): Promise<void> {
  const local = /fd00:89::1? dev br-web table local/
  await expect.poll(() => state().filter(line => local.test(line))).toHaveLength(2)
}

/** All files of networks, with what they hold. */
export function files(): string[] {
  let names: string[]
  try {
    names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
  return names.sort().map(name => {
    try {
      return `${name}: ${readFileSync(`${directory}/${name}`, 'utf8')}`
    } catch {
      return name
    }
  })
}

/** Tells whether one packet comes back. */
export function ping(from: NamespaceRef, address: string, wait = 2): boolean {
  const args = ['-n', '-c', '1', '-W', String(wait), address]
  return netns.run(from, () => spawnSync('ping', args, { stdio: 'ignore' })).status === 0
}

const echo = `
const [kind, host, port] = process.argv.slice(1)
if (kind === 'tcp') {
  require('net').createServer(s => s.pipe(s)).listen(port, host, () => console.log('up'))
} else {
  const s = require('dgram').createSocket(host.includes(':') ? 'udp6' : 'udp4')
  s.on('message', (m, r) => s.send(m, r.port, r.address)).bind(port, host, () => console.log('up'))
}
setTimeout(() => process.exit(), 20_000)
`

const ask = `
const [kind, host, port] = process.argv.slice(1)
const end = text => { console.log(text); process.exit() }
setTimeout(() => end('nothing'), Number(process.env.WAIT))
if (kind === 'tcp') {
  require('net').connect(port, host).on('connect', function () { this.write('hello') }).on('data', d => end(String(d))).on('error', e => end(e.code))
} else {
  const s = require('dgram').createSocket(host.includes(':') ? 'udp6' : 'udp4')
  s.on('message', d => end(String(d))).on('error', e => end(e.code))
  const send = () => s.send('hello', port, host, e => e && end(e.code))
  send(); setInterval(send, 500)
}
`

/** Sends a word to an echo over TCP or UDP and gives what comes back: `hello`, `nothing`, or an error's code. */
export async function talk(
  kind: 'tcp' | 'udp',
  from: NamespaceRef,
  to: NamespaceRef,
  address: string,
  wait = 10_000,
): Promise<string> {
  const server = netns.spawn(to, process.execPath, ['-e', echo, kind, address, '7777'])
  try {
    await new Promise<void>((resolve, reject) => {
      server.stdout?.once('data', () => resolve())
      server.once('exit', code => reject(new Error(`the echo has ended: ${code}`)))
    })
    const env = { ...process.env, WAIT: String(wait) }
    const asking = netns.spawn(from, process.execPath, ['-e', ask, kind, address, '7777'], { env })
    let output = ''
    asking.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    await new Promise(resolve => asking.once('close', resolve))
    return output.trim()
  } finally {
    server.kill()
  }
}
