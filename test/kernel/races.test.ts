// Several processes that make and delete the same names at once: each outcome is a success or a typed error, and at the
// end nothing is left, whoever won.
import { spawn, spawnSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { open, openSync } from '../../src/index.js'
import * as netns from '../../src/netns.js'
import { runModule } from '../support/child.js'

const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href)

/** What every process begins with: `outcomes` counts codes, `attempt` files what a call came to under its name. */
const prelude = `
  import { open, openSync, NetlinkError } from ${dist('index')}
  const outcomes = {}
  const count = (name, code) => { outcomes[name + ' ' + code] = (outcomes[name + ' ' + code] ?? 0) + 1 }
  const attempt = async (name, call) => {
    try { await call(); count(name, 'ok') } catch (error) {
      if (!NetlinkError.is(error)) throw error
      count(name, error.code)
    }
  }`

/** Runs one text in several processes at once; gives what they counted, added up. */
async function together(processes: number, text: string): Promise<Map<string, number>> {
  const children = Array.from({ length: processes }, (_, n) =>
    runModule(`${prelude}\nconst me = ${n}\n${text}\nconsole.log(JSON.stringify(outcomes))`),
  )
  const sum = new Map<string, number>()
  for (const { code, stdout, stderr } of await Promise.all(children)) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const [key, value] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
      sum.set(key, (sum.get(key) ?? 0) + value)
    }
  }
  return sum
}

const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').length

afterEach(() => {
  using rt = openSync()
  const left = rt.link.list().filter(link => /^(?:race|port|peer)\d/.test(link.name))
  expect(left.map(link => link.name)).toEqual([])
})

describe('names of namespaces', () => {
  it('made and deleted by three processes', async () => {
    netns.create('first').close()
    netns.delete('first')
    const before = mounts()
    const sum = await together(
      3,
      `for (let i = 0; i < 150; i++) {
        const name = 'race' + (i + me) % 3
        await attempt('create', () => netns.create(name).close())
        await attempt('open', () => netns.open(name).close())
        await attempt('run', () => netns.run(name, () => 0))
        if (i % 10 === 0) await attempt('list', () => netns.list())
        await attempt('delete', () => netns.delete('race' + (i + 1) % 3))
      }
      for (const name of ['race0', 'race1', 'race2']) await attempt('delete', () => netns.delete(name))`,
    )
    // A file that is not mounted upon yet, or not any more, is no namespace.
    const allowed =
      /^(?:create (?:ok|EEXIST|ENOENT)|(?:open|run) (?:ok|ENOENT|ERR_NETLINK_BAD_VALUE)|list ok|delete (?:ok|ENOENT))$/
    expect([...sum.keys()].filter(key => !allowed.test(key))).toEqual([])
    expect(sum.get('create ok')).toBeGreaterThan(0)
    expect(readdirSync('/run/netns')).toEqual([])
    expect(mounts()).toBe(before)
  })

  it('deleted however often they are mounted upon', () => {
    using blue = netns.create('blue')
    const before = mounts()
    for (const name of ['blue', 'blue']) {
      // As two would who create it without a lock.
      const { status } = spawnSync('mount', ['--bind', `/proc/${process.pid}/fd/${blue.fd}`, `/run/netns/${name}`])
      expect(status).toBe(0)
    }
    netns.delete('blue')
    expect(readdirSync('/run/netns')).toEqual([])
    expect(mounts()).toBe(before - 1)
  })
})

