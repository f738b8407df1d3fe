// Runs a program without any network but its own loopback: `node sandbox.js curl http://example.com`
// With `--veth ADDRESS/LENGTH` it also gets eth0, connected to a new link of the host: `node sandbox.js --veth 10.9.0.2/24 ip addr`
import { once } from 'node:events'
import { open } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'

const args = process.argv.slice(2)
const address = args[0] === '--veth' ? args.splice(0, 2)[1] : undefined
const [command = 'sh', ...rest] = args

using box = netns.create() // without a name: the kernel deletes it after the last use
await using host = await open()
await using inside = await open({ netns: box })
await inside.link.set('lo', { up: true })
if (address !== undefined) {
  const name = `box${process.pid}`
  await host.link.add({ name, up: true, info: { kind: 'veth', peer: { name: 'eth0', netns: box } } })
  await inside.addr.add({ dev: 'eth0', address })
  await inside.link.set('eth0', { up: true })
  console.log(`the sandbox is connected to a link of the host`)
}
const [code, signal] = await once(netns.spawn(box, command, rest, { stdio: 'inherit' }), 'exit')
process.exitCode = code ?? 128
if (signal !== null) console.error(`ended by ${signal}`)
