import type { ChildProcess } from 'node:child_process'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import { type Client, type LinkSpec, open, rate, size, time, time64 } from '../../index.js'
import * as netns from '../../netns.js'
import { atStep, hasCode, type Left, leftText } from '../network-error.js'
import { forwarding, type Sysctl, writeSysctls } from '../sysctls.js'
import { labSvg, labText } from './draw.js'
import {
  type LabHost,
  type LabPlan,
  type LabSpec,
  type PlannedEnd,
  type PlannedLink,
  planLab,
  SWITCHES,
} from './plan.js'

/** A namespace of a lab, open. */
interface Space {
  readonly netns: netns.Namespace
  readonly rt: Client
  /** The name that `ip netns` sees. */
  readonly name: string | undefined
}

/** Is one host of a lab: a network namespace, with what runs in it. */
export class LabNode {
  readonly name: string
  /** Its namespace: a reference for everything that takes one. */
  readonly netns: netns.Namespace
  /** A client in it; it is closed with the lab. */
  readonly rt: Client
  readonly #children = new Set<ChildProcess>()
  readonly #workers = new Set<Worker>()

  constructor(name: string, { netns: namespace, rt }: Space) {
    this.name = name
    this.netns = namespace
    this.rt = rt
  }

  /**
   * Runs a synchronous function inside, as `netns.run` does.
   * @example lab.host('a').run(() => readFileSync('/proc/thread-self/net/dev', 'utf8'))
   */
  run<T>(fn: () => T extends PromiseLike<unknown> ? never : T): T {
    return netns.run(this.netns, fn)
  }

