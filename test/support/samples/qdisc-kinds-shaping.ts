// Qdiscs that drop, delay or shape packets, by classes or by the clock, and how `tc -d -j` shows them.
import { chokeOptions, redOptions, sizeTicks } from '../../../src/index.js'
import { type QdiscSample, qdisc } from './qdisc-sample.js'

const red = redOptions({ limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000, probability: 0.5 })
const choke = chokeOptions({ limit: 1000, min: 83, max: 250, burst: 153, flags: ['ecn'] as const })
const percent = (share: number): number => Math.round(share * 0xffff_ffff)
const MBIT = 125_000

/** Early detection, in its variants. */
export const early: readonly QdiscSample[] = [
  qdisc(
    { kind: 'red', ...red, flags: { value: 0b1011, selector: 0b1111 }, earlyDropBlock: 10, markBlock: 11 },
    {
      limit: 400_000,
      min: 30_000,
      max: 90_000,
      ecn: true,
      harddrop: true,
      adaptive: false,
      nodrop: true,
      probability: 0.5,
    },
    {
      reads: { stab: undefined, parms: { ...red.parms, flags: 0b011 } },
      change: { parms: { ...red.parms, limit: 500_000 } },
    },
  ),
  qdisc(
    { kind: 'red', ...red, parms: { ...red.parms, flags: ['ecn', 'adaptative'] } },
    { ecn: true, harddrop: false, adaptive: true },
    { reads: { stab: undefined, parms: { ...red.parms, flags: 0b101 }, flags: { value: 0b101, selector: 0b1111 } } },
  ),
  qdisc(
    { kind: 'choke', ...choke, maxP: 0x4000_0000 },
    { limit: 1000, min: 83, max: 250, ecn: true, harddrop: false, probability: 0.25 },
    {
      reads: { stab: undefined, parms: { ...choke.parms, flags: 1 } },
      change: { parms: { ...choke.parms, flags: 3 } },
    },
  ),
  qdisc(
    { kind: 'gred', dps: { dps: 3, defDp: 1, grio: 1, flags: ['ecn'] }, limit: 1_048_576 },
    { dp_cnt: 3, dp_default: 1, grio: true, limit: 1_048_576, ecn: true, harddrop: false },
    {
      reads: { dps: { dps: 3, defDp: 1, grio: 1, flags: 1 } },
      change: { dps: { dps: 4, defDp: 2, grio: 0, flags: 0 } },
    },
  ),
  qdisc(
    {
      kind: 'sfb',
      parms: {
        rehashInterval: 500_000,
        warmupTime: 50_000,
        max: 30,
        binSize: 20,
        increment: 66,
        decrement: 7,
        limit: 500,
        penaltyRate: 15,
        penaltyBurst: 25,
      },
    },
    // Milliseconds for the kernel, and as microseconds shown.
    { rehash: 500_000_000, db: 50_000_000, limit: 500, max: 30, target: 20, penalty_rate: 15, penalty_burst: 25 },
  ),
]

/** netem, with each model of loss. */
export const emulators: readonly QdiscSample[] = [
  qdisc(
    {
      kind: 'netem',
      limit: 10,
      gap: 3,
      loss: percent(0.25),
      duplicate: percent(0.5),
      latency64: 10_000_000n,
      jitter64: 2_000_000n,
      corr: { delayCorr: percent(0.25), lossCorr: percent(0.5), dupCorr: percent(0.75) },
      reorder: { probability: percent(0.25), correlation: percent(0.5) },
      corrupt: { probability: percent(0.75), correlation: percent(0.25) },
      rate: { rate: 0xffff_ffff, packetOverhead: -14, cellSize: 100, cellOverhead: -5 },
      rate64: 5_000_000_000n,
      ecn: 1,
      delayDist: [-100, 0, 100],
      slot: { minDelay: 1_000_000n, maxDelay: 2_000_000n, maxPackets: 32, maxBytes: 65_536 },
      prngSeed: 0xffff_ffff_ffff_fffen,
    },
    {
      limit: 10,
      gap: 3,
      delay: { delay: 0.01, jitter: 0.002, correlation: 0.25 },
      'loss-random': { loss: 0.25, correlation: 0.5 },
      duplicate: { duplicate: 0.5, correlation: 0.75 },
      reorder: { reorder: 0.25, correlation: 0.5 },
      corrupt: { corrupt: 0.75, correlation: 0.25 },
      rate: { rate: 5_000_000_000, packetoverhead: -14, cellsize: 100, celloverhead: -5 },
      slot: { 'min-delay': 0.001, 'max-delay': 0.002, packets: 32, bytes: 65_536 },
      ecn: true,
    },
    { reads: { delayDist: undefined }, change: { limit: 20 } },
  ),
  qdisc(
    {
      kind: 'netem',
      limit: 1000,
      lossModel: { gi: { p13: percent(0.25), p31: percent(0.5), p32: percent(0.75), p23: percent(1), p14: 0 } },
      slot: { distDelay: 5_000_000n, distJitter: 1_000_000n, maxPackets: 10 },
      slotDist: [-50, 50],
    },
    {
      'loss-state': { p13: 0.25, p31: 0.5, p32: 0.75, p23: 1, p14: 0 },
      // It writes the delay under the same key as `custom`.
      slot: { distribution: 0.005, jitter: 0.001, packets: 10, bytes: 0 },
    },
    { reads: { slotDist: undefined } },
  ),
  qdisc(
    {
      kind: 'netem',
      limit: 1000,
      lossModel: { ge: { p: percent(0.25), r: percent(0.5), h: 0, k1: percent(0.75) } },
    },
    { 'loss-gemodel': { p: 0.25, r: 0.5, '1-h': 1, '1-k': 0.75 } },
  ),
]

