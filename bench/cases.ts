/** All cases, in the order of the report. */
import type { Case } from './case.js'
import { cases as changes } from './cases/changes.js'
import { cases as codec } from './cases/codec.js'
import { cases as dumps } from './cases/dumps.js'
import { cases as events } from './cases/events.js'
import { cases as loop } from './cases/loop.js'
import { cases as memory } from './cases/memory.js'
import { cases as networks } from './cases/networks.js'
import { cases as pairs } from './cases/pairs.js'
import { cases as start } from './cases/start.js'
import { cases as watch } from './cases/watch.js'

export const cases: readonly Case[] = [
  ...codec,
  ...dumps,
  ...changes,
  ...pairs,
  ...networks,
  ...events,
  ...watch,
  ...start,
  ...memory,
  ...loop,
]
