import { parentPort, workerData } from 'node:worker_threads'
import { codecPart } from './codec.js'
import { enginePart } from './engine.js'
import type { News, Order } from './target.js'

const { parts, types, seed, seconds } = workerData as Order
const known = { codec: () => codecPart(types), engine: enginePart }
const chosen = parts.map(name => ({ part: known[name as keyof typeof known](), spent: 0 }))
const until = performance.now() + 1000 * seconds

// The parts get the same time each.
for (let round = seed; performance.now() < until; round++) {
  const next = chosen.reduce((least, one) => (one.spent < least.spent ? one : least))
  const began = performance.now()
  const { runs, finding } = await next.part.round(round)
  next.spent += performance.now() - began
  parentPort?.postMessage({ part: next.part.name, runs, seed: round, finding } satisfies News)
  if (finding !== undefined) break
}
