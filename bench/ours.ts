/** Serves the workloads of this library: `ours WORKLOAD SIZE`. */
import { works as changes } from './cases/changes.js'
import { works as codec } from './cases/codec.js'
import { works as dumps } from './cases/dumps.js'
import { works as events } from './cases/events.js'
import { works as loop } from './cases/loop.js'
import { works as memory } from './cases/memory.js'
import { works as networks } from './cases/networks.js'
import { works as pairs } from './cases/pairs.js'
import { works as watch } from './cases/watch.js'
import { serve } from './serve.js'

const [name = '', size = '0'] = process.argv.slice(2)
await serve(
  { ...dumps, ...changes, ...pairs, ...networks, ...events, ...watch, ...codec, ...memory, ...loop },
  name,
  Number(size),
)