describe('names of links', () => {
  it('made and deleted by three processes: pairs, bridges and their ports', async () => {
    const sum = await together(
      3,
      `const rt = await open()
      for (let i = 0; i < 100; i++) {
        const n = (i + me) % 2
        await Promise.all([
          attempt('bridge', () => rt.link.add({ name: 'race' + n, up: true, info: { kind: 'bridge' } })),
          attempt('pair', () => rt.link.add({ name: 'port' + n, master: 'race' + n, info: { kind: 'veth', peer: { name: 'peer' + n } } })),
          attempt('set', () => rt.link.set('port' + n, { up: true, mtu: 1400 })),
          attempt('addr', () => rt.addr.add({ dev: 'race' + n, address: '192.0.2.' + n + '/24' })),
          attempt('route', () => rt.route.replace({ dst: '10.0.' + n + '.0/24', dev: 'race' + n })),
          attempt('get', () => rt.link.get('peer' + n)),
        ])
        await attempt('list', () => rt.link.list())
        await attempt('delete', () => rt.link.delete((i % 2 ? 'race' : 'peer') + (1 - n)))
      }
      for (const name of ['race0', 'race1', 'peer0', 'peer1']) await attempt('delete', () => rt.link.delete(name, { missingOk: true }))
      await rt.close()`,
    )
    // EINVAL: the bridge that the name meant is gone when the port is made.
    const allowed =
      /^(?:(?:bridge|pair) (?:ok|EEXIST|ENODEV|EINVAL)|set (?:ok|ENODEV)|addr (?:ok|EEXIST|ENODEV)|route (?:ok|ENODEV)|get (?:ok|ENODEV)|list (?:ok|ERR_NETLINK_DUMP_INTERRUPTED)|delete (?:ok|ENODEV))$/
    expect([...sum.keys()].filter(key => !allowed.test(key))).toEqual([])
    for (const key of ['bridge ok', 'pair ok', 'route ok', 'delete ok']) expect(sum.get(key)).toBeGreaterThan(0)
  })

  it('deleted in bulk by two processes, each of which finds all of them gone', async () => {
    using rt = openSync()
    for (let n = 0; n < 60; n++) rt.link.add({ name: `race${n}`, info: { kind: 'bridge' } })
    const sum = await together(
      2,
      `const rt = await open()
      const { failed } = await rt.link.deleteMany(Array.from({ length: 60 }, (_, n) => 'race' + n))
      for (const { error } of failed) count('failed', error.code)
      await rt.close()`,
    )
    expect([...sum]).toEqual([])
  })

  it('adv-76 of which a killed process leaves nothing that stops the next', async () => {
    for (let step = 0; step < 8; step++) {
      const child = spawn(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `import { open } from ${dist('index')}
          import * as netns from ${dist('netns')}
          const rt = await open()
          let left = ${step}
          const step = () => { if (left-- === 0) process.kill(process.pid, 'SIGKILL') }
          const steps = [
            () => netns.create('race0').close(),
            () => rt.link.add({ name: 'race0', up: true, info: { kind: 'bridge' } }),
            () => rt.link.add({ name: 'port0', master: 'race0', info: { kind: 'veth', peer: { name: 'eth0', netns: 'race0' } } }),
            () => rt.addr.add({ dev: 'race0', address: '192.0.2.1/24' }),
            () => rt.link.set('port0', { up: true }),
            () => rt.route.add({ dst: '198.51.100.0/24', gateway: '192.0.2.2' }),
            // Held in the kernel while it is killed.
            () => { setImmediate(() => process.kill(process.pid, 'SIGKILL')); return rt.link.delete('port0') },
          ]
          for (const each of steps) { step(); await each() }`,
        ],
        { stdio: 'ignore' },
      )
      const signal = await new Promise(resolve => child.on('close', (_, reason) => resolve(reason)))
      expect(signal).toBe('SIGKILL')
      using rt = openSync()
      for (let again = 0; again < 2; again++) {
        for (const name of ['port0', 'race0']) rt.link.delete(name, { missingOk: true })
        if (readdirSync('/run/netns').includes('race0')) netns.delete('race0')
      }
      netns.create('race0').close()
      rt.link.add({ name: 'port0', info: { kind: 'veth', peer: { name: 'eth0', netns: 'race0' } } })
      rt.link.delete('port0')
      netns.delete('race0')
    }
  })
})

it('deleteMany says in which group its links are when its client is closed meanwhile', async () => {
  const rt = await open()
  using read = openSync()
  const names = Array.from({ length: 5 }, (_, i) => `race${i}`)
  for (const [i, name] of names.entries()) read.link.add({ name, group: 10 + i, info: { kind: 'ifb' } })
  let dumps = 0
  const close = (message: unknown) => {
    const { text } = (message as { request: { text: string } }).request
    if (text.startsWith('link list') && ++dumps === 2) queueMicrotask(() => void rt.close())
  }
  subscribe('rtnetlink:request', close)
  const error: unknown = await rt.link.deleteMany(names).catch((reason: unknown) => reason)
  unsubscribe('rtnetlink:request', close)
  const groups = new Set(names.map(name => read.link.get(name).group))
  expect(groups.size).toBe(1)
  expect(error).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
  const reported = names.map((name, i) => `${name} (before: ${10 + i})`).join(', ')
  expect(String((error as Error).message)).toContain(
    `in the group ${[...groups][0]} as far as they are still there: ${reported}`,
  )
  expect(read.link.deleteMany(names)).toEqual({ failed: [] })
})
