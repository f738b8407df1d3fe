import type * as FastCheck from 'fast-check'

/** A datagram that comes before an answer and means nothing to it: wrong sender, wrong port, wrong number, a notification, a control message. */
const noises = ['spoofed', 'spoofed-error', 'foreign', 'stale', 'event', 'noop', 'control'] as const

/**
 * What becomes of an answer: it comes (`long`: longer than the first buffer), it is an error, or is `lost` without a word; or answers are dropped
 * (ENOBUFS), NLMSG_OVERRUN stands in its place, a datagram with broken framing does, or the read fails. A dump may be `interrupted`.
 */
export const outcomes = ['ok', 'long', 'error', 'lost', 'overrun', 'gap', 'malformed', 'broken', 'interrupted'] as const

/** What a request is answered with. */
export interface ScenarioAnswer {
  readonly how: (typeof outcomes)[number]
  readonly noise: readonly (typeof noises)[number][]
  /** Comes only after a step `deliver`. */
  readonly held: boolean
  /** Shares the datagram of the one before it. */
  readonly merged: boolean
}

/** Something that the program does, or that happens to it. */
export interface ScenarioStep {
  /** A request; a dump collected, or read as a stream; a bulk; a turn of the event loop; what was held arrives; the signal aborts. */
  readonly do: 'get' | 'change' | 'list' | 'dump' | 'bulk' | 'turn' | 'deliver' | 'abort'
  /** Of a dump: one a datagram; of a bulk: one a request. */
  readonly answers: readonly ScenarioAnswer[]
  /** The order of what was held; how many rows of a stream are read; calls of even numbers take the signal. */
  readonly number: number
}

/** A conversation of a client with a scripted kernel. */
export interface RequestScenario {
  readonly client: 'async' | 'blocking'
  /** Somebody listens to warnings: every change is acknowledged for itself, and what was held may come in any order. */
  readonly warnings: boolean
  readonly readSize: number
  readonly steps: readonly ScenarioStep[]
}

/** What happens to a monitor: a notification, several in one datagram; a step of who reads; noise; loss. */
export const monitorSteps = [
  'event',
  'events',
  'next',
  'turn',
  'long',
  'overrun',
  'gap',
  'malformed',
  'spoofed',
  'noop',
  'abort',
  'close',
  'broken',
] as const

/** The notifications that a monitor gets, and when they are read. */
export interface MonitorScenario {
  readonly client: 'monitor'
  readonly steps: readonly (typeof monitorSteps)[number][]
}

/** What `checkScenario` plays. */
export type Scenario = RequestScenario | MonitorScenario

/**
 * Makes an arbitrary of conversations between a client or a monitor and a scripted kernel, for `checkScenario`: answers merged, delayed, out of order,
 * among messages that are none, torn, lost.
 *
 * @example
 * await fc.assert(fc.asyncProperty(arbitraryScenario(fc), checkScenario))
 */
export function arbitraryScenario(fc: typeof FastCheck.default): FastCheck.Arbitrary<Scenario> {
  const rarely = (weight: number) => fc.nat(weight).map(number => number === weight)
  const how = fc.oneof(
    { weight: 5, arbitrary: fc.constant('ok' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...outcomes) },
  )
  const answer: FastCheck.Arbitrary<ScenarioAnswer> = fc.record({
    how,
    noise: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...noises), { maxLength: 3 }) },
    ),
    held: rarely(2),
    merged: fc.boolean(),
  })
  const one = (name: ScenarioStep['do'], many = false): FastCheck.Arbitrary<ScenarioStep> =>
    fc.record({
      do: fc.constant(name),
      answers: many ? fc.array(answer, { maxLength: 4 }) : fc.tuple(answer),
      number: fc.nat(7),
    })
  const bare = (name: ScenarioStep['do']): FastCheck.Arbitrary<ScenarioStep> =>
    fc.record({ do: fc.constant(name), answers: fc.constant([]), number: fc.nat(7) })
  const step = fc.oneof(
    { weight: 4, arbitrary: one('get') },
    { weight: 4, arbitrary: one('change') },
    { weight: 2, arbitrary: one('list', true) },
    { weight: 2, arbitrary: one('dump', true) },
    { weight: 2, arbitrary: one('bulk', true) },
    { weight: 3, arbitrary: bare('turn') },
    { weight: 2, arbitrary: bare('deliver') },
    { weight: 1, arbitrary: bare('abort') },
  )
  const requests: FastCheck.Arbitrary<RequestScenario> = fc.record({
    client: fc.constantFrom('async' as const, 'async' as const, 'blocking' as const),
    warnings: fc.boolean(),
    readSize: fc.constantFrom(128, 65_536),
    steps: fc.array(step, { minLength: 1, maxLength: 9 }),
  })
  const monitor: FastCheck.Arbitrary<MonitorScenario> = fc.record({
    client: fc.constant('monitor' as const),
    steps: fc.array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.constantFrom('event' as const, 'events' as const, 'next' as const, 'turn' as const),
        },
        { weight: 1, arbitrary: fc.constantFrom(...monitorSteps) },
      ),
      { minLength: 1, maxLength: 16 },
    ),
  })
  return fc.oneof({ weight: 3, arbitrary: requests }, { weight: 1, arbitrary: monitor })
}
