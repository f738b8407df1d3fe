import { type LinkInfoSpec, NetlinkError, open } from 'rtnetlink'
import { reach } from './reach.js'
import { call, failure, remark, result } from './screen.js'
import type { Story } from './steps.js'
import { container } from './steps-talk.js'

/** Moves red's interface to the machine's namespace and back, where it has to be configured again. */
export async function move({ home, host }: Story): Promise<void> {
  await using red = await open({ netns: 'red' })
  await call(() => red.link.set('eth0', { netns: home }))
  const out = await call(() => host.link.get('eth0'))
  result(`here it is, with index ${out.index}; in red: ${(await red.link.list()).map(({ name }) => name).join(', ')}`)
  await call(() => host.link.set('eth0', { netns: 'red' }))
  const [left, { operstate }] = [await red.addr.list({ dev: 'eth0' }), await red.link.get('eth0')]
  result(`back in red it is ${operstate} and has ${left.length} addresses`)
  await call(() => red.link.set('eth0', { up: true }))
  await call(() => red.addr.add({ dev: 'eth0', address: '192.0.2.2/24', broadcast: '192.0.2.255' }))
  await call(() => red.route.add({ dst: 'default', gateway: '192.0.2.1' }))
  await call(() => host.link.wait('vred', link => link?.slave?.kind === 'bridge' && link.slave.state === 'forwarding'))
  await reach(container('red', '192.0.2.2'), container('blue', '192.0.2.3'))
}

/** Makes the step that puts a link on the bridge into each namespace; a kernel without that kind says so. */
export function overBridge(info: LinkInfoSpec & { kind: 'macvlan' | 'ipvlan' }, subnet: string) {
  return async ({ host }: Story): Promise<void> => {
    const name = `${info.kind}0`
    await using red = await open({ netns: 'red' })
    await using blue = await open({ netns: 'blue' })
    try {
      remark(`name is ${name}, info ${JSON.stringify(info)}, subnet ${subnet}`)
      await call(() => host.link.add({ name, link: 'br0', netns: 'red', info }))
      await call(() => host.link.add({ name, link: 'br0', netns: 'blue', info }))
    } catch (error) {
      if (!NetlinkError.is(error) || error.code !== 'EOPNOTSUPP') throw error
      failure(error)
      remark(`so there is no ${info.kind} here`)
      return
    }
    await call(() => Promise.all([red, blue].map(inside => inside.link.set(name, { up: true }))))
    await call(() => red.addr.add({ dev: name, address: `${subnet}.2/24` }))
    await call(() => blue.addr.add({ dev: name, address: `${subnet}.3/24` }))
    await reach(container('red', `${subnet}.2`), container('blue', `${subnet}.3`))
    // The next kind cannot share the bridge with this one.
    await call(() => Promise.all([red, blue].map(inside => inside.link.delete(name))))
  }
}
