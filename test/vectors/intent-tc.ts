import { estimator, type Request, rate, request, size, time } from '../../src/codec.js'

/**
 * Commands of commands/tc-qdisc.txt and tc-action.txt about places, rates and bursts, and the same said to the builders in words like
 * tc's; some of them are also said in the kernel's own, elsewhere.
 */
const { qdisc, class: classes, action } = request
const dev = 'v0'
const under = { dev, parent: '1:' }

export const tcIntents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  // Places.
  [
    'tc qdisc add dev v0 root handle 1: pfifo limit 100',
    qdisc.add({ dev, handle: '1:', options: { kind: 'pfifo', limit: 100 } }),
  ],
  [
    'tc qdisc add dev v0 root handle abcd: bfifo limit 64kb',
    qdisc.add({ dev, parent: 'root', handle: 'abcd:', options: { kind: 'bfifo', limit: size('64kb') } }),
  ],
  [
    'tc qdisc replace dev v0 root pfifo_head_drop limit 4294967295',
    qdisc.replace({ dev, options: { kind: 'pfifo_head_drop', limit: 0xffff_ffff } }),
  ],
  [
    'tc qdisc change dev v0 handle 1: root pfifo limit 7',
    qdisc.set({ dev, parent: 'root', handle: '1:', options: { kind: 'pfifo', limit: 7 } }),
  ],
  [
    'tc qdisc replace dev v0 parent 1:2 handle 12: bfifo limit 3000',
    qdisc.replace({ dev, parent: '1:2', handle: '12:', options: { kind: 'bfifo', limit: 3000 } }),
  ],
  ['tc qdisc del dev v0 root', qdisc.delete({ dev })],
  ['tc qdisc del dev v0 parent 1:2 handle 12:', qdisc.delete({ dev, parent: 0x10002, handle: 0x120000 })],
  ['tc qdisc add dev v0 ingress', qdisc.add({ dev, kind: 'ingress' })],
  ['tc qdisc add dev v0 handle ffff: ingress', qdisc.add({ dev, parent: 'ingress', handle: 'ffff:', kind: 'ingress' })],
  ['tc qdisc add dev v0 clsact', qdisc.add({ dev, kind: 'clsact' })],
  ['tc qdisc del dev v0 clsact', qdisc.delete({ dev, kind: 'clsact' })],
  ['tc qdisc add dev v0 ingress_block 22 ingress', qdisc.add({ dev, kind: 'ingress', ingressBlock: 22 })],
  [
    'tc qdisc add dev v0 egress_block 23 ingress_block 22 clsact',
    qdisc.add({ dev, kind: 'clsact', ingressBlock: 22, egressBlock: 23 }),
  ],
  ['tc qdisc add dev d4 root handle 1: mq', qdisc.add({ dev: 'd4', handle: '1:', kind: 'mq' })],
  ['tc qdisc add dev v0 root noqueue', qdisc.add({ dev, kind: 'noqueue' })],
  ['tc qdisc show', qdisc.dump()],
  ['tc qdisc show dev v0 invisible', qdisc.dump({ dev, invisible: true })],
  ['tc class show dev v0', classes.dump({ dev })],
  ['tc class show dev v0 root', classes.dump({ dev, parent: 'root' })],
  ['tc class show dev v0 parent 1:2', classes.dump({ dev, parent: '1:2' })],
  ['tc class add dev v0 parent 1: classid 1:1 drr', classes.add({ ...under, handle: '1:1', kind: 'drr' })],
  ['tc class change dev v0 classid 1:3 ets', classes.set({ dev, handle: '1:3', kind: 'ets' })],
  ['tc class del dev v0 classid 1:12', classes.delete({ dev, handle: '1:12' })],

  // Estimators and tables of sizes.
  [
    'tc qdisc add dev v0 root estimator 1sec 4sec pfifo limit 10',
    qdisc.add({ dev, rate: estimator(time('1sec'), time('4sec')), options: { kind: 'pfifo', limit: 10 } }),
  ],
  [
    'tc qdisc add dev v0 root estimator 250msec 1sec pfifo limit 10',
    qdisc.add({ dev, rate: estimator(time('250msec'), time('1s')), options: { kind: 'pfifo', limit: 10 } }),
  ],
  [
    'tc qdisc add dev v0 root stab overhead 20 linklayer atm pfifo limit 10',
    qdisc.add({ dev, stab: { overhead: 20, linklayer: 'atm' }, options: { kind: 'pfifo', limit: 10 } }),
  ],
  [
    'tc qdisc add dev v0 root stab mtu 9000 tsize 128 mpu 64 overhead -4 linklayer ethernet pfifo',
    qdisc.add({ dev, kind: 'pfifo', stab: { mtu: 9000, tsize: 128, mpu: 64, overhead: -4, linklayer: 'ethernet' } }),
  ],
  [
    'tc qdisc add dev v0 root stab mtu 65536 tsize 1024 mpu 53 linklayer adsl pfifo',
    qdisc.add({ dev, kind: 'pfifo', stab: { mtu: 65_536, tsize: 1024, mpu: 53, linklayer: 'atm' } }),
  ],
  ['tc qdisc add dev v0 root stab overhead 38 pfifo', qdisc.add({ dev, kind: 'pfifo', stab: { overhead: 38 } })],

  // Token buckets.
  [
    'tc qdisc add dev v0 root tbf rate 1mbit burst 10kb latency 50ms',
    qdisc.add({ dev, options: { kind: 'tbf', rate: rate('1mbit'), burst: size('10kb'), latency: time('50ms') } }),
  ],
  [
    'tc qdisc add dev v0 root tbf rate 8mbit buffer 20kb limit 100kb peakrate 16mbit mtu 1600',
    qdisc.add({
      dev,
      options: {
        kind: 'tbf',
        rate: rate('8mbit'),
        burst: size('20kb'),
        limit: size('100kb'),
        peakrate: rate('16mbit'),
        mtu: 1600,
      },
    }),
  ],
  [
    'tc qdisc add dev v0 root tbf rate 40gbit burst 1mb limit 4mb',
    qdisc.add({ dev, options: { kind: 'tbf', rate: rate('40gbit'), burst: size('1mb'), limit: size('4mb') } }),
  ],
  [
    'tc qdisc add dev v0 root tbf rate 34359738360bit burst 1mb limit 4mb',
    qdisc.add({ dev, options: { kind: 'tbf', rate: rate('34359738360'), burst: size('1m'), limit: size('4m') } }),
  ],
  [
    'tc qdisc add dev v0 root tbf rate 80gbit burst 2mb limit 4mb peakrate 100gbit mtu 64kb',
    qdisc.add({
      dev,
      options: {
        kind: 'tbf',
        rate: 10_000_000_000n,
        burst: size('2mb'),
        limit: size('4mb'),
        peakrate: rate('100gbit'),
        mtu: size('64kb'),
      },
    }),
  ],
  [
    'tc qdisc replace dev v0 root tbf rate 64kibit burst 2k limit 3k',
    qdisc.replace({ dev, options: { kind: 'tbf', rate: rate('64kibit'), burst: size('2k'), limit: size('3k') } }),
  ],
  [
    'tc qdisc change dev v0 root handle 1: tbf rate 200kbps burst 4k limit 5k',
    qdisc.set({
      dev,
      parent: 'root',
      handle: '1:',
      options: { kind: 'tbf', rate: rate('200kbps'), burst: size('4k'), limit: size('5k') },
    }),
  ],

  // htb.
  ['tc qdisc add dev v0 root handle 1: htb', qdisc.add({ dev, handle: '1:', options: { kind: 'htb' } })],
  [
    'tc qdisc add dev v0 root handle 1: htb default 30 r2q 20 direct_qlen 500',
    qdisc.add({ dev, handle: '1:', options: { kind: 'htb', defcls: 0x30, rate2quantum: 20, directQlen: 500 } }),
  ],
  [
    'tc qdisc add dev v0 root handle 1: htb default 10 offload',
    qdisc.add({ dev, handle: '1:', options: { kind: 'htb', defcls: 0x10, offload: true } }),
  ],
  [
    'tc class add dev v0 parent 1: classid 1:1 htb rate 10mbit',
    classes.add({ ...under, handle: '1:1', options: { kind: 'htb', rate: rate('10mbit') } }),
  ],
  [
    'tc class add dev v0 parent 1: classid 1:2 htb rate 8mbit ceil 16mbit burst 15k cburst 20k prio 3 quantum 3000',
    classes.add({
      ...under,
      handle: '1:2',
      options: {
        kind: 'htb',
        rate: rate('8mbit'),
        ceil: rate('16mbit'),
        burst: size('15k'),
        cburst: size('20k'),
        prio: 3,
        quantum: 3000,
      },
    }),
  ],
  [
    'tc class add dev v0 parent 1: classid 1:4 htb rate 40gbit ceil 100gbit burst 1mb cburst 1mb',
    classes.add({
      ...under,
      handle: '1:4',
      options: { kind: 'htb', rate: rate('40gbit'), ceil: rate('100gbit'), burst: size('1mb'), cburst: size('1mb') },
    }),
  ],
  [
    'tc class add dev v0 parent 1: classid 1:5 htb rate 1gbit ceil 40gbit',
    classes.add({ ...under, handle: '1:5', options: { kind: 'htb', rate: rate('1gbit'), ceil: rate('40gbit') } }),
  ],
  [
    'tc class change dev v0 parent 1: classid 1:6 htb rate 1kbit ceil 2kbit prio 7',
    classes.set({
      ...under,
      handle: '1:6',
      options: { kind: 'htb', rate: rate('1kbit'), ceil: rate('2kbit'), prio: 7 },
    }),
  ],
  [
    'tc class replace dev v0 parent 1: classid 1:ffff htb rate 5mbit linklayer adsl',
    classes.replace({ ...under, handle: '1:ffff', options: { kind: 'htb', rate: rate('5mbit'), linklayer: 'atm' } }),
  ],
  [
    'tc class add dev v0 parent 1:1 classid 1:10 estimator 1sec 8sec htb rate 1mbit',
    classes.add({
      dev,
      parent: '1:1',
      handle: '1:10',
      rate: estimator(time('1s'), time('8s')),
      options: { kind: 'htb', rate: rate('1mbit') },
    }),
  ],
  [
    'tc class add dev v0 root classid 1:11 htb rate 1mbit',
    classes.add({ dev, parent: 'root', handle: '1:11', options: { kind: 'htb', rate: rate('1mbit') } }),
  ],

  // Policers.
  [
    'tc actions add action police rate 1mbit burst 10k',
    action.add({ options: { kind: 'police', rate: rate('1mbit'), burst: size('10k') } }),
  ],
  [
    'tc actions add action police rate 1mbit burst 10k mtu 1500 drop index 5',
    action.add({
      index: 5,
      options: { kind: 'police', rate: rate('1mbit'), burst: size('10k'), mtu: 1500, action: 'shot' },
    }),
  ],
  [
    'tc actions add action police rate 8mbit burst 100k mtu 2k peakrate 16mbit overhead 14 linklayer atm conform-exceed pipe/reclassify index 6',
    action.add({
      index: 6,
      options: {
        kind: 'police',
        rate: rate('8mbit'),
        burst: size('100k'),
        mtu: size('2k'),
        peakrate: rate('16mbit'),
        overhead: 14,
        linklayer: 'atm',
        action: 'pipe',
        result: 'reclassify',
      },
    }),
  ],
  [
    'tc actions add action police rate 100gbit burst 1m peakrate 200gbit mtu 64k',
    action.add({
      options: {
        kind: 'police',
        rate: rate('100gbit'),
        burst: size('1m'),
        peakrate: rate('200gbit'),
        mtu: size('64k'),
      },
    }),
  ],
  [
    'tc actions add action police pkts_rate 1000 pkts_burst 200 conform-exceed drop/pipe',
    action.add({ options: { kind: 'police', pktrate: 1000, pktburst: 200, action: 'shot', result: 'pipe' } }),
  ],
]
