// What each operation needs: the table of docs/privileges.md, row by row, by processes that have some capabilities and no others.
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { openSync } from '../../src/index.js'
import * as netns from '../../src/netns.js'
import { runModule } from '../support/child.js'
import { lacking, requireThat, requireTool } from '../support/probe.js'

const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href)

/** Calls by the row of the table that they stand for. The parent has made namespace blue and bridge br0, and runs as `parent`. */
const rows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'list, get, look up, monitor, watch; `netns.open(name)`, `netns.id`': {
    list: `(await rt.link.list()).length && (await rt.route.list())`,
    get: `await rt.link.get('lo')`,
    lookup: `await rt.route.lookup('127.0.0.1')`,
    monitor: `await rt.monitor({ groups: ['link', 'ipv4-route'] }).close()`,
    watch: `for await (const event of rt.watch({ link: true })) if (event.type === 'ready') break`,
    open: `netns.open('blue').close()`,
    id: `netns.id('blue')`,
    'list namespaces': `netns.list()`,
  },
  "`netns.list` of all processes, `netns.open({ pid })` of another user's": {
    'open a process': `netns.open({ pid: parent }).close()`,
    'see it': `if (!netns.list().some(entry => entry.inode !== 0 && entry.pids.includes(parent))) throw denied`,
  },
  'add, set, replace, delete, also into another namespace by `netns` in a spec': {
    add: `await rt.addr.add({ dev: 'br0', address: '192.0.2.1/24' })`,
    set: `await rt.link.set('br0', { mtu: 1400 })`,
    replace: `await rt.addr.replace({ dev: 'br0', address: '192.0.2.1/24' })`,
    delete: `await rt.addr.delete({ dev: 'br0', address: '192.0.2.1/24' })`,
    'add far away': `await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v0', netns: 'blue' } } })`,
    'delete it': `await rt.link.delete('v0')`,
    nsid: `await rt.nsid.add({ netns: 'blue', nsid: 9 }).catch(error => { if (error.code !== 'EEXIST') throw error })`,
  },
  'open a client in another namespace, `netns.run`, `spawn`, `worker`, `sysctl`': {
    client: `await (await open({ netns: 'blue' })).close()`,
    run: `netns.run('blue', () => 0)`,
    spawn: `await once(netns.spawn('blue', 'true', [], { stdio: 'ignore' }), 'exit')`,
    worker: `await once(netns.worker('blue', 'void 0', { eval: true }), 'exit')`,
    'read a sysctl': `netns.sysctl('blue', 'net.ipv4.ip_forward')`,
    cookie: `netns.open('blue').cookie`,
  },
  '`netns.sysctl` with a value, `netns.tuntap`': {
    'write a sysctl': `netns.sysctl('blue', 'net.ipv4.ip_forward', 1)`,
    tuntap: `netns.tuntap('blue', { mode: 'tap', name: 'tap0' }).close()`,
  },
  '`monitor({ allNetns: true })`': {
    'all namespaces': `await rt.monitor({ groups: ['link'], allNetns: true }).close()`,
  },
  '`netns.create`, `attach`, `delete` (mounts in /run/netns)': {
    create: `netns.create('green').close()`,
    attach: `netns.attach('azure', process.pid)`,
    'delete a name': `netns.delete('blue')`,
  },
}

const script = `
  import { once } from 'node:events'
  import { NetlinkError, open } from ${dist('index')}
  import * as netns from ${dist('netns')}
  const parent = ${process.pid}
  const denied = new NetlinkError({ reason: 'syscall', code: 'EACCES' })
  const rt = await open()
  const outcomes = {}
  const calls = { ${Object.values(rows)
    .flatMap(calls => Object.entries(calls))
    .map(([name, call]) => `${JSON.stringify(name)}: async () => { ${call} }`)
    .join(',\n')} }
  for (const [name, call] of Object.entries(calls)) {
    try {
      await call()
      outcomes[name] = 'ok'
    } catch (error) {
      outcomes[name] = NetlinkError.is(error) ? error.code : String(error.stack)
    }
  }
  console.log(JSON.stringify(outcomes))
  process.exit()`

