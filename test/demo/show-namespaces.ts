import { readFileSync, statSync } from 'node:fs'
import type { NamespaceInfo } from 'rtnetlink/netns'
import { table } from './screen.js'

const heads = ['NS', 'TYPE', 'NPROCS', 'PID', 'USER', 'NETNSID', 'NSFS', 'COMMAND']

/** Prints what `lsns -t net` prints, and the namespaces that no process is in, which lsns does not see. */
export function lsns(spaces: readonly NamespaceInfo[]): string[] {
  const users = passwd()
  const rows = spaces
    .filter(({ inode }) => inode !== 0)
    .map(({ inode, pids, nsid, names }) => {
      const pid = pids[0]
      return [
        String(inode),
        'net',
        String(pids.length),
        String(pid ?? ''),
        pid === undefined ? '' : userOf(pid, users),
        nsid < 0 ? 'unassigned' : String(nsid),
        names.map(name => `/run/netns/${name}`).join(),
        pid === undefined ? '' : commandOf(pid),
      ]
    })
  return table([heads, ...rows], [0, 2, 3, 5]).map(line => line.trimEnd())
}

/** Reads the names of users; os.userInfo knows only one's own. */
function passwd(): ReadonlyMap<number, string> {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
    return new Map(lines.map(line => line.split(':')).map(([name = '', , uid]) => [Number(uid), name]))
  } catch {
    return new Map()
  }
}

function userOf(pid: number, users: ReadonlyMap<number, string>): string {
  try {
    const { uid } = statSync(`/proc/${pid}`)
    return users.get(uid) ?? String(uid)
  } catch {
    return '?'
  }
}

function commandOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replace(/\0$/, '')
      .replaceAll(/[\0\s]+/g, ' ')
    return text.length > 60 ? `${text.slice(0, 59)}…` : text
  } catch {
    return ''
  }
}