/** Qdiscs that hold to a rate, with classes of their own. */
export const shapers: readonly QdiscSample[] = [
  qdisc(
    {
      kind: 'tbf',
      parms: {
        rate: { rate: MBIT, linklayer: 'atm', overhead: 14, mpu: 64 },
        peakrate: { rate: 2 * MBIT, linklayer: 'ethernet' },
        limit: 16_490,
        buffer: sizeTicks(10_240, MBIT),
        mtu: sizeTicks(1600, 2 * MBIT),
      },
      burst: 10_240,
      pburst: 1600,
    },
    { rate: MBIT, linklayer: 'atm', mtu: '1600b/1' },
    {
      // Of `buffer` and `burst` the kernel takes the latter, and tells what it makes of it.
      reads: {
        burst: undefined,
        pburst: undefined,
        parms: { rate: { rate: MBIT, linklayer: 'atm', overhead: 14, mpu: 64 }, limit: 16_490 },
      },
    },
  ),
  qdisc(
    {
      kind: 'tbf',
      parms: {
        rate: { rate: 0xffff_ffff, linklayer: 'ethernet' },
        limit: 4_194_304,
        buffer: sizeTicks(1_048_576, 5_000_000_000),
      },
      rate64: 5_000_000_000n,
      burst: 1_048_576,
    },
    { rate: 5_000_000_000, linklayer: 'ethernet' },
    {
      reads: { burst: undefined, parms: { rate: { rate: 0xffff_ffff, linklayer: 'ethernet' }, limit: 4_194_304 } },
      change: {
        parms: { rate: { rate: 0xffff_ffff, linklayer: 'ethernet' }, limit: 2_097_152, buffer: 2000 },
      },
    },
  ),
  qdisc(
    { kind: 'htb', init: { version: 3, rate2quantum: 20, defcls: 0x30 }, directQlen: 500 },
    { r2q: 20, default: '0x30', direct_qlen: 500, ver: '3.17' },
    {
      spec: {
        handle: '1:',
        stab: { linklayer: 'atm', overhead: 20, mpu: 53 },
        options: { kind: 'htb', init: { version: 3, rate2quantum: 20, defcls: 0x30 }, directQlen: 500 },
      },
      // HTB_VER: 3.17.
      reads: { init: { version: 0x30011, rate2quantum: 20, defcls: 0x30, debug: 0 } },
      classes: [
        {
          handle: '1:1',
          options: {
            kind: 'htb',
            parms: {
              rate: { rate: 8 * MBIT, linklayer: 'atm', overhead: 4, mpu: 64 },
              ceil: { rate: 16 * MBIT, linklayer: 'atm', overhead: 4, mpu: 64 },
              buffer: sizeTicks(15_360, 8 * MBIT),
              cbuffer: sizeTicks(20_480, 16 * MBIT),
              prio: 3,
              quantum: 3000,
            },
          },
          shows: {
            prio: 3,
            quantum: 3000,
            rate: 8 * MBIT,
            overhead: 4,
            linklayer: 'atm',
            burst: 15_360,
            mpu_rate: 64,
            ceil: 16 * MBIT,
            cburst: 20_480,
            mpu_ceil: 64,
          },
        },
        {
          handle: '1:2',
          options: {
            kind: 'htb',
            parms: {
              rate: { rate: 0xffff_ffff, linklayer: 'ethernet' },
              ceil: { rate: 0xffff_ffff, linklayer: 'ethernet' },
              buffer: 1000,
              cbuffer: 1000,
              quantum: 60_000,
            },
            rate64: 5_000_000_000n,
            ceil64: 12_500_000_000n,
          },
          shows: { rate: 5_000_000_000, ceil: 12_500_000_000 },
        },
      ],
    },
  ),
  qdisc({ kind: 'hfsc', defcls: 0x1a }, undefined, {
    text: ['default 1a'],
    change: { defcls: 0x1b },
    classes: [
      {
        handle: '1:1',
        options: {
          kind: 'hfsc',
          rsc: { m1: MBIT, d: 10_000, m2: MBIT / 2 },
          fsc: { m1: 0, d: 0, m2: MBIT },
          usc: { m1: 0, d: 0, m2: 3 * MBIT },
        },
        text: ['rt m1 1Mbit d 10ms m2 500Kbit', 'ls m1 0bit d 0us m2 1Mbit', 'ul m1 0bit d 0us m2 3Mbit'],
      },
    ],
  }),
  qdisc(
    { kind: 'drr' },
    {},
    {
      classes: [{ handle: '1:1', options: { kind: 'drr', quantum: 4500 }, text: ['quantum 4500'] }],
    },
  ),
  qdisc(
    { kind: 'qfq' },
    {},
    {
      classes: [{ handle: '1:1', options: { kind: 'qfq', weight: 50, lmax: 2000 }, text: ['weight 50 maxpkt 2000'] }],
    },
  ),
  qdisc(
    {
      kind: 'ets',
      nbands: 4,
      nstrict: 1,
      quanta: { quantaBand: [3000, 2000, 1000] },
      priomap: { priomapBand: [3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0] },
    },
    { bands: 4, strict: 1, quanta: [3000, 2000, 1000], priomap: [3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0] },
    {
      change: { nstrict: 2, quanta: { quantaBand: [2000, 1000] } },
      classes: [{ handle: '1:2', given: true, options: { kind: 'ets', quantaBand: 2500 }, shows: { quantum: 2500 } }],
    },
  ),
]

