import { chokeOptions, type Request, redOptions, request, sizeTicks } from '../../src/codec.js'
import { rateTable } from '../../src/objects/tc/codecs/rate-table.js'

/** Commands of commands/tc-qdisc.txt, and the same said to the builders. What tc adds for a kind by itself is said here too: one list, as long as that file. */
const { add, set, replace, delete: remove } = request.qdisc
const classes = request.class
const dev = 'v0'
type Options = NonNullable<Parameters<typeof add>[0]['options']>
type ClassOptions = NonNullable<Parameters<typeof classes.add>[0]['options']>

const root = (options: Options, more: object = {}): Request => add({ dev, options, ...more })
const root1 = (options: Options): Request => add({ dev, handle: '1:', options })
const onQueues = (options: Options, more: object = {}): Request => add({ dev: 'd4', options, ...more })
const leaf = (handle: string, options: ClassOptions): Request => classes.add({ dev, parent: '1:', handle, options })
const percent = (share: number): number => Math.round(share * 0xffff_ffff)
const [half, quarter] = [percent(0.5), percent(0.25)]

interface Rate {
  readonly rate: number
  readonly linklayer?: 'ethernet' | 'atm'
  readonly cellLog?: number
  readonly mpu?: number
  readonly overhead?: number
}

/** What tc says of a rate. */
const ratespec = ({ rate, linklayer = 'ethernet', cellLog = 3, mpu = 0, overhead = 0 }: Rate) =>
  ({ rate: Math.min(Number(rate), 0xffff_ffff), linklayer, cellLog, cellAlign: -1, mpu, overhead }) as const

/** The table of a rate, which tc sends still; the longest frame says how large its cells are. */
const table = ({ rate, cellLog = 3, mpu = 0, linklayer }: Rate) =>
  rateTable(rate, { mpu, linklayer: linklayer === 'atm' ? 2 : 1, mtu: 255 * 2 ** cellLog }).table

const red = redOptions({ limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000, burst: 55, probability: 0.5 })
const plainRed = redOptions({ limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000 })
/** A map or a list of queues, filled up. */
const sixteen = (...values: readonly number[]): number[] => Array.from({ length: 16 }, (_, at) => values[at] ?? 0)
const netem = (options: object): Request => root({ kind: 'netem', limit: 1000, ...options })
const queues = { count: sixteen(2, 2), offset: sixteen(0, 2) }
const tcMap = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 1, 1, 3, 3, 3, 3]

const plainKinds = ['noqueue', 'blackhole', 'pfifo_fast', 'teql0', 'dualpi2', 'drr', 'codel', 'pie', 'fq_codel', 'hhf']

