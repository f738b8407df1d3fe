// Lives in a network namespace of its own, uses it, and ends.
import { parentPort } from 'node:worker_threads'
import { open, openSync } from 'rtnetlink'

await using rt = await open()
await rt.link.set('lo', { up: true })
using blocking = openSync()
await using events = rt.monitor({ groups: ['ipv4-ifaddr'] })
await rt.addr.add({ dev: 'lo', address: '192.0.2.200/32' })
await events.next()
parentPort?.postMessage((await rt.addr.list()).length + blocking.link.list().length)
