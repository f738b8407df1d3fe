// The process that changes everything, from `go` to `pause`: at random, but the same every time.
import { setImmediate as turn } from 'node:timers/promises'
import { NetlinkError, openSync } from 'rtnetlink'

/** What it answers to `go` and `pause`. */
export interface Reported {
  readonly changes: number
}

const rt = openSync()
let going = false
let changes = 0
let state = 12345

/** A number below `limit` (a linear congruential generator). */
function random(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
  return (state >>> 8) % limit
}

const link = (): string => `f${random(6)}`
const subnet = (): string => `10.7.${random(40)}.0/24`
const attempts: readonly (() => unknown)[] = [
  () => rt.link.add({ name: link(), up: random(2) === 0, info: { kind: 'ifb' } }),
  () => rt.link.add({ name: link(), up: true, info: { kind: 'bridge' } }),
  () => rt.link.delete(`f${random(6)}`),
  () => rt.link.set(link(), { up: random(3) > 0 }),
  () => rt.link.set(link(), { mtu: 1400 + random(100) }),
  () => rt.link.set(link(), { name: link() }),
  () => rt.link.set(link(), { master: random(2) === 0 ? link() : 0 }),
  () => rt.addr.add({ dev: link(), address: `10.7.${random(40)}.1/24` }),
  () => rt.addr.delete({ dev: link(), address: `10.7.${random(40)}.1/24` }),
  () => rt.addr.add({ dev: link(), address: `2001:db8:${random(9)}::1/64`, flags: ['nodad'] }),
  () =>
    rt.neigh.replace({ dev: link(), dst: `10.7.${random(40)}.2`, lladdr: '02:00:00:00:00:01', state: ['permanent'] }),
  () => rt.neigh.delete({ dev: link(), dst: `10.7.${random(40)}.2` }),
  () => rt.rule.add({ priority: 1000 + random(5), table: 100 + random(3) }),
  () => rt.rule.delete({ priority: 1000 + random(5) }),
  () => rt.route.replace({ dst: subnet(), dev: link(), table: 100 }),
  () => rt.bulk(Array.from({ length: 60 }, () => rt.request.route.replace({ dst: subnet(), dev: 'lo', table: 101 }))),
  () => rt.bulk(Array.from({ length: 60 }, () => rt.request.route.delete({ dst: subnet(), table: 101 }))),
]

function change(): void {
  changes++
  try {
    attempts[random(attempts.length)]?.()
  } catch (error) {
    // Much of it cannot be: what is there changes all the time.
    if (!NetlinkError.is(error) || (error.reason !== 'kernel' && error.reason !== 'syscall')) throw error
  }
}

async function run(): Promise<void> {
  while (going) {
    for (let i = 0; i < 20; i++) change()
    await turn()
  }
}

rt.link.set('lo', { up: true })
process.on('message', word => {
  const wasGoing = going
  going = word === 'go'
  if (going && !wasGoing) void run()
  process.send?.({ changes } satisfies Reported)
})
process.on('disconnect', () => process.exit())
