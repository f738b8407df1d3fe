// Random runs of commands against a small model of links and addresses: behind each command our lists hold what the model holds, behind
// each run a watch does that was there all the time. FC_SEED=number tries other runs, FC_RUNS=number more of them.
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  type Addr,
  type BlockingClient,
  type Client,
  type Link,
  NetlinkError,
  open,
  openSync,
} from '../../../src/index.js'
import { requireKind } from '../../support/probe.js'
import { type Kind, lineOf, Model, type Verdict } from '../../support/samples/link-model.js'

const names = ['n0', 'n1', 'n2'] as const
const addresses = ['10.0.1.1/24', '10.0.2.1/24', '2001:db8:1::1/64', '2001:db8:2::1/64'] as const

let rt: Client
let sync: BlockingClient

beforeAll(async () => {
  rt = await open()
  sync = openSync()
})

afterAll(async () => {
  sync.close()
  await rt.close()
})

beforeEach(context => {
  for (const kind of ['ifb', 'veth', 'bridge']) requireKind(context, kind)
})

/** What the commands work on besides the model. */
interface Real {
  /** How many commands ended in each way. */
  readonly verdicts: Map<Verdict, number>
}

/** Is a command of the run: on the model, and by one of our clients. */
class Command implements fc.AsyncCommand<Model, Real> {
  readonly #text: string
  readonly #model: (model: Model) => Verdict
  readonly #possible: (model: Model) => boolean
  readonly #run: () => unknown

  constructor(
    text: string,
    model: (m: Model) => Verdict,
    run: () => unknown,
    possible: (m: Model) => boolean = () => true,
  ) {
    this.#text = text
    this.#model = model
    this.#run = run
    this.#possible = possible
  }

  check(model: Model): boolean {
    return this.#possible(model)
  }

  async run(model: Model, { verdicts }: Real): Promise<void> {
    const expected = this.#model(model)
    verdicts.set(expected, (verdicts.get(expected) ?? 0) + 1)
    let verdict: string = 'ok'
    try {
      await this.#run()
    } catch (error) {
      verdict = NetlinkError.is(error) ? error.code : String(error)
    }
    expect(verdict, this.#text).toBe(expected)
    expect(linesOf(sync.link.list(), sync.addr.list()), this.#text).toEqual(model.lines())
  }

  toString(): string {
    return this.#text
  }
}

const name = fc.constantFrom(...names)
const address = fc.constantFrom(...addresses)
const isDown = (of: string) => (model: Model) => model.links.get(of)?.up !== true
const isBridge = (of: string) => (model: Model) => (model.links.get(of)?.kind ?? 'bridge') === 'bridge'

/** Every other command goes through the blocking client. */
const both = fc.boolean().map(async => (async ? () => rt : () => sync as unknown as Client))

const commands: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  fc.tuple(name, fc.constantFrom<Kind>('ifb', 'bridge'), both).map(
    ([n, kind, client]) =>
      new Command(
        `add ${n} ${kind}`,
        m => m.add(n, kind),
        () => client().link.add({ name: n, info: { kind } }),
      ),
  ),
  fc
    .tuple(name, name, both)
    .filter(([n, peer]) => n !== peer)
    .map(
      ([n, peer, client]) =>
        new Command(
          `add ${n} veth ${peer}`,
          m => m.add(n, 'veth', peer),
          () => client().link.add({ name: n, info: { kind: 'veth', peer: { name: peer } } }),
        ),
    ),
  fc.tuple(name, both).map(
    ([n, client]) =>
      new Command(
        `delete ${n}`,
        m => m.delete(n),
        () => client().link.delete(n),
      ),
  ),
  fc.tuple(name, name, both).map(
    // Older kernels rename no link that is up.
    ([n, to, client]) =>
      new Command(
        `rename ${n} ${to}`,
        m => m.rename(n, to),
        () => client().link.set(n, { name: to }),
        isDown(n),
      ),
  ),
  fc.tuple(name, fc.boolean(), both).map(
    ([n, up, client]) =>
      new Command(
        `set ${n} ${up ? 'up' : 'down'}`,
        m => m.setUp(n, up),
        () => client().link.set(n, { up }),
      ),
  ),
  fc.tuple(name, fc.constantFrom(1280, 1400, 1500, 2000), both).map(
    ([n, mtu, client]) =>
      new Command(
        `mtu ${n} ${mtu}`,
        m => m.setMtu(n, mtu),
        () => client().link.set(n, { mtu }),
      ),
  ),
  fc.tuple(name, name, both).map(
    ([n, master, client]) =>
      new Command(
        `master ${n} ${master}`,
        m => m.setMaster(n, master),
        () => client().link.set(n, { master }),
        isBridge(master),
      ),
  ),
  fc.tuple(name, both).map(
    ([n, client]) =>
      new Command(
        `nomaster ${n}`,
        m => m.setMaster(n, undefined),
        () => client().link.set(n, { master: 0 }),
      ),
  ),
  fc.tuple(name, address, both).map(
    ([n, a, client]) =>
      new Command(
        `address ${n} ${a}`,
        m => m.addAddress(n, a),
        () => client().addr.add({ dev: n, address: a, ...(a.includes(':') ? { flags: ['nodad'] } : {}) }),
      ),
  ),
  fc.tuple(name, address, both).map(
    ([n, a, client]) =>
      new Command(
        `no address ${n} ${a}`,
        m => m.deleteAddress(n, a),
        () => client().addr.delete({ dev: n, address: a }),
      ),
  ),
]

/** From here on the commands change links that are there: they come three times as often. */
const BUILDING = 4

/** What our lists, or a watch, hold, in the words of the model. */
function linesOf(links: readonly Link[], addrs: readonly Addr[]): string[] {
  const nameOf = new Map(links.map(({ index, name: its }) => [index, its]))
  return links
    .filter(({ name: its }) => (names as readonly string[]).includes(its))
    .map(link =>
      lineOf({
        name: link.name,
        kind: link.kindName,
        up: (link.flags & 1) !== 0,
        mtu: link.mtu,
        master: link.master === undefined || link.master === 0 ? undefined : nameOf.get(link.master),
        // Link-local addresses come up by themselves.
        addresses: addrs.filter(a => a.index === link.index && !a.address.startsWith('fe80:')).map(a => a.address),
      }),
    )
    .sort()
}

it('lists and watches what a model of links and addresses says', async () => {
  const verdicts = new Map<Verdict, number>()
  await fc.assert(
    fc.asyncProperty(
      fc.commands([...commands, ...commands.slice(BUILDING), ...commands.slice(BUILDING)], {
        maxCommands: 80,
        size: 'max',
      }),
      async run => {
        for (const n of names) sync.link.delete(n, { missingOk: true })
        await using state = rt.watch({ link: true, addr: true })
        const model = new Model()
        await fc.asyncModelRun(() => ({ model, real: { verdicts } }), run)
        expect(linesOf(sync.link.list(), sync.addr.list())).toEqual(model.lines())
        await state.ready()
        await expect.poll(() => linesOf(state.current().link, state.current().addr)).toEqual(model.lines())
      },
    ),
    {
      seed: Number(process.env['FC_SEED'] ?? 20_260_101),
      numRuns: Number(process.env['FC_RUNS'] ?? 30),
      endOnFailure: false,
    },
  )
  // The runs have tried what succeeds and what is refused.
  for (const verdict of ['ok', 'EEXIST', 'ENODEV', 'ELOOP', 'EADDRNOTAVAIL'] as const)
    expect(verdicts.get(verdict) ?? 0, verdict).toBeGreaterThan(0)
}, 240_000)
