// Types of rtnetlink/netns.

import { open } from '../../src/index.js'
import * as netns from '../../src/netns.js'

export async function uses() {
  using blue = netns.create('blue')
  await using rt = await open({ netns: blue })
  rt.link satisfies object
  netns.run('blue', () => 1) satisfies number
  // @ts-expect-error: an asynchronous callback would go on in the wrong namespace
  netns.run('blue', async () => 1)
  // @ts-expect-error: the id of a namespace is no reference for the system calls
  netns.open({ nsid: 7 })
  netns.sysctl(blue, 'net.ipv4.ip_forward', true) satisfies string
  // What is undefined is left out.
  netns.spawn('blue', 'true', [], { mounts: undefined })
  const none = { name: undefined, user: undefined, group: undefined, persist: undefined, exclusive: undefined }
  const flags = { multiQueue: undefined, vnetHeader: undefined, packetInformation: undefined }
  netns.tuntap('blue', { mode: 'tap', ...none, ...flags })
  netns.delete('blue')
}
