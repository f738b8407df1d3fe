// The floors of src: which folder may import which. docs/architecture.md draws them.

const wire = ['errors', 'wire']
const codec = [...wire, 'codec']
const objects = [...codec, 'codecs', 'generated', 'request', 'ip-json', 'objects']
const rtnetlink = [...objects, 'inspect', 'rtnetlink']

/** The floors from the lowest to the highest, each with the floors that it may import beside itself. */
export const floors: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  wire: ['errors'],
  codec: wire,
  // The hand-written codecs of objects (objects/**/codecs.ts and codecs/): generated code calls them.
  codecs: codec,
  generated: [...codec, 'codecs'],
  // Any netlink request: it takes the protocol as a parameter.
  request: codec,
  'ip-json': [...codec, 'generated'],
  inspect: [...codec, 'request'],
  objects,
  rtnetlink,
  watch: rtnetlink,
  engine: wire,
  sys: wire,
  io: [...codec, 'request', 'inspect', 'engine', 'sys'],
  client: [...rtnetlink, 'watch', 'engine', 'sys', 'io'],
  netns: [...codec, 'request', 'sys'],
  // On the public entries; of the floors only sys/flock.
  network: [],
  // The scripted transport is one of io's; nothing of sys: it works without a kernel.
  testing: [...rtnetlink, 'watch', 'engine', 'io'],
}

/** The floors that may import `node:` modules. */
export const nodeFloors: ReadonlySet<string> = new Set(['sys', 'io', 'client', 'netns', 'network', 'testing'])

/** Returns the floor of a file in src; `undefined` for an entry. */
export function floorOf(path: string): string | undefined {
  if (/^src\/objects\/.*\/codecs(?:\/[^/]+)?\.ts$/.test(path)) return 'codecs'
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

/** Returns whether a file may import another file of src. */
export function mayImport(path: string, target: string): boolean {
  const from = floorOf(path)
  const to = floorOf(target)
  if (from === undefined) return to !== undefined
  if (from === 'network' && (to === undefined || target === 'src/sys/flock.ts')) return true
  return to !== undefined && (to === from || (floors[from] ?? []).includes(to))
}

/** Returns the folders of kernel objects: those that have an object.ts. */
export function objectFolders(files: Iterable<string>): string[] {
  return [...files]
    .filter(path => /^src\/objects\/.*\/object\.ts$/.test(path))
    .map(path => path.slice(0, -'/object.ts'.length))
}