export const qdiscIntents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  ...plainKinds.map(kind => [`tc qdisc add dev v0 root ${kind}`, add({ dev, kind })] as const),
  ['tc qdisc add dev v0 root pfifo', add({ dev, kind: 'pfifo' })],
  ['tc qdisc add dev v0 root handle 1: pfifo limit 100', root1({ kind: 'pfifo', limit: 100 })],
  [
    'tc qdisc add dev v0 root handle abcd: bfifo limit 64kb',
    root({ kind: 'bfifo', limit: 65_536 }, { handle: 'abcd:' }),
  ],
  [
    'tc qdisc replace dev v0 root pfifo_head_drop limit 4294967295',
    replace({ dev, options: { kind: 'pfifo_head_drop', limit: 0xffff_ffff } }),
  ],
  [
    'tc qdisc change dev v0 handle 1: root pfifo limit 7',
    set({ dev, parent: 'root', handle: '1:', options: { kind: 'pfifo', limit: 7 } }),
  ],
  [
    'tc qdisc replace dev v0 parent 1:2 handle 12: bfifo limit 3000',
    replace({ dev, parent: '1:2', handle: '12:', options: { kind: 'bfifo', limit: 3000 } }),
  ],
  ['tc qdisc del dev v0 root', remove({ dev, parent: 'root' })],
  ['tc qdisc del dev v0 parent 1:2 handle 12:', remove({ dev, parent: '1:2', handle: '12:' })],
  ['tc qdisc del dev v0 clsact', remove({ dev, kind: 'clsact' })],
  ['tc qdisc add dev v0 ingress', add({ dev, kind: 'ingress' })],
  ['tc qdisc add dev v0 clsact', add({ dev, kind: 'clsact' })],
  ['tc qdisc add dev v0 ingress_block 22 ingress', add({ dev, kind: 'ingress', ingressBlock: 22 })],
  [
    'tc qdisc add dev v0 egress_block 23 ingress_block 22 clsact',
    add({ dev, kind: 'clsact', ingressBlock: 22, egressBlock: 23 }),
  ],
  [
    'tc qdisc add dev v0 root estimator 1sec 4sec pfifo limit 10',
    root({ kind: 'pfifo', limit: 10 }, { rate: { interval: 0, ewmaLog: 2 } }),
  ],
  [
    'tc qdisc add dev v0 root stab overhead 20 linklayer atm pfifo limit 10',
    root({ kind: 'pfifo', limit: 10 }, { stab: { overhead: 20, linklayer: 'atm' } }),
  ],
  [
    'tc qdisc add dev v0 root stab mtu 9000 tsize 128 mpu 64 overhead -4 linklayer ethernet pfifo',
    add({ dev, kind: 'pfifo', stab: { mtu: 9000, tsize: 128, mpu: 64, overhead: -4, linklayer: 'ethernet' } }),
  ],
  ['tc qdisc add dev d4 root handle 1: mq', add({ dev: 'd4', handle: '1:', kind: 'mq' })],
  ['tc qdisc add dev d4 root handle 1: multiq', onQueues({ kind: 'multiq', bands: 0 }, { handle: '1:' })],
  [
    'tc qdisc add dev v0 root handle 1: prio bands 5 priomap 0 1 2 3 4 0 1 2 3 4 0 1 2 3 4 0',
    root1({ kind: 'prio', bands: 5, priomap: [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0] }),
  ],
  [
    'tc qdisc add dev v0 root tbf rate 1mbit burst 10kb latency 50ms',
    root({
      kind: 'tbf',
      parms: { rate: ratespec({ rate: 125_000 }), limit: 16_490, buffer: sizeTicks(10_240, 125_000) },
      burst: 10_240,
      rtab: table({ rate: 125_000 }),
    }),
  ],
  [
    'tc qdisc add dev v0 root handle 1: tbf rate 1mbit burst 10kb/8 limit 20kb mpu 64 overhead 14 linklayer atm',
    root1({
      kind: 'tbf',
      parms: {
        rate: ratespec({ rate: 125_000, mpu: 64, overhead: 14, linklayer: 'atm' }),
        limit: 20_480,
        buffer: sizeTicks(10_240, 125_000),
      },
      burst: 10_240,
      rtab: table({ rate: 125_000, mpu: 64, linklayer: 'atm' }),
    }),
  ],
  [
    'tc qdisc add dev v0 root tbf rate 40gbit burst 1mb limit 4mb',
    root({
      kind: 'tbf',
      parms: {
        rate: ratespec({ rate: 5_000_000_000 }),
        limit: 4_194_304,
        // tc cuts the rate of tbf to 32 bits, there and in the table; the kernel goes by `burst`.
        buffer: sizeTicks(1_048_576, 0xffff_ffff),
      },
      rate64: 5_000_000_000n,
      burst: 1_048_576,
      rtab: table({ rate: 0xffff_ffff }),
    }),
  ],
  [
    'tc qdisc add dev v0 root handle 1: htb default 30 r2q 20 direct_qlen 500',
    root1({ kind: 'htb', init: { version: 3, rate2quantum: 20, defcls: 0x30 }, directQlen: 500 }),
  ],
  [
    'tc class add dev v0 parent 1: classid 1:3 htb rate 8mbit burst 15k/16 cburst 20k/32 mtu 9000 mpu 64 overhead 24 linklayer atm',
    leaf('1:3', {
      kind: 'htb',
      parms: {
        rate: ratespec({ rate: 1_000_000, cellLog: 4, mpu: 64, overhead: 24, linklayer: 'atm' }),
        ceil: ratespec({ rate: 1_000_000, cellLog: 5, mpu: 64, overhead: 24, linklayer: 'atm' }),
        buffer: sizeTicks(15_360, 1_000_000),
        cbuffer: sizeTicks(20_480, 1_000_000),
      },
      rtab: table({ rate: 1_000_000, cellLog: 4, mpu: 64, linklayer: 'atm' }),
      ctab: table({ rate: 1_000_000, cellLog: 5, mpu: 64, linklayer: 'atm' }),
    }),
  ],
  ['tc class del dev v0 classid 1:12', classes.delete({ dev, handle: '1:12' })],
  ['tc qdisc add dev v0 root handle 1: hfsc default 1a', root1({ kind: 'hfsc', defcls: 0x1a })],
  [
    'tc class add dev v0 parent 1: classid 1:2 hfsc rt m1 1mbit d 10ms m2 500kbit ls m1 2mbit d 20ms m2 1mbit ul m1 4mbit d 30ms m2 3mbit',
    leaf('1:2', {
      kind: 'hfsc',
      rsc: { m1: 125_000, d: 10_000, m2: 62_500 },
      fsc: { m1: 250_000, d: 20_000, m2: 125_000 },
      usc: { m1: 500_000, d: 30_000, m2: 375_000 },
    }),
  ],
  ['tc class add dev v0 parent 1: classid 1:1 drr', leaf('1:1', { kind: 'drr' })],
  ['tc class change dev v0 classid 1:3 ets', classes.set({ dev, handle: '1:3', options: { kind: 'ets' } })],
  ['tc class add dev v0 parent 1: classid 1:2 drr quantum 4500', leaf('1:2', { kind: 'drr', quantum: 4500 })],
  [
    'tc class add dev v0 parent 1: classid 1:3 qfq weight 50 maxpkt 9000',
    leaf('1:3', { kind: 'qfq', weight: 50, lmax: 9000 }),
  ],
  [
    'tc class change dev v0 parent 1: classid 1:2 ets quantum 2500',
    classes.set({ dev, parent: '1:', handle: '1:2', options: { kind: 'ets', quantaBand: 2500 } }),
  ],
  ['tc qdisc add dev v0 root handle 1: ets strict 3', root1({ kind: 'ets', nstrict: 3 })],
  [
    'tc qdisc add dev v0 root handle 1: ets quanta 1000 2000',
    root1({ kind: 'ets', quanta: { quantaBand: [1000, 2000] } }),
  ],
  [
    'tc qdisc add dev v0 root handle 1: ets strict 1 quanta 1000 2000',
    root1({ kind: 'ets', nstrict: 1, quanta: { quantaBand: [1000, 2000] } }),
  ],
  ['tc qdisc add dev v0 root handle 1: ets bands 16', root1({ kind: 'ets', nbands: 16 })],
  ['tc qdisc change dev v0 root cake rtt 19us', set({ dev, parent: 'root', options: { kind: 'cake', rtt: 19 } })],
  ['tc qdisc change dev v0 root cake rtt 200ms', set({ dev, parent: 'root', options: { kind: 'cake', rtt: 200_000 } })],
  [
    'tc qdisc add dev v0 root handle 1: ets bands 8 strict 2 quanta 4500 3500 2500 priomap 0 1 1 1 2 3 4 5 6 7 0 0 0 0 0 7',
    root1({
      kind: 'ets',
      nbands: 8,
      nstrict: 2,
      quanta: { quantaBand: [4500, 3500, 2500] },
      priomap: { priomapBand: [0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 7] },
    }),
  ],
  [
    'tc qdisc add dev v0 root cake bandwidth 100mbit diffserv4 dual-srchost nat wash ingress ack-filter split-gso rtt 50ms memlimit 32mb fwmark 0xff atm overhead 40 mpu 64',
    root({
      kind: 'cake',
      baseRate64: 12_500_000n,
      autorate: 0,
      diffservMode: 'diffserv4',
      flowMode: 'dual-src',
      nat: 1,
      wash: 1,
      ingress: 1,
      ackFilter: 'filter',
      splitGso: 1,
      rtt: 50_000,
      target: 2500,
      memory: 33_554_432,
      fwmark: 255,
      atm: 'atm',
      overhead: 40,
      mpu: 64,
    }),
  ],
  [
    'tc qdisc add dev v0 root codel limit 100 target 4ms interval 30ms ecn ce_threshold 1ms',
    root({ kind: 'codel', limit: 100, target: 4000, interval: 30_000, ecn: 1, ceThreshold: 1000 }),
  ],
  [
    'tc qdisc add dev v0 root fq low_rate_threshold 550kbit orphan_mask 1023 timer_slack 50us ce_threshold 4ms horizon 5s horizon_cap nopacing',
    root({
      kind: 'fq',
      lowRateThreshold: 68_750,
      orphanMask: 1023,
      timerSlack: 50_000,
      ceThreshold: 4000,
      horizon: 5_000_000,
      horizonDrop: 0,
      rateEnable: 0,
    }),
  ],
  [
    'tc qdisc add dev v0 root fq bands 3 priomap 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 weights 0 589824 196608 65536',
    root({
      kind: 'fq',
      priomap: { bands: 3, priomap: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0] },
      weights: [589_824, 196_608, 65_536],
    }),
  ],
  [
    'tc qdisc add dev v0 root fq_codel limit 1000 flows 512 target 3ms interval 40ms quantum 300 ecn ce_threshold 2ms ce_threshold_selector 0x1/0x3 memory_limit 16mb drop_batch 32',
    root({
      kind: 'fq_codel',
      limit: 1000,
      flows: 512,
      target: 3000,
      interval: 40_000,
      quantum: 300,
      ecn: 1,
      ceThreshold: 2000,
      ceThresholdSelector: 1,
      ceThresholdMask: 3,
      memoryLimit: 16_777_216,
      dropBatchSize: 32,
    }),
  ],
  [
    'tc qdisc add dev v0 root fq_pie noecn nobytemode no_dq_rate_estimator',
    root({ kind: 'fq_pie', ecn: 0, bytemode: 0, dqRateEstimator: 0 }),
  ],
  [
    'tc qdisc add dev v0 root pie limit 500 target 10ms tupdate 5ms alpha 1 beta 2 ecn bytemode dq_rate_estimator',
    root({
      kind: 'pie',
      limit: 500,
      target: 10_000,
      tupdate: 5000,
      alpha: 1,
      beta: 2,
      ecn: 1,
      bytemode: 1,
      dqRateEstimator: 1,
    }),
  ],
  [
    'tc qdisc add dev v0 root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 bandwidth 10mbit probability 0.5',
    root({ kind: 'red', ...red, flags: { value: 0, selector: 15 } }),
  ],
  [
    'tc qdisc add dev v0 root red limit 1mb min 64kb max 192kb avpkt 1500 ecn nodrop probability 0.25',
    root({
      kind: 'red',
      ...redOptions({
        limit: 1_048_576,
        min: 65_536,
        max: 196_608,
        avpkt: 1500,
        probability: 0.25,
        flags: ['ecn', 'nodrop'],
      }),
    }),
  ],
  [
    'tc qdisc add dev v0 root red limit 400000 min 30000 max 90000 avpkt 1000 qevent early_drop block 10 qevent mark block 11',
    root({ kind: 'red', ...plainRed, flags: { value: 0, selector: 15 }, earlyDropBlock: 10, markBlock: 11 }),
  ],
  [
    'tc qdisc add dev v0 root choke limit 1000 bandwidth 10mbit',
    root({ kind: 'choke', ...chokeOptions({ limit: 1000 }) }),
  ],
  [
    'tc qdisc add dev v0 root gred setup DPs 16 default 15 grio limit 1mb ecn harddrop',
    root({ kind: 'gred', dps: { dps: 16, defDp: 15, grio: 1, flags: ['ecn', 'harddrop'] }, limit: 1_048_576 }),
  ],
  [
    'tc qdisc add dev v0 root sfb rehash 500000 db 50000 limit 500 max 30 target 20 increment 0.001 decrement 0.0001 penalty_rate 15 penalty_burst 25',
    root({
      kind: 'sfb',
      parms: {
        rehashInterval: 500_000,
        warmupTime: 50_000,
        limit: 500,
        max: 30,
        binSize: 20,
        increment: 66,
        decrement: 7,
        penaltyRate: 15,
        penaltyBurst: 25,
      },
    }),
  ],
  [
    'tc qdisc add dev v0 root sfq limit 3000 perturb 10 quantum 1514 divisor 16384 flows 512 depth 255 headdrop',
    root({
      kind: 'sfq',
      v0: { limit: 3000, perturbPeriod: 10, quantum: 1514, divisor: 16_384, flows: 512 },
      depth: 255,
      headdrop: 1,
    }),
  ],
  ['tc qdisc add dev v0 root netem', netem({})],
  ['tc qdisc add dev v0 root netem delay 150ns 10ns', netem({ latency64: 150n, jitter64: 10n })],
  ['tc qdisc add dev v0 root netem loss 50% 25%', netem({ loss: half, corr: { lossCorr: quarter } })],
  [
    'tc qdisc add dev v0 root netem loss gemodel 25% 50% 100% 50%',
    netem({ lossModel: { ge: { p: quarter, r: half, h: 0, k1: half } } }),
  ],
  [
    'tc qdisc add dev v0 root netem loss state 25% 50% 75% 100% 0%',
    netem({ lossModel: { gi: { p13: quarter, p31: half, p32: percent(0.75), p23: percent(1), p14: 0 } } }),
  ],
  [
    'tc qdisc add dev v0 root netem delay 10ms reorder 25% 50%',
    netem({ latency64: 10_000_000n, gap: 1, reorder: { probability: quarter, correlation: half }, corr: {} }),
  ],
  [
    'tc qdisc add dev v0 root netem corrupt 25% 50%',
    netem({ corrupt: { probability: quarter, correlation: half }, corr: {} }),
  ],
  [
    'tc qdisc add dev v0 root netem rate 40gbit -14',
    netem({ rate: { rate: 0xffff_ffff, packetOverhead: -14 }, rate64: 5_000_000_000n }),
  ],
  [
    'tc qdisc add dev v0 root netem slot 10ms 20ms packets 32 bytes 64kb',
    netem({ slot: { minDelay: 10_000_000n, maxDelay: 20_000_000n, maxPackets: 32, maxBytes: 65_536 } }),
  ],
  [
    'tc qdisc add dev d4 root handle 1: mqprio num_tc 3 map 2 2 1 0 2 2 2 2 2 2 2 2 2 2 2 2 queues 1@0 1@1 2@2 hw 0',
    onQueues(
      {
        kind: 'mqprio',
        numTc: 3,
        prioTcMap: [2, 2, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
        count: sixteen(1, 1, 2),
        offset: sixteen(0, 1, 2),
        hw: 'none',
      },
      { handle: '1:' },
    ),
  ],
  [
    'tc qdisc add dev d4 root mqprio num_tc 2 map 0 1 queues 2@0 2@2 hw 1 mode channel shaper bw_rlimit min_rate 1mbit 40gbit max_rate 8mbit 80gbit',
    onQueues({
      kind: 'mqprio',
      numTc: 2,
      prioTcMap: sixteen(0, 1),
      ...queues,
      hw: 'tcs',
      mode: 'channel',
      shaper: 'bw-rate',
      minRate64: { minRate64: [125_000n, 5_000_000_000n, ...Array<bigint>(14).fill(0n)] },
      maxRate64: { maxRate64: [1_000_000n, 10_000_000_000n, ...Array<bigint>(14).fill(0n)] },
    }),
  ],
  [
    'tc qdisc add dev d4 root mqprio num_tc 2 queues 2@0 2@2 hw 1 fp E P',
    onQueues({
      kind: 'mqprio',
      numTc: 2,
      prioTcMap: tcMap,
      ...queues,
      hw: 'tcs',
      tcEntry: [
        { index: 0, fp: 'express' },
        { index: 1, fp: 'preemptible' },
      ],
    }),
  ],
  [
    'tc qdisc add dev d4 root taprio num_tc 2 map 0 1 queues 1@0 1@1 base-time 0 sched-entry S 3 1000 max-sdu 200 1500 fp E P flags 0x2',
    onQueues({
      kind: 'taprio',
      priomap: { numTc: 2, prioTcMap: [0, 1], count: [1, 1], offset: [0, 1] },
      flags: ['full-offload'],
      schedEntryList: { entry: [{ cmd: 'set-gates', gateMask: 3, interval: 1000 }] },
      tcEntry: [
        { index: 0, maxSdu: 200, fp: 'express' },
        { index: 1, maxSdu: 1500, fp: 'preemptible' },
      ],
    }),
  ],
  [
    'tc qdisc add dev v0 root cbs hicredit 30 locredit -1470 sendslope -980000 idleslope 20000',
    root({ kind: 'cbs', parms: { hicredit: 30, locredit: -1470, sendslope: -980_000, idleslope: 20_000 } }),
  ],
  [
    'tc qdisc add dev v0 root etf delta 200 clockid CLOCK_MONOTONIC offload deadline_mode skip_sock_check',
    root({
      kind: 'etf',
      parms: { delta: 200, clockid: 1, flags: ['deadline-mode-on', 'offload-on', 'skip-sock-check'] },
    }),
  ],
  [
    'tc qdisc change dev v0 root plug release_indefinite',
    set({ dev, options: { kind: 'plug', action: 'release-indefinite' } }),
  ],
  ['tc qdisc add dev v0 root skbprio limit 128', root({ kind: 'skbprio', limit: 128 })],
  [
    'tc qdisc add dev v0 root hhf limit 500 quantum 3028 hh_limit 1024 reset_timeout 50ms admit_bytes 65536 evict_timeout 2s non_hh_weight 4',
    root({
      kind: 'hhf',
      backlogLimit: 500,
      quantum: 3028,
      hhFlowsLimit: 1024,
      resetTimeout: 50_000,
      admitBytes: 65_536,
      evictTimeout: 2_000_000,
      nonHhWeight: 4,
    }),
  ],
]
