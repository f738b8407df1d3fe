// Sends all traffic of this namespace through a VPN link, except marked packets: `node vpn-switch.js on wg0` and `node vpn-switch.js off`
// The VPN program marks its own packets with 0x51 (SO_MARK), so that they use the main table.
import { open } from 'rtnetlink'

const TABLE = 51
const MARK = 0x51
const PRIORITY = 1000

const [command, dev = ''] = process.argv.slice(2)
await using rt = await open()

/** Deletes the rules and the routes of an earlier run. */
async function off(): Promise<void> {
  for (const family of ['inet', 'inet6'] as const) {
    for (const rule of await rt.rule.list({ family })) {
      if (rule.table === TABLE || rule.priority === PRIORITY - 1) await rt.rule.delete(rule)
    }
  }
  await rt.route.flush({ table: TABLE })
}

await off()
if (command === 'on') {
  await rt.route.add({ dst: 'default', dev, table: TABLE })
  // Routes of the main table that are more specific than a default route still win: the local networks stay reachable.
  await rt.rule.add({ family: 'inet', priority: PRIORITY - 1, table: 254, suppressPrefixlen: 0 })
  await rt.rule.add({ family: 'inet', priority: PRIORITY, table: TABLE, fwmark: MARK, flags: ['invert'] })
  const path = await rt.route.lookup('198.51.100.7')
  const marked = await rt.route.lookup('198.51.100.7', { mark: MARK }).catch(error => error.code)
  console.log(`unmarked packets use table ${path.table}, marked ones ${marked.table ?? marked}`)
} else console.log('off')
