// A lab of five routers in a row between two hosts: builds it, checks every hop, and removes it. For continuous integration.
import { once } from 'node:events'
import { createLab, type LabHost } from 'rtnetlink/network'

const COUNT = 5
const last = COUNT + 1 // the network of host b

const hosts: Record<string, LabHost> = {
  a: { gateway: '10.0.1.254' },
  b: { gateway: `10.0.${last}.1` },
}
const links = ['a 10.0.1.1/24 -- r1:left 10.0.1.254/24']
for (let i = 1; i <= COUNT; i += 1) {
  // Networks to the left of a router lie behind the previous router, those to the right behind the next one.
  const routes = Array.from({ length: last }, (_, at) => at + 1)
    .filter(network => network !== i && network !== i + 1)
    .map(network => ({ dst: `10.0.${network}.0/24`, gateway: network < i ? `10.0.${i}.1` : `10.0.${i + 1}.254` }))
  hosts[`r${i}`] = { forward: true, routes }
  const next = i === COUNT ? `b 10.0.${last}.254/24` : `r${i + 1}:left 10.0.${i + 1}.254/24`
  links.push(`r${i}:right 10.0.${i + 1}.1/24 -- ${next}`)
}

await using lab = await createLab({ hosts, links })
console.log(String(lab).split('\n')[0])
const ping = lab.host('a').spawn('ping', ['-c1', '-W2', `10.0.${last}.254`], { stdio: ['ignore', 'pipe', 'inherit'] })
ping.stdout?.on('data', data => {
  const ttl = /ttl=(\d+)/.exec(String(data))?.[1]
  if (ttl !== undefined) console.log(`${64 - Number(ttl)} routers between a and b`)
})
const [code] = await once(ping, 'exit')
process.exitCode = Number(code)