/** Qdiscs that map traffic classes to queues, or go by the clock. */
export const timed: readonly QdiscSample[] = [
  qdisc(
    {
      kind: 'mqprio',
      numTc: 3,
      prioTcMap: [2, 2, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
      count: [1, 1, 2],
      offset: [0, 1, 2],
      hw: 'none',
    },
    {
      tc: 3,
      map: [2, 2, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
      queues: [
        [0, 0],
        [1, 1],
        [2, 3],
      ],
    },
    { reads: { count: [1, 1, 2, ...Array(13).fill(0)], offset: [0, 1, 2, ...Array(13).fill(0)] } },
  ),
  qdisc(
    {
      kind: 'taprio',
      priomap: { numTc: 2, prioTcMap: [0, 1], count: [1, 3], offset: [0, 1] },
      schedClockid: 11,
      schedBaseTime: 1000n,
      schedCycleTime: 1_000_000n,
      schedCycleTimeExtension: 100n,
      schedEntryList: {
        entry: [
          { cmd: 'set-gates', gateMask: 1, interval: 300_000 },
          { cmd: 'set-gates', gateMask: 2, interval: 700_000 },
        ],
      },
      tcEntry: [{ index: 1, maxSdu: 500 }],
    },
    {
      tc: 2,
      queues: [
        { offset: 0, count: 1 },
        { offset: 1, count: 3 },
      ],
      clockid: 'TAI',
      cycle_time: 1_000_000,
      cycle_time_extension: 100,
      schedule: [
        { index: 0, cmd: 'S', gatemask: '0x1', interval: 300_000 },
        { index: 1, cmd: 'S', gatemask: '0x2', interval: 700_000 },
      ],
    },
    {
      // The base time has passed: the schedule is in force when it is read, or waits for the next cycle.
      reads: {
        priomap: undefined,
        schedBaseTime: undefined,
        tcEntry: undefined,
        schedCycleTime: undefined,
        schedCycleTimeExtension: undefined,
        schedEntryList: undefined,
      },
    },
  ),
  qdisc(
    { kind: 'cbs', parms: { hicredit: 30, locredit: -1470, sendslope: -980_000, idleslope: 20_000, offload: 0 } },
    { hicredit: 30, locredit: -1470, sendslope: -980_000, idleslope: 20_000, offload: 0 },
    { change: { parms: { hicredit: 31, locredit: -1471, sendslope: -980_000, idleslope: 20_000, offload: 0 } } },
  ),
  qdisc(
    { kind: 'etf', parms: { delta: 100_000, clockid: 11, flags: ['skip-sock-check'] } },
    { clockid: 'TAI', delta: 100_000, offload: 'off', deadline_mode: 'off', skip_sock_check: 'on' },
    { reads: { parms: { delta: 100_000, clockid: 11, flags: 4 } } },
  ),
]
