// Types of rtnetlink/network.

import type { NetlinkError } from '../../src/index.js'
import * as netns from '../../src/netns.js'
import { type Attachment, createNetwork, type NetworkError, openNetwork } from '../../src/network.js'

export async function uses(error: NetworkError) {
  await using network = await createNetwork({ name: 'web', driver: 'macvlan', parent: 'eth0', mode: 'vepa', vlan: 7 })
  using blue = netns.open('blue')
  ;(await network.connect(blue, {
    ifname: 'eth1',
    routes: [{ dst: '10.0.0.0/8', gateway: null }],
  })) satisfies Attachment
  await network.connect({ pid: 7 }, { defaultRoute: false, signal: AbortSignal.timeout(1000) })
  // @ts-expect-error: there is no such driver
  await createNetwork({ name: 'web', driver: 'bond' })
  // @ts-expect-error: the id of a namespace is no container
  await network.connect({ nsid: 7 })
  await network.disconnect('blue', { ifname: 'eth1' })
  for await (const event of (await openNetwork('web')).watch()) {
    if (event.type === 'container' && event.action === 'changed') event.old.carrier satisfies boolean
    if (event.type === 'container' && event.action === 'removed') event.new satisfies undefined
  }
  error satisfies NetlinkError
  error.differs satisfies readonly string[]
}
