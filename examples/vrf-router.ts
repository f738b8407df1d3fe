// Puts links into a VRF with a routing table of its own: `node vrf-router.js red 100 eth1 eth2`
import { open } from 'rtnetlink'

const [name = 'red', table = '100', ...ports] = process.argv.slice(2)

await using rt = await open()
await rt.link.add({ name, up: true, info: { kind: 'vrf', table: Number(table) } })
for (const port of ports) {
  await rt.link.set(port, { master: name, up: true })
  console.log(`${port} belongs to ${name}`)
}
// A packet without a route must not leave by the main table.
for (const family of ['inet', 'inet6'] as const) {
  const dst = family === 'inet' ? '0.0.0.0/0' : '::/0'
  await rt.route.replace({ dst, type: 'unreachable', table: Number(table), priority: 4278198272 })
}
const routes = await rt.route.list({ table: Number(table), family: 'inet' })
console.log(
  routes
    .map(route => `${route.type} ${route.dst}`)
    .sort()
    .join(', '),
)
