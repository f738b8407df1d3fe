// Limits what a container receives and sends: `node shape-container.js NAMESPACE INTERFACE 10mbit`
// The host's peer of the container's interface shapes what the container receives, the interface itself what it sends.
import { open, rate, size, time } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'
import { vethPeer } from 'rtnetlink/network'

const [namespace = '', ifname = 'eth0', limit = '10mbit'] = process.argv.slice(2)

await using host = await open()
using container = netns.open(namespace)
await using inside = await open({ netns: container })

const options = { kind: 'tbf', rate: rate(limit), burst: size('32kb'), latency: time('50ms') } as const
await inside.qdisc.replace({ dev: ifname, options })
console.log(`${namespace} sends at most ${limit}`)

const { index } = await inside.link.get(ifname)
for (const link of await host.link.list({ kind: 'veth' })) {
  const peer = await vethPeer(link.index)
  if (peer?.link.index !== index || !peer.names.includes(namespace)) continue
  await host.qdisc.replace({ dev: link.index, options })
  console.log(`${namespace} receives at most ${limit}, by ${link.name}`)
}
