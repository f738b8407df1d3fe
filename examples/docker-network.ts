// Container networks from the command line, as `docker network` has them.
//   node docker-network.js create web 10.89.0.0/24
//   node docker-network.js connect web blue
//   node docker-network.js ls | inspect web | disconnect web blue | rm web
import { createNetwork, listNetworks, NetworkError, openNetwork, removeNetwork } from 'rtnetlink/network'

const [command, name = '', argument = ''] = process.argv.slice(2)

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async create() {
    await using network = await createNetwork({ name, subnets: [argument] })
    console.log(`created ${network.name}`)
  },
  async ls() {
    for (const network of await listNetworks()) console.log(network.name)
  },
  async inspect() {
    await using network = await openNetwork(name)
    for (const container of (await network.inspect()).containers) console.log(container.name, container.state)
  },
  async connect() {
    await using network = await openNetwork(name)
    const { ips } = await network.connect(argument)
    console.log(ips.map(ip => ip.address).join(' '))
  },
  async disconnect() {
    await using network = await openNetwork(name)
    await network.disconnect(argument)
  },
  async rm() {
    await removeNetwork(name)
  },
}

const run = commands[command ?? '']
if (run === undefined) {
  console.error(`usage: docker-network ${Object.keys(commands).join(' | ')}`)
  process.exit(2)
}
try {
  await run()
} catch (error) {
  if (!(error instanceof NetworkError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
