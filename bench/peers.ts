/** The other libraries: how each is built and started, and what it can do. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the sources of peers are, and where they are built to. */
export const sources = fileURLToPath(new URL('../../bench/peers/', import.meta.url))
export const built = fileURLToPath(new URL('../peers/', import.meta.url))

export interface Peer {
  readonly name: string
  /** Workloads that it knows. */
  readonly works: readonly string[]
  /** Debian packages that building and running it takes. */
  readonly packages: readonly string[]
  /** Makes it; a shell command in the folder of sources, with the folder to build to in $OUT. */
  readonly build: string
  /** Starts it as a server of one workload. */
  readonly command: (work: string, size: number) => readonly string[]
}

const allWorks = [
  'dump-route',
  'dump-link',
  'dump-addr',
  'dump-neigh',
  'change-routes',
  'bulk-routes',
  'delete-pairs',
  'delete-group',
  'drain-events',
  'listen',
]

/** What every ratio is counted from: C on a raw socket. */
export const floor: Peer = {
  name: 'C, raw socket',
  works: allWorks,
  packages: ['gcc', 'libc6-dev', 'linux-libc-dev'],
  build: 'gcc -O2 -o "$OUT/floor" c/floor.c',
  command: (work, size) => [`${built}floor`, work, String(size)],
}

export const peers: readonly Peer[] = [floor]

/** Builds a peer; answers with the reason when that fails. */
export function build(peer: Peer): string | undefined {
  mkdirSync(built, { recursive: true })
  const done = spawnSync('sh', ['-ec', peer.build], {
    cwd: sources,
    env: { ...process.env, OUT: built },
    encoding: 'utf8',
  })
  return done.status === 0 ? undefined : `cannot be built (${peer.packages.join(' ')}): ${lastLine(done.stderr)}`
}

/** Tells which Debian packages of a peer are not installed. */
export function missing(peer: Peer): string[] {
  return peer.packages.filter(name => spawnSync('dpkg', ['-s', name], { stdio: 'ignore' }).status !== 0)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
