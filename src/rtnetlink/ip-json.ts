import { lazyModule } from '../codec/lazy-module.js'
import { lazyTable } from '../request/registry.js'
import type { ipJson } from './ip-json-commands.js'

/**
 * Writes objects as the JSON text that `ip -d -j` prints, one method for each command; 64-bit values keep all of their digits.
 *
 * What iproute2 6.15 prints is what it is held to: a program that reads the output of `ip` reads this. `ip` names links and,
 * by the files of /etc/iproute2, numbers: `links` and `names` of the options do. It shows what the objects hold; what `ip` asks
 * the kernel for besides (the program that XDP runs) is not there.
 *
 * @example
 * console.log(toIpJson.link([decodeLink(message.payload)]))
 */
export const toIpJson = lazyTable<typeof ipJson>(
  ['link', 'addr', 'route', 'nexthop', 'nexthopBucket', 'neigh', 'rule'],
  command => (lazyModule('ip-json') as typeof import('./modules/ip-json.js')).ipJson[command],
)
