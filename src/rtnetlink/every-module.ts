/** Loads every family at once: where modules cannot be loaded when they are needed. */
import { register } from '../codec/lazy-module.js'
import type { ModuleName } from '../generated/registry.gen.js'
import type { ObjectModule } from '../request/registry.js'
import * as addr from './modules/addr.js'
import * as bridge from './modules/bridge.js'
import * as dcb from './modules/dcb.js'
import * as inspect from './modules/inspect.js'
import * as ipJson from './modules/ip-json.js'
import * as l3 from './modules/l3.js'
import * as link from './modules/link.js'
import * as linkRare from './modules/link-rare.js'
import * as message from './modules/message.js'
import * as neigh from './modules/neigh.js'
import * as nsid from './modules/nsid.js'
import * as route from './modules/route.js'
import * as rule from './modules/rule.js'
import * as stats from './modules/stats.js'
import * as tc from './modules/tc.js'
import * as tcRare from './modules/tc-rare.js'

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
} satisfies Record<ModuleName, ObjectModule>

register('inspect', inspect)
register('ip-json', ipJson)
register('link-rare', linkRare)
register('message', message)
register('tc-rare', tcRare)
for (const [name, module] of Object.entries(families)) register(name, module)
