// What `tc -d monitor` prints of the samples of qdisc-kinds.ts, behind the place: first of the qdisc, then of its classes. Checked
// by hand against the samples: rates in bits, sizes in bytes (b) or packets (p), times with their unit.
// Not here: kinds that this tc does not know (dualpi2, cake_mq), and what has no options in a request.
export const words: Readonly<Record<string, readonly string[]>> = {
  'pfifo 1': ['limit 100p'],
  'bfifo 1': ['limit 64000b'],
  'pfifo_head_drop 1': ['limit 7p'],
  'prio 1': ['bands 4 priomap 3 2 1 0 3 2 1 0 3 2 1 0 3 2 1 0'],
  'skbprio 1': ['limit 128'],
  'clsact 1': ['ingress_block 22 egress_block 23'],
  'sfq 1': [
    'limit 3000p quantum 1514b depth 100 headdrop flows 512 divisor 4096 perturb 10sec ewma 6 min 8000b max 60000b probability 0.5 ecn',
  ],
  'codel 1': ['limit 100p target 4ms ce_threshold 1ms interval 30ms ecn'],
  'fq_codel 1': [
    'limit 1000p flows 512 quantum 300 target 3ms ce_threshold 2ms ce_threshold_selector 0x1/0x3 interval 40ms memory_limit 16Mb drop_batch 32',
  ],
  'fq 1': [
    'limit 2000p flow_limit 200p buckets 512 orphan_mask 511 bands 3 priomap 1 0 0 0 1 0 2 2 1 1 1 1 1 1 1 1 weights 589824 196608 65536 quantum 3000b initial_quantum 15000b maxrate 1Gbit low_rate_threshold 544Kbit refill_delay 20ms ce_threshold 4ms timer_slack 50us horizon 5s horizon_cap offload_horizon 0us',
  ],
  'pie 1': ['limit 500p target 10ms tupdate 20ms alpha 3 beta 15 ecn bytemode dq_rate_estimator'],
  'fq_pie 1': [
    'limit 1000p flows 256 target 10ms tupdate 20ms alpha 4 beta 30 quantum 500b memory_limit 1Mb ecn_prob 25 ecn bytemode dq_rate_estimator',
  ],
  'hhf 1': [
    'limit 500p quantum 3028b hh_limit 1024 reset_timeout 60ms admit_bytes 64Kb evict_timeout 2s non_hh_weight 4',
  ],
  'cake 1': [
    'bandwidth 100Mbit diffserv4 dual-srchost nat wash ingress ack-filter-aggressive no-split-gso rtt 50ms atm overhead -4 mpu 64 memlimit 32Mb fwmark 0xff',
  ],
  'cake 2': ['precedence flowblind nonat nowash no-ack-filter no-split-gso raw overhead 0'],
  'red 1': [
    'limit 400000b min 30000b max 90000b ecn harddrop nodrop ewma 5 probability 0.5 Scell_log 15qevent early_drop block 10 qevent mark block 11',
  ],
  'red 2': ['limit 400000b min 30000b max 90000b ecn adaptive ewma 5 probability 0.5 Scell_log 15'],
  'choke 1': ['limit 1000p min 83p max 250p ecn ewma 7 probability 0.25 Scell_log 17'],
  'sfb 1': [
    'rehash 500s db 50s limit 500p max 30p target 20p increment 0.0010071 decrement 0.000106813 penalty_rate 15pps penalty_burst 25p',
  ],
  'netem 1': [
    'limit 10 delay 10ms 2ms 25% loss 25% 50% duplicate 50% 75% reorder 25% 50% corrupt 75% 25% rate 40Gbit packetoverhead -14 cellsize 100 celloverhead -5 slot 1ms 2ms packets 32 bytes 65536 seed 18446744073709551614 ecn gap 3',
  ],
  'netem 2': ['limit 1000 loss state p13 25% p31 50% p32 75% p23 100% p14 0% slot distribution 5ms 1ms packets 10'],
  'netem 3': ['limit 1000 loss gemodel p 25% r 50% 1-h 100% 1-k 75%'],
  'tbf 1': ['rate 1Mbit burst 10Kb/1 mpu 64b peakrate 2Mbit mtu 1600b/1 mpu 0b lat 59.6ms overhead 14 linklayer atm'],
  'tbf 2': ['rate 40Gbit burst 1Mb/1 mpu 0b lat 629us linklayer ethernet'],
  'htb 1': [
    'r2q 20 default 0x30 direct_packets_stat 0 ver 0.3 direct_qlen 500 linklayer atm overhead 20 mpu 53 mtu 2047 tsize 512',
    'prio 3 quantum 3000 rate 8Mbit overhead 4 ceil 16Mbit linklayer atm burst 15Kb/1mpu 64b cburst 20Kb/1mpu 64b level 0',
    'prio 0 quantum 60000 rate 40Gbit ceil 100Gbit linklayer ethernet burst 320000b/1mpu 0b cburst 800000b/1mpu 0b level 0',
  ],
  'hfsc 1': ['default 1a', 'rt m1 1Mbit d 10ms m2 500Kbit ls m1 0bit d 0us m2 1Mbit ul m1 0bit d 0us m2 3Mbit'],
  'drr 1': ['', 'quantum 4500b'],
  'qfq 1': ['', 'weight 50 maxpkt 2000'],
  'ets 1': ['bands 4 strict 1 quanta 3000 2000 1000 priomap 3 2 1 0 3 2 1 0 3 2 1 0 3 2 1 0', 'quantum 2500'],
  'mqprio 1': ['tc 3 map 2 2 1 0 2 2 2 2 2 2 2 2 2 2 2 2 queues:(0:0) (1:1) (2:3)'],
  'taprio 1': [
    'tc 2 map 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 queues offset 0 count 1 offset 1 count 3 clockid TAI base-time 1000 cycle-time 1000000 cycle-time-extension 100 cmd S gatemask 0x1 interval 300000 cmd S gatemask 0x2 interval 700000',
  ],
  'cbs 1': ['hicredit 30 locredit -1470 sendslope -980000 idleslope 20000 offload 0'],
  'etf 1': ['clockid TAI delta 100000 offload off deadline_mode off skip_sock_check on'],
}
