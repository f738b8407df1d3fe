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
  /**
   * What it starts as it runs would be bound to the processor that its main thread gets: it gets none, and may run on another than
   * is looked at. The processor time of processes is their own.
   */
  readonly starts?: 'threads' | 'processes'
}

const allWorks = [
  'dump-route',
  'dump-link',
  'dump-addr',
  'dump-neigh',
  'change-routes',
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

const dumps = ['dump-route', 'dump-link', 'dump-addr', 'dump-neigh']
const iproute2 = fileURLToPath(new URL('iproute2.js', import.meta.url))

function go(program: string, library: string, works: readonly string[]): Peer {
  return {
    name: `Go, ${program}`,
    works,
    packages: ['golang-go', library],
    build: `mkdir -p "$OUT/${program}.go" && cp go/serve.go go/${program}/main.go "$OUT/${program}.go" && cd "$OUT/${program}.go" &&
      GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$OUT/go-cache" go build -o "$OUT/${program}" .`,
    command: (work, size) => [`${built}${program}`, work, String(size)],
    starts: 'threads',
  }
}

function ip(way: string, works: readonly string[]): Peer {
  return {
    name: `iproute2, ${way}`,
    works,
    packages: ['iproute2'],
    build: 'ip -V',
    command: (work, size) => [process.execPath, iproute2, way, work, String(size)],
    starts: 'processes',
  }
}

export const peers: readonly Peer[] = [
  floor,
  {
    ...floor,
    name: 'C, 64 a send',
    works: ['change-routes'],
    command: (_, size) => [`${built}floor`, 'bulk-routes', String(size)],
  },
  {
    ...floor,
    name: 'C, no ACKs',
    works: ['change-routes'],
    command: (_, size) => [`${built}floor`, 'change-routes-unacked', String(size)],
  },
  {
    ...floor,
    name: 'C, one by one',
    works: ['delete-pairs'],
    command: (_, size) => [`${built}floor`, 'delete-pairs', String(size)],
  },
  {
    name: 'C, libmnl',
    works: [...dumps, 'change-routes', 'drain-events'],
    packages: ['gcc', 'libc6-dev', 'libmnl-dev'],
    build: 'gcc -O2 -o "$OUT/mnl" c/mnl.c -lmnl',
    command: (work, size) => [`${built}mnl`, work, String(size)],
  },
  {
    name: 'C, libnl-route',
    works: [...dumps, 'change-routes', 'drain-events'],
    packages: ['gcc', 'libc6-dev', 'libnl-route-3-dev'],
    build: 'gcc -O2 -I/usr/include/libnl3 -o "$OUT/nl" c/nl.c -lnl-3 -lnl-route-3',
    command: (work, size) => [`${built}nl`, work, String(size)],
  },
  go('vishvananda', 'golang-github-vishvananda-netlink-dev', [...dumps, 'change-routes', 'delete-pairs', 'listen']),
  go('jsimonetti', 'golang-github-jsimonetti-rtnetlink-dev', [...dumps, 'change-routes']),
  {
    name: 'Rust, rtnetlink',
    works: [...dumps, 'change-routes'],
    packages: ['cargo', 'librust-rtnetlink-dev'],
    build:
      'mkdir -p "$OUT/rust" && cp -r rust/. "$OUT/rust" && cd "$OUT/rust" && cargo build --release --offline && cp target/release/peer "$OUT/rust-peer"',
    command: (work, size) => [`${built}rust-peer`, work, String(size)],
  },
  {
    name: 'Python, pyroute2',
    works: [...dumps, 'change-routes', 'bulk-routes', 'delete-pairs'],
    packages: ['python3', 'python3-pyroute2'],
    build: '/usr/bin/python3 -c "import pyroute2"',
    command: (work, size) => ['/usr/bin/python3', `${sources}python/peer.py`, work, String(size)],
  },
  ip('text', dumps),
  ip('json', dumps),
  ip('batch', ['change-routes', 'delete-pairs']),
  ip('group', ['delete-pairs']),
]

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
