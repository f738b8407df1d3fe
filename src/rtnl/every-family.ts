/** Loads every family at once: where modules cannot be loaded when they are needed. */
import { register } from '../codec/part.js'
import type { FamilyName } from '../generated/registry.gen.js'
import * as addr from './families/addr.js'
import * as bridge from './families/bridge.js'
import * as dcb from './families/dcb.js'
import * as inspect from './families/inspect.js'
import * as ipJson from './families/ip-json.js'
import * as l3 from './families/l3.js'
import * as link from './families/link.js'
import * as linkRare from './families/link-rare.js'
import * as message from './families/message.js'
import * as neigh from './families/neigh.js'
import * as nsid from './families/nsid.js'
import * as route from './families/route.js'
import * as rule from './families/rule.js'
import * as stats from './families/stats.js'
import * as tc from './families/tc.js'
import * as tcRare from './families/tc-rare.js'
import type { Family } from './families.js'

const families = {
  addr,
  bridge,
  dcb,
  l3,
  link,
  neigh,
  nsid,
  route,
  rule,
  stats,
  tc,
} satisfies Record<FamilyName, Family>

type Intersection<T> = (T extends unknown ? (part: T) => void : never) extends (all: infer All) => void ? All : never

/** The verbs of all families, by object. */
export type EveryVerb = Readonly<Intersection<(typeof families)[FamilyName]['verbs']>>

register('inspect', inspect)
register('ip-json', ipJson)
register('link-rare', linkRare)
register('message', message)
register('tc-rare', tcRare)
for (const [name, module] of Object.entries(families)) register(name, module)
