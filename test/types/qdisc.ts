// Types of qdiscs and classes. Nothing here runs: `npm run typecheck` compiles it.
import type { Class, ClassOptions, ClassSpec, Client, Qdisc, QdiscOptions, QdiscSpec } from '../../src/index.js'
import type { Equal, Expect } from './equal.js'

type Of<K extends QdiscOptions['kind']> = Extract<QdiscOptions, { kind: K }>
type OfClass<K extends ClassOptions['kind']> = Extract<ClassOptions, { kind: K }>

/** Every kind narrows to what is its own: one field of each, with its type. */
export type Narrows = [
  Expect<Equal<Of<'bfifo'>['limit'], number>>,
  Expect<Equal<Of<'cake'>['baseRate64'], bigint | undefined>>,
  Expect<Equal<Of<'cake_mq'>['overhead'], number | undefined>>,
  Expect<Equal<NonNullable<Of<'cbs'>['parms']>['idleslope'], number>>,
  Expect<Equal<NonNullable<Of<'choke'>['parms']>['qthMin'], number>>,
  Expect<Equal<Of<'codel'>['target'], number | undefined>>,
  Expect<Equal<Of<'dualpi2'>['stepThreshUs'], number | undefined>>,
  Expect<Equal<NonNullable<Of<'etf'>['parms']>['clockid'], number>>,
  Expect<Equal<Of<'ets'>['nbands'], number | undefined>>,
  Expect<Equal<Of<'fq'>['offloadHorizon'], number | undefined>>,
  Expect<Equal<Of<'fq'>['weights'], number[] | undefined>>,
  Expect<Equal<Of<'fq_codel'>['dropBatchSize'], number | undefined>>,
  Expect<Equal<Of<'fq_pie'>['ecnProb'], number | undefined>>,
  Expect<Equal<NonNullable<Of<'gred'>['parms']>[number]['dp'], number>>,
  Expect<Equal<Of<'hfsc'>['defcls'], number>>,
  Expect<Equal<Of<'hhf'>['nonHhWeight'], number | undefined>>,
  Expect<Equal<NonNullable<Of<'htb'>['init']>['rate2quantum'], number>>,
  Expect<Equal<Of<'mqprio'>['prioTcMap'], number[]>>,
  Expect<Equal<NonNullable<Of<'mqprio'>['minRate64']>['minRate64'], bigint[] | undefined>>,
  Expect<Equal<Of<'multiq'>['maxBands'], number>>,
  Expect<Equal<Of<'netem'>['latency64'], bigint | undefined>>,
  Expect<Equal<Of<'netem'>['loss'], number>>,
  Expect<Equal<Of<'pfifo'>['limit'], number>>,
  Expect<Equal<Of<'pfifo_fast'>['priomap'], number[]>>,
  Expect<Equal<Of<'pfifo_head_drop'>['limit'], number>>,
  Expect<Equal<Of<'pie'>['tupdate'], number | undefined>>,
  Expect<Equal<Of<'plug'>['action'], number | 'buffer' | 'release-one' | 'release-indefinite' | 'limit'>>,
  Expect<Equal<Of<'prio'>['bands'], number>>,
  Expect<Equal<Of<'red'>['flags'], { value: number; selector: number } | undefined>>,
  Expect<Equal<NonNullable<Of<'sfb'>['parms']>['binSize'], number>>,
  Expect<Equal<Of<'sfq'>['v0']['perturbPeriod'], number>>,
  Expect<Equal<Of<'skbprio'>['limit'], number>>,
  Expect<Equal<Of<'taprio'>['schedBaseTime'], bigint | undefined>>,
  Expect<Equal<NonNullable<Of<'tbf'>['parms']>['rate']['rate'], number>>,
]

/** Kinds without options have a name. */
export type Bare = Expect<
  Equal<
    Exclude<
      'blackhole' | 'clsact' | 'drr' | 'ingress' | 'mq' | 'noop' | 'noqueue' | 'qfq' | 'other',
      QdiscOptions['kind']
    >,
    never
  >
>

/** Classes have their own: those of hfsc are not what its qdisc has. */
export type NarrowsClasses = [
  Expect<Equal<OfClass<'drr'>['quantum'], number | undefined>>,
  Expect<Equal<OfClass<'ets'>['quantaBand'], number | undefined>>,
  Expect<Equal<NonNullable<OfClass<'hfsc'>['rsc']>['m2'], number>>,
  Expect<Equal<NonNullable<OfClass<'htb'>['parms']>['ceil']['rate'], number>>,
  Expect<Equal<OfClass<'qfq'>['lmax'], number | undefined>>,
  Expect<Equal<Exclude<ClassOptions['kind'], 'drr' | 'ets' | 'hfsc' | 'htb' | 'qfq' | 'other'>, never>>,
]

/** Statistics go by the kind too. */
export function counts(qdisc: Qdisc, one: Class): unknown {
  const app = qdisc.stats2?.app
  if (app?.kind === 'fq') return app.throttledFlows satisfies number
  if (app?.kind === 'fq_codel') return app.qdiscStats.maxpacket satisfies number
  if (app?.kind === 'cake') return app.tinStats?.[0]?.sentBytes64 satisfies bigint | undefined
  if (app?.kind === 'taprio') return app.windowDrops satisfies bigint | undefined
  if (one.xstats?.kind === 'htb') return one.xstats.ctokens satisfies number
  // @ts-expect-error: a qdisc of this kind has no numbers, its classes have
  if (app?.kind === 'htb') return 1
  return qdisc.stats2?.basic?.bytes satisfies bigint | undefined
}

// What is read can be written.
export async function writesWhatItReads(rt: Client, qdisc: Qdisc, one: Class) {
  await rt.qdisc.add(qdisc)
  await rt.qdisc.replace({ ...qdisc, dev: 'v0' })
  if (qdisc.options?.kind === 'fq_codel') await rt.qdisc.set({ ...qdisc, options: { ...qdisc.options, limit: 5 } })
  await rt.class.set(one)
  await rt.class.replace({ ...one, parent: '1:1' })
}

export const specs: readonly QdiscSpec[] = [
  { dev: 'v0', handle: '1:', options: { kind: 'prio', priomap: [0, 1, 2] } },
  { dev: 'v0', options: { kind: 'red', parms: { limit: 5, flags: ['ecn', 'harddrop'] } } },
  // @ts-expect-error: misspelled
  { dev: 'v0', options: { kind: 'tbf', parm: {} } },
  // @ts-expect-error: of another kind
  { dev: 'v0', options: { kind: 'pie', flows: 5 } },
  // @ts-expect-error: no such flag
  { dev: 'v0', options: { kind: 'red', parms: { flags: ['ecm'] } } },
  // @ts-expect-error: a rate of 64 bits is a bigint
  { dev: 'v0', options: { kind: 'tbf', rate64: 5 } },
  // @ts-expect-error: no kind
  { dev: 'v0', options: { limit: 5 } },
]

export const classes: readonly ClassSpec[] = [
  { dev: 'v0', parent: '1:', handle: '1:1', options: { kind: 'hfsc', fsc: { m2: 125_000 } } },
  // @ts-expect-error: what the qdisc has, not a class of it
  { dev: 'v0', parent: '1:', handle: '1:1', options: { kind: 'hfsc', defcls: 1 } },
]
