const byTc = 'what `tc` takes'

/** The value of a struct's member that the caller leaves out, where it is not 0. */
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
