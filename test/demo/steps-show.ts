import { once } from 'node:events'
import { open } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'
import { call, expandTabs, remark, result } from './screen.js'
import { ipAddresses } from './show-addresses.js'
import { brctlShow, bridgeLinks } from './show-links.js'
import { lsns } from './show-namespaces.js'
import type { Story } from './steps.js'

/** Shows the ports of the bridge. */
export async function bridgePorts({ host }: Story): Promise<void> {
  const ports = await call(() => host.link.list({ master: 'br0' }))
  const links = [await host.link.get('br0'), ...ports]
  remark('bridge link show')
  result(...bridgeLinks(links))
  remark('brctl show')
  result(...brctlShow(links).map(expandTabs))
}

/** Starts a process in a namespace and looks into that by the number of the process alone. */
export async function processAddresses({ cleanup }: Story): Promise<void> {
  // It ends with its standard input, that is with this process.
  const child = await call(() =>
    netns.spawn('red', '/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] }),
  )
  await once(child, 'spawn')
  cleanup.defer(() => child.kill())
  const { pid } = child
  if (pid === undefined) throw new Error('the process has ended')
  await using inside = await call(() => open({ netns: { pid } }))
  const [links, addrs] = await call(() => Promise.all([inside.link.list(), inside.addr.list()]))
  remark(`nsenter -t ${pid} -n ip a`)
  result(...ipAddresses(links, addrs))
}

/** Shows the network namespaces, those of the machine too. */
export async function spaces(): Promise<void> {
  const list = await call(() => netns.list())
  remark('lsns -t net')
  const lines = lsns(list)
  result(...lines.slice(0, 21))
  if (lines.length > 21) remark(`… and ${lines.length - 21} more`)
  const hidden = list.find(({ inode }) => inode === 0)
  if (hidden !== undefined) {
    const [first = '', ...more] = hidden.unreadable
    remark(`${hidden.pids.length} processes are not to be seen into: ${first}${more.length > 0 ? ', …' : ''}`)
  }
}
