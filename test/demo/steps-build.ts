import { open } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'
import { call, result } from './screen.js'
import type { Story } from './steps.js'

/** Makes the namespaces that play containers. */
export async function namespaces({ cleanup }: Story): Promise<void> {
  using red = await call(() => netns.create('red'))
  cleanup.defer(() => netns.delete('red'))
  using blue = await call(() => netns.create('blue'))
  cleanup.defer(() => netns.delete('blue'))
  result(`red is net:[${red.inode}], blue is net:[${blue.inode}]`)
}

/** Brings lo up in both. */
export async function loopback(): Promise<void> {
  for (const name of ['red', 'blue']) {
    await using inside = await open({ netns: name })
    await call(() => inside.link.set('lo', { up: true }))
    const { operstate } = await inside.link.get('lo')
    const [first] = await inside.addr.list({ dev: 'lo', family: 'inet' })
    result(`${name}: lo is ${operstate} with ${first?.address}`)
  }
}

/** Makes the bridge. Its hardware address is given: else it changes with its ports. */
export async function bridge({ host, cleanup }: Story): Promise<void> {
  await call(() =>
    host.link.add({ name: 'br0', address: '02:00:00:00:00:01', up: true, info: { kind: 'bridge', stpState: 0 } }),
  )
  cleanup.defer(() => host.link.delete('br0'))
  await call(() => host.addr.add({ dev: 'br0', address: '192.0.2.1/24', broadcast: '192.0.2.255' }))
}

/** Makes the cables. */
export async function veths({ host, cleanup }: Story): Promise<void> {
  await call(() =>
    host.link.add({ name: 'vred', up: true, info: { kind: 'veth', peer: { name: 'eth0', netns: 'red' } } }),
  )
  cleanup.defer(() => host.link.delete('vred'))
  await call(() =>
    host.link.add({ name: 'vblue', up: true, info: { kind: 'veth', peer: { name: 'eth0', netns: 'blue' } } }),
  )
  cleanup.defer(() => host.link.delete('vblue'))
  await call(() => Promise.all(['vred', 'vblue'].map(port => host.link.set(port, { master: 'br0' }))))
}

/** Configures both containers. */
export async function addresses({ host }: Story): Promise<void> {
  await using red = await open({ netns: 'red' })
  await using blue = await open({ netns: 'blue' })
  await call(() => red.link.set('eth0', { up: true }))
  await call(() => red.addr.add({ dev: 'eth0', address: '192.0.2.2/24', broadcast: '192.0.2.255' }))
  await call(() => red.route.add({ dst: 'default', gateway: '192.0.2.1' }))
  await call(() => blue.link.set('eth0', { up: true }))
  await call(() => blue.addr.add({ dev: 'eth0', address: '192.0.2.3/24', broadcast: '192.0.2.255' }))
  await call(() => blue.route.add({ dst: 'default', gateway: '192.0.2.1' }))
  await call(() => host.link.wait('vblue', link => link?.slave?.kind === 'bridge' && link.slave.state === 'forwarding'))
  const { gateway, prefsrc } = await call(() => red.route.lookup('198.51.100.7'))
  result(`via ${gateway} from ${prefsrc}`)
}
