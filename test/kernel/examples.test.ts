// The programs of examples/ run on the kernel, each in namespaces of its own.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { request } from '../../src/codec.js'
import { lacking, requireTool } from '../support/probe.js'
import { compile, root } from '../support/programs.js'

const folder = join(root, 'build/examples')
const names = readdirSync(join(root, 'examples')).filter(name => name.endsWith('.ts'))
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const name of names) copyFileSync(join(root, 'examples', name), join(folder, name))
compile(folder, names)

/** What a run printed. */
interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a shell script in namespaces of its own; `run NAME ARGUMENTS` starts an example. Skips if the kernel lacks a feature. */
function shell(context: TestContext, script: string): Run {
  const prelude = `mount -t tmpfs tmpfs /run && cd ${folder} && run() { name=$1; shift; ${process.execPath} $name.js "$@"; }\n`
  const { status, stdout, stderr } = spawnSync('unshare', ['-nm', 'sh', '-c', prelude + script], {
    encoding: 'utf8',
    timeout: 50_000,
  })
  const rejected = /(?:NetlinkError|NetworkError): (.*: (?:EOPNOTSUPP\b|ENOENT: Specified qdisc kind is unknown).*)/
  const reason = rejected.exec(stderr)?.[1]
  if (reason !== undefined) lacking(context, reason, true)
  return { status, stdout, stderr }
}

const lines = (...all: readonly string[]): string => all.map(line => `${line}\n`).join('')

it('are at least twelve, each shorter than 100 lines and tested here', () => {
  expect(names.length).toBeGreaterThanOrEqual(12)
  const own = readFileSync(join(root, 'test/kernel/examples.test.ts'), 'utf8')
  for (const name of names) {
    expect(readFileSync(join(root, 'examples', name), 'utf8').split('\n').length, name).toBeLessThan(100)
    expect(own, name).toContain(`it('${name.replace('.ts', '')}:`)
  }
})

it('docker-network: creates, connects, lists and removes', context => {
  const { stdout, stderr, status } = shell(
    context,
    `ip netns add blue && run docker-network create web 10.89.0.0/24 && run docker-network connect web blue &&
     run docker-network ls && run docker-network inspect web && run docker-network rm web; echo $?
     run docker-network disconnect web blue && run docker-network rm web && run docker-network ls`,
  )
  expect(stderr).toBe('network remove web: EBUSY: it has containers: blue\n')
  expect(stdout).toBe(lines('created web', '10.89.0.2/24', 'web', 'blue connected', '1'))
  expect(status).toBe(0)
})

it('wan-emulator: runs a program behind the link', context => {
  requireTool(context, 'ping')
  const { stdout, status } = shell(context, 'run wan-emulator 10ms 10mbit 0 ping -c1 10.0.0.2')
  expect(stdout).toMatch(/1 received[\s\S]*ping exited with 0\n$/)
  expect(status).toBe(0)
})

it('vrf-router: moves links into the VRF', context => {
  const { stdout, status } = shell(
    context,
    'ip link add eth1 type veth peer name far1 && ip addr add 192.0.2.1/24 dev eth1 && run vrf-router red 100 eth1',
  )
  expect(stdout).toContain('eth1 belongs to red\n')
  expect(stdout).toContain('unreachable default')
  expect(status).toBe(0)
})

it('vpn-switch: sends unmarked packets through the VPN', context => {
  const { stdout, stderr, status } = shell(
    context,
    `ip link add wg0 type veth peer name far0 && ip link set wg0 up && ip addr add 10.8.0.2/24 dev wg0
     ip link add eth0 type veth peer name far1 && ip link set eth0 up && ip addr add 192.0.2.2/24 dev eth0
     ip route add default via 192.0.2.1 && run vpn-switch on wg0 && run vpn-switch on wg0 && run vpn-switch off && ip rule`,
  )
  expect(stderr).toBe('')
  const on = 'unmarked packets use table 51, marked ones 254'
  expect(stdout).toMatch(new RegExp(`^${on}\n${on}\noff\n0:[^\n]*\n32766:[^\n]*\n32767:[^\n]*\n$`))
  expect(status).toBe(0)
})

it('five-routers: passes a packet through all routers', context => {
  requireTool(context, 'ping')
  const { stdout, stderr, status } = shell(context, 'run five-routers')
  expect({ stdout, stderr, status }).toEqual({
    stdout: lines('lab: 7 hosts, 0 switches, 6 links', '5 routers between a and b'),
    stderr: '',
    status: 0,
  })
})