/** Runs all calls in a process behind `prefix`; gives what each came to. */
function outcomes(...prefix: readonly string[]): Record<string, string> {
  const [command = '', ...args] = [...prefix, process.execPath, '--input-type=module', '-e', script]
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${prefix.join(' ')}: ${stderr}`)
  return JSON.parse(stdout) as Record<string, string>
}

/** The table of docs/privileges.md: row → capabilities. */
function table(): Map<string, readonly string[]> {
  const text = readFileSync(new URL('../../docs/privileges.md', import.meta.url), 'utf8')
  const lines = /\| to +\| needs +\|\n.*\n((?:\|.*\n)+)/.exec(text)?.[1]?.trim().split('\n') ?? []
  return new Map(
    lines.map(line => {
      const [, to = '', needs = ''] = line.split('|')
      return [to.trim(), (needs.match(/CAP_\w+/g) ?? []).map(name => name.slice(4).toLowerCase())]
    }),
  )
}

const capabilities = ['net_admin', 'sys_admin', 'sys_ptrace', 'net_broadcast']

beforeAll(() => {
  using rt = openSync()
  rt.link.set('lo', { up: true })
  rt.link.add({ name: 'br0', up: true, info: { kind: 'bridge' } })
})
beforeEach(() => {
  netns.create('blue').close()
})
afterEach(() => {
  for (const name of readdirSync('/run/netns')) netns.delete(name)
})

/** A tun device may be missing: then its row is not looked at. */
const known = (found: Record<string, string>) =>
  Object.fromEntries(Object.entries(found).filter(([name, code]) => name !== 'tuntap' || code !== 'ENOENT'))

describe('the table of docs/privileges.md', () => {
  it('has the rows that are tested here', () => {
    expect([...table().keys()]).toEqual(Object.keys(rows))
  })

  it.each(['', ...capabilities, 'net_admin sys_admin', capabilities.join(' ')])(
    'adv-57 is what a process finds that has these capabilities: %s',
    words => {
      const held = words.split(' ').filter(word => word !== '')
      const set = ['-all', ...held.map(name => `+${name}`)].join()
      const found = known(outcomes('setpriv', '--bounding-set', set, '--inh-caps=-all'))
      const needs = table()
      for (const [row, calls] of Object.entries(rows)) {
        const allowed = needs.get(row)?.every(name => held.includes(name)) ?? false
        for (const name of Object.keys(calls)) {
          if (found[name] === undefined) continue
          const expected = allowed ? /^ok$/ : /^(?:EPERM|EACCES)$/
          expect(found[name], `${name} with ${words}`).toMatch(expected)
        }
      }
    },
  )

  it('needs no capability that it does not name', () => {
    const others = capabilities.map(name => `-${name}`).join()
    const found = known(outcomes('setpriv', '--bounding-set', others, '--inh-caps=-all'))
    const needs = table()
    for (const [row, calls] of Object.entries(rows)) {
      const none = needs.get(row)?.length === 0
      for (const name of Object.keys(calls)) {
        if (found[name] !== undefined) expect(found[name], name).toMatch(none ? /^ok$/ : /^(?:EPERM|EACCES)$/)
      }
    }
  })
})

it.each([
  ['', /^setns: EPERM: needs CAP_SYS_ADMIN/, /^setns: EPERM: needs CAP_SYS_ADMIN/],
  [',+sys_admin', /^done/, /^(?:open|write): E(?:PERM|ACCES): net.ipv4.ip_forward .*needs CAP_NET_ADMIN/],
])('a sysctl names the capability that is missing: -all%s', (held, read, write) => {
  const text = `
    import * as netns from ${dist('netns')}
    for (const value of [undefined, 1]) {
      try { netns.sysctl('blue', 'net.ipv4.ip_forward', value); console.log('done') } catch (error) { console.log(error.message) }
    }`
  const args = ['--bounding-set', `-all${held}`, '--inh-caps=-all', process.execPath, '--input-type=module', '-e', text]
  const [first, second] = execFileSync('setpriv', args, { encoding: 'utf8' }).split('\n')
  expect(first).toMatch(read)
  expect(second).toMatch(write)
})

describe('a user namespace', () => {
  const inside = (...prefix: readonly string[]) => {
    // What the parent has made is not there.
    const prepare = `mount -t tmpfs tmpfs /run && ip link set lo up && ip link add br0 type bridge && ip netns add blue && exec "$@"`
    return outcomes(...prefix, 'unshare', '-rnm', 'sh', '-c', prepare, 'sh')
  }

  it('gives all of it over networks of its own', context => {
    requireNamespaces(context)
    for (const [name, code] of Object.entries(known(inside()))) {
      // The parent is outside: nothing of it may be read.
      const outside = name === 'open a process' || name === 'see it'
      expect(code, name).toMatch(outside ? /^(?:ok|EACCES|EPERM)$/ : /^ok$/)
    }
  })
})

describe('an ordinary user', () => {
  it('adv-57 lists and listens, and is told which capability a change needs', async context => {
    const whole = /^\s*0\s+0\s+4294967295/.test(readFileSync('/proc/self/uid_map', 'utf8'))
    requireThat(context, whole, 'a user namespace that maps one user has nobody to become')
    const { stdout, stderr } = await runModule(`
      import { open, openSync } from ${dist('index')}
      // Loaded while the files can be read: the checkout may be root's.
      const root = await open()
      for (const family of ['link', 'addr', 'route']) await root[family].list()
      await root.close()
      process.setgroups([]); process.setgid(65534); process.setuid(65534)
      const rt = await open()
      const blocking = openSync()
      const events = rt.monitor({ groups: ['link'] })
      console.log((await rt.link.list()).length > 1, blocking.link.list().length > 1, (await rt.addr.list()).length > 0)
      for (const call of [() => rt.link.add({ name: 'x', info: { kind: 'bridge' } }), async () => blocking.link.set('br0', { up: false })]) {
        await call().then(() => console.log('done'), error => console.log(error.code, error.message))
      }
      try { rt.monitor({ groups: ['link'], allNetns: true }) } catch (error) { console.log(error.message) }
      process.exit()`)
    expect(stderr).toBe('')
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toBe('true true true')
    expect(lines.slice(1, 3)).toEqual([
      expect.stringMatching(/^EPERM .*CAP_NET_ADMIN/),
      expect.stringMatching(/^EPERM .*CAP_NET_ADMIN/),
    ])
    // adv-68
    expect(lines[3]).toMatch(/^NETLINK_LISTEN_ALL_NSID: EPERM: needs CAP_NET_BROADCAST /)
  })
})

function requireNamespaces(context: TestContext): void {
  requireTool(context, 'unshare')
  try {
    execFileSync('unshare', ['-rnm', 'true'], { stdio: 'pipe' })
  } catch (error) {
    lacking(context, `no user namespaces: ${String((error as { stderr?: unknown }).stderr).trim()}`, true)
  }
}
