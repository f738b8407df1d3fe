const fraction = 'a fraction of 2³²: 1 % is `Math.round(0.01 * 2 ** 32)`, 4294967295 is all'

/** What the names of fields do not tell, as units, behind the C name of an attribute, or of a struct and its member. */
export const notes: Readonly<Record<string, string>> = {
  'ifinfomsg.ifi_flags': 'IFF_ bits; written, all of them: what is not given goes off. `up` and the like are for one',
  'nexthop_grp.weight': 'the weight − 1, its low byte: 2 where `ip nexthop` says 3',
  'tc_htb_glob.defcls': 'the minor number of a class: 0x10 for 1:10',
  'tc_hfsc_qopt.defcls': 'the minor number of a class: 0x10 for 1:10',
  'tc_netem_qopt.latency': "in ticks: `ticks(time('5ms'))`; `latency64` wins",
  'tc_netem_qopt.limit': 'in packets; 1,000 unless given: 0 drops all',
  'tc_netem_qopt.loss': fraction,
  'tc_netem_qopt.duplicate': fraction,
  'tc_netem_qopt.jitter': "in ticks: `ticks(time('5ms'))`; `jitter64` wins",
  'tc_netem_corr.delay_corr': fraction,
  'tc_netem_corr.loss_corr': fraction,
  'tc_netem_corr.dup_corr': fraction,
  'tc_netem_reorder.probability': fraction,
  'tc_netem_reorder.correlation': fraction,
  'tc_netem_corrupt.probability': fraction,
  'tc_netem_corrupt.correlation': fraction,
  'tc_netem_rate.rate': 'in bytes a second',
  TCA_NETEM_LATENCY64: "in ns: `time64('5ms')`",
  TCA_NETEM_JITTER64: "in ns: `time64('5ms')`",
  TCA_NETEM_RATE64: 'in bytes a second, where `rate` is too small for it',
}

const byTc = 'what `tc` takes'

/** What is left out of a struct as it is written, where that is not 0. */
export const leftOut: Readonly<Record<string, string>> = {
  tc_fifo_qopt: 'up to the kernel',
  tc_htb_opt: byTc,
  tc_nat: '0, but `mask` of one address',
  tc_netem_gemodel: byTc,
  tc_netem_gimodel: byTc,
  tc_netem_qopt: byTc,
  tc_netem_slot: byTc,
  tc_prio_qopt: byTc,
  tc_sfb_qopt: byTc,
  tc_skbprio_qopt: 'up to the kernel',
}