it('import-routes: adds all routes, or none', context => {
  const text = Array.from({ length: 20_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`).join('\n')
  writeFileSync(join(folder, 'routes.txt'), text)
  writeFileSync(join(folder, 'wrong.txt'), `${text}\n11.0.0.0/24 203.0.113.1`)
  const { stdout, stderr, status } = shell(
    context,
    `ip link set lo up && ip route add 10.0.1.0/24 dev lo && run import-routes lo 254 < routes.txt && ip route | wc -l
     ip route flush table 254 && ip route add 10.0.1.0/24 dev lo; run import-routes lo 254 < wrong.txt; echo $? && ip route`,
  )
  expect(stderr).toMatch(/^line 20001: route add dst=11.0.0.0\/24 .*ENETUNREACH.*\n$/)
  const progress = ['25 %', '50 %', '75 %', '100 %']
  const imported = [...progress, '19999 routes added, 1 existed', '20000']
  expect(stdout).toBe(lines(...imported, ...progress, 'undone', '1', '10.0.1.0/24 dev lo scope link '))
  expect(status).toBe(0)
}, 60_000)

it('shape-container: limits both directions', context => {
  const { stdout, stderr, status } = shell(
    context,
    `ip netns add blue && ip link add host0 type veth peer name eth0 netns blue && ip link set host0 up &&
     run shape-container blue eth0 10mbit && tc qdisc show dev host0 && ip netns exec blue tc qdisc show dev eth0`,
  )
  expect(stderr).toBe('')
  expect(stdout).toContain('blue sends at most 10mbit\nblue receives at most 10mbit, by host0\n')
  expect(stdout.match(/qdisc tbf .* rate 10Mbit burst 32Kb lat 50ms/g)).toHaveLength(2)
  expect(status).toBe(0)
})

it('annotate-pcap: explains each byte', context => {
  // What `rtmon file` writes: messages one behind the other.
  writeFileSync(join(folder, 'netlink.rtmon'), request.link.get('lo').bytes)
  const { stdout, status } = shell(context, 'run annotate-pcap netlink.rtmon')
  expect(stdout).toMatch(/^# 1: unknown time, to user, type 18\n\{"ifname":"lo"|^# 1: [\s\S]*"lo"/)
  expect(stdout).toMatch(/\n0000 [\s\S]*"lo"[\s\S]*\n1 messages\n$/)
  expect(status).toBe(0)
})

it('fuzz-codec: finds nothing in the decoder', context => {
  const { stdout, stderr, status } = shell(context, 'run fuzz-codec 200')
  const said = '200 datagrams: the decoder throws nothing unexpected and writes nothing\n'
  expect({ stdout, stderr, status }).toEqual({ stdout: said, stderr: '', status: 0 })
})

it('sandbox: has its own loopback, and eth0 on request', context => {
  const { stdout, stderr, status } = shell(
    context,
    `run sandbox cat /proc/self/net/dev | grep -c : ; run sandbox --veth 10.9.0.2/24 ip -br -4 addr show dev eth0
     run sandbox sh -c 'exit 7'; echo $?; run sandbox nosuch 2>&1 | grep -c ENOENT`,
  )
  expect(stderr).toBe('')
  expect(stdout).toMatch(
    /^1\nthe sandbox is connected to a link of the host\neth0@\S+ +UP +10\.9\.0\.2\/24 *\n7\n[1-9]\n$/,
  )
  expect(status).toBe(0)
})

/** Starts an example in namespaces of its own. */
function start(name: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
  const script = `mount -t tmpfs tmpfs /run && ip link set lo up && exec "$@"`
  return spawn('unshare', ['-nm', 'sh', '-c', script, 'sh', process.execPath, join(folder, `${name}.js`), ...args])
}

it('prometheus: exports the counters of every link', async () => {
  const child = start('prometheus', '9100')
  try {
    await once(child.stdout, 'data')
    const get = `fetch('http://127.0.0.1:9100/metrics').then(r => r.text()).then(t => process.stdout.write(t))`
    const args = ['-t', String(child.pid), '-n', process.execPath, '-e', get]
    const { stdout } = spawnSync('nsenter', args, { encoding: 'utf8', timeout: 20_000 })
    expect(stdout).toMatch(/^# TYPE rtnetlink_link_up gauge\nrtnetlink_link_up\{device="lo"\} [01]\n/)
    expect(stdout).toMatch(
      /\n# TYPE rtnetlink_receive_bytes_total counter\nrtnetlink_receive_bytes_total\{device="lo"\} \d+\n/,
    )
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})

it('link-webhook: posts each change', async () => {
  const bodies: unknown[] = []
  const server = createServer((incoming, response) => {
    let text = ''
    incoming.on('data', data => {
      text += data
    })
    incoming.on('end', () => {
      bodies.push(JSON.parse(text))
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // In the namespace of the test, whose loopback is down.
  spawnSync('ip', ['link', 'set', 'lo', 'up'])
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const child = spawn(process.execPath, [join(folder, 'link-webhook.js'), url])
  try {
    let all = ''
    child.stdout.on('data', data => {
      all += data
    })
    const printed = (line: string) => expect.poll(() => all, { timeout: 20_000 }).toContain(line)
    await printed('watching')
    // One after the other: a watch merges changes that its reader has not seen.
    spawnSync('ip', ['link', 'add', 'hook0', 'type', 'ifb'])
    await printed('added hook0 200')
    spawnSync('ip', ['link', 'delete', 'hook0'])
    await printed('removed hook0 200')
    expect(bodies).toContainEqual(expect.objectContaining({ action: 'removed', name: 'hook0', mtu: 1500 }))
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    spawnSync('ip', ['link', 'delete', 'hook0'])
    spawnSync('ip', ['link', 'set', 'lo', 'down'])
    server.close()
  }
})