  /**
   * Starts a module as a Worker inside; it is terminated with the lab.
   * @example lab.host('a').worker(new URL('./server.js', import.meta.url))
   */
  worker(url: string | URL, options?: WorkerOptions): Worker {
    const worker = netns.worker(this.netns, url, options)
    this.#workers.add(worker)
    worker.once('exit', () => this.#workers.delete(worker))
    return worker
  }

  /**
   * Starts a program inside; it is killed with the lab, what it has started in turn is not.
   * @example lab.host('a').spawn('ping', ['-c1', '10.0.0.2'], { stdio: 'inherit' })
   */
  spawn(command: string, args: readonly string[] = [], options: netns.NamespaceSpawnOptions = {}): ChildProcess {
    const child = netns.spawn(this.netns, command, args, options)
    const forget = (): boolean => this.#children.delete(child)
    if (child.pid !== undefined) this.#children.add(child)
    child.once('exit', forget)
    return child
  }

  /** Ends what runs inside. */
  async end(): Promise<void> {
    const children = [...this.#children].map(child => {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      return ended
    })
    await Promise.all([...children, ...[...this.#workers].map(worker => worker.terminate())])
  }
}

/** Is a network in one process: hosts, switches, and links between them. */
export class Lab implements AsyncDisposable {
  /** Links that hold nothing up though they should, with `shaping: 'if-supported'`: `a eth0 -- s1 p0: the kernel has no qdisc netem`. */
  readonly unshaped: readonly string[]
  readonly #title: string
  readonly #plan: LabPlan
  readonly #spaces: ReadonlyMap<string, Space>
  readonly #hosts: ReadonlyMap<string, LabNode>
  #closing: Promise<void> | undefined

  /** Takes over what `createLab` has made. */
  constructor(title: string, plan: LabPlan, spaces: ReadonlyMap<string, Space>, unshaped: readonly string[]) {
    this.#title = title
    this.#plan = plan
    this.#spaces = spaces
    this.unshaped = unshaped
    this.#hosts = new Map([...plan.hosts.keys()].map(name => [name, new LabNode(name, spaceOf(spaces, name))]))
  }

  /** All hosts, in the order in which they were asked for. */
  get hosts(): readonly LabNode[] {
    return [...this.#hosts.values()]
  }

  /** Gives a host by its name; throws a RangeError when there is none. */
  host(name: string): LabNode {
    const host = this.#hosts.get(name)
    if (host === undefined)
      throw new RangeError(`the lab has no host ${name}, but ${[...this.#hosts.keys()].join(', ')}`)
    return host
  }

  /** The topology as text: each node with its links. */
  toString(): string {
    return labText(this.#title, this.#plan)
  }

  /**
   * Draws the topology as an SVG picture: switches inside, hosts around them, and what each link holds up in its middle.
   * @example writeFileSync('lab.svg', lab.toSvg())
   */
  toSvg(): string {
    return labSvg(this.#title, this.#plan)
  }

  /**
   * Ends what was started in the hosts, by SIGKILL, and takes everything down; repeated calls wait for the same. Rejects with the first
   * error of a namespace that cannot be closed or deleted, the others being gone. `await using` calls it.
   * @example await lab.close()
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await Promise.all(this.hosts.map(host => host.end()))
    const [left] = await closeSpaces(this.#spaces)
    if (left !== undefined) throw left.error
  }
}

/** Of every namespace of a lab: nobody else has its addresses, and nobody tells it others. */
const quiet: readonly Sysctl[] = ['all', 'default'].flatMap(link => [
  [`ipv6/conf/${link}/accept_dad`, 0] as const,
  [`ipv6/conf/${link}/accept_ra`, 0] as const,
])

/**
 * Builds hosts, switches and links from a short description, and answers once packets pass; takes everything down again when
 * something fails, and rejects with an error that names the step (`left` names what could not be taken down). What is held up takes the
 * qdiscs netem and tbf; without them it rejects with ENOENT unless `shaping` says otherwise. Needs CAP_SYS_ADMIN.
 *
 * @example
 * await using lab = await createLab({
 *   hosts: { a: {}, b: {} },
 *   switches: ['s'],
 *   links: ['a 10.0.0.1/24 -- s', 'b 10.0.0.2/24 -- s'],
 * })
 * lab.host('a').spawn('ping', ['-c1', '10.0.0.2'], { stdio: 'inherit' })
 */
export async function createLab(spec: LabSpec): Promise<Lab> {
  const plan = planLab(spec)
  const title = spec.name === undefined ? 'lab' : `lab ${spec.name}`
  const spaces = new Map<string, Space>()
  const unshaped: string[] = []
  let step = ''
  const at = async (name: string, run: () => Promise<unknown>): Promise<void> => {
    step = name
    await run()
  }
  try {
    const names = [...plan.hosts.keys(), ...(plan.switches.size > 0 ? [''] : [])]
    for (const name of names) {
      await at(spaceStep(name), async () => {
        const space = await makeSpace(spec.name, name)
        spaces.set(name, space)
        await space.rt.link.set('lo', { up: true })
      })
    }
    for (const [name, { mtu, stp = false }] of plan.switches) {
      const info = { kind: 'bridge', stpState: stp ? 1 : 0 } as const
      await at(`switch ${name}`, () =>
        spaceOf(spaces, '').rt.link.add({ name, up: true, ...(mtu === undefined ? {} : { mtu }), info }),
      )
    }
    for (const link of plan.links) await at(`link ${linkName(link)}`, () => makeLink(link, plan, spaces))
    for (const link of plan.links) {
      await at(`shape ${linkName(link)}`, async () => {
        const lacks = await shapeLink(link, plan, spaces, spec.shaping ?? 'required')
        if (lacks !== undefined) unshaped.push(`${linkName(link)}: ${lacks}`)
      })
    }
    for (const [name, host] of plan.hosts) await at(`routes of ${name}`, () => setUpHost(host, spaceOf(spaces, name)))
    for (const link of plan.links) await at(`wait for ${linkName(link)}`, () => usable(link, plan, spaces))
    return new Lab(title, plan, spaces, unshaped)
  } catch (error) {
    throw atStep(error, title, step, (await closeSpaces(spaces)).map(leftText))
  }
}

const spaceStep = (node: string): string => `namespace ${node === '' ? SWITCHES : node}`

const linkName = ({ endpoints: [a, b] }: PlannedLink): string => `${a.node} ${a.ifname} -- ${b.node} ${b.ifname}`

function spaceOf(spaces: ReadonlyMap<string, Space>, name: string): Space {
  const space = spaces.get(name)
  if (space === undefined) throw new RangeError(`the lab has no namespace ${name}`)
  return space
}

/** The namespace of a link's end; a switch's is that of all switches. */
const endSpace = (end: PlannedEnd, plan: LabPlan, spaces: ReadonlyMap<string, Space>): Space =>
  spaceOf(spaces, plan.switches.has(end.node) ? '' : end.node)

async function makeSpace(lab: string | undefined, node: string): Promise<Space> {
  const name = lab === undefined ? undefined : `${lab}-${node === '' ? SWITCHES : node}`
  // Without a name nothing is left of a lab whose process is killed.
  const namespace = name === undefined ? netns.create() : netns.create(name)
  try {
    writeSysctls(namespace, quiet)
    return { netns: namespace, rt: await open({ netns: namespace }), name }
  } catch (error) {
    namespace.close()
    if (name !== undefined) netns.delete(name)
    throw error
  }
}

/** Closes namespaces, and all of them whatever comes of one; answers with what could not be undone. */
async function closeSpaces(spaces: ReadonlyMap<string, Space>): Promise<Left[]> {
  const left: Left[] = []
  await Promise.all(
    [...spaces].map(async ([node, { netns: namespace, rt, name }]) => {
      try {
        await rt.close()
        namespace.close()
        if (name !== undefined) netns.delete(name)
      } catch (error) {
        left.push({ step: spaceStep(node), error })
      }
    }),
  )
  return left
}

async function makeLink(link: PlannedLink, plan: LabPlan, spaces: ReadonlyMap<string, Space>): Promise<void> {
  const [a, b] = link.endpoints
  const [here, there] = [endSpace(a, plan, spaces), endSpace(b, plan, spaces)]
  const linkSpec = ({ node, ifname, mac }: PlannedEnd): LinkSpec => ({
    name: ifname,
    ...(mac === undefined ? {} : { address: mac }),
    ...(link.mtu === undefined ? {} : { mtu: link.mtu }),
    ...(plan.switches.has(node) ? { master: node } : {}),
  })
  // A master is looked up where the message is sent: the peer's gets its own afterwards.
  const { master: _, ...peer } = linkSpec(b)
  await here.rt.link.add({ ...linkSpec(a), info: { kind: 'veth', peer: { ...peer, netns: there.netns } } })
  if (plan.switches.has(b.node)) await there.rt.link.set(b.ifname, { master: b.node })
  for (const [end, { rt }] of [
    [a, here],
    [b, there],
  ] as const) {
    await Promise.all(end.addresses.map(address => rt.addr.add({ dev: end.ifname, address })))
    await rt.link.set(end.ifname, { up: true })
  }
}

/** Percent as netem counts it: 2^32 − 1 is all. */
const share = (percent: number): number => Math.round((percent / 100) * 0xffff_ffff)

async function shapeLink(
  link: PlannedLink,
  plan: LabPlan,
  spaces: ReadonlyMap<string, Space>,
  shaping: 'required' | 'if-supported',
): Promise<string | undefined> {
  const options = qdiscOf(link)
  if (options === undefined) return undefined
  try {
    for (const end of link.endpoints) {
      await endSpace(end, plan, spaces).rt.qdisc.add({ dev: end.ifname, parent: 'root', options })
    }
    return undefined
  } catch (error) {
    if (shaping === 'required' || !hasCode(error, 'ENOENT', 'EOPNOTSUPP')) throw error
    return `the kernel has no qdisc ${options.kind}`
  }
}

/** A rate alone takes the smaller qdisc; netem counts it too. */
function qdiscOf({ shape: { rate: bits, delay, jitter, loss }, mtu = 1500 }: PlannedLink) {
  const held = delay !== undefined || (loss !== undefined && loss > 0)
  if (!held && bits === undefined) return undefined
  if (!held) {
    // It drops what is larger than its burst, which the kernel rounds down; two packets are room enough.
    const burst = Math.max(size('32kb'), 2 * mtu)
    return { kind: 'tbf', rate: rate(bits ?? '0'), burst, latency: time('50ms') } as const
  }
  return {
    kind: 'netem',
    limit: 10_000,
    ...(delay === undefined ? {} : { latency64: time64(delay) }),
    ...(jitter === undefined ? {} : { jitter64: time64(jitter) }),
    ...(loss === undefined ? {} : { loss: share(loss) }),
    ...(bits === undefined
      ? {}
      : { rate: { rate: Math.min(Number(rate(bits)), 0xffff_ffff) }, rate64: BigInt(rate(bits)) }),
  } as const
}

async function setUpHost(
  { forward, gateway = [], routes = [], sysctls = {} }: LabHost,
  { netns: namespace, rt }: Space,
): Promise<void> {
  if (forward === true) writeSysctls(namespace, [forwarding[4], forwarding[6]])
  for (const each of [gateway].flat()) await rt.route.add({ dst: 'default', gateway: each })
  for (const route of routes) await rt.route.add(route)
  for (const [key, value] of Object.entries(sysctls)) netns.sysctl(namespace, key, value)
}

async function usable(link: PlannedLink, plan: LabPlan, spaces: ReadonlyMap<string, Space>): Promise<void> {
  await Promise.all(
    link.endpoints.map(end => {
      const waits = plan.switches.get(end.node)?.stp !== true
      return endSpace(end, plan, spaces).rt.link.wait(
        end.ifname,
        l => l?.operstate === 'up' && (!waits || l.slave?.kind !== 'bridge' || l.slave.state === 'forwarding'),
      )
    }),
  )
}
