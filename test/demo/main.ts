// `npm run demo`: container networking on the real kernel. This entry only decides which of three processes it is:
// the one that was started, which touches no network (outside.ts); the question whether the kernel answers at all
// (probe.ts); and, in namespaces of its own, the story (inside.ts). Those two are loaded only there.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { understood } from '../support/usage.js'
import { outside } from './outside.js'

const usage = `npm run demo

Builds container networks in namespaces of its own, shows that they work, and takes them down. It takes no arguments.`

const [role, ...rest] = process.argv.slice(2)
if (role === 'inside') {
  const { inside } = await import('./inside.js')
  process.exitCode = await inside(rest)
} else if (role === 'probe') {
  const { probe } = await import('./probe.js')
  process.exitCode = probe()
} else {
  understood(usage, () => parseArgs())
  process.exitCode = await outside(fileURLToPath(import.meta.url))
}
