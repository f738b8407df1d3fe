/** Ticks of 64 ns in a microsecond (/proc/net/psched has said so since the kernel keeps time in nanoseconds). */
const TICKS = 15.625
/** What the kernel takes a packet for at most where no limit is given: tc's default. */
const MTU = 2047
const ATM_PAYLOAD = 48
const ATM_CELL = 53

/** What a link layer makes of packets (TC_LINKLAYER_, include/uapi/linux/pkt_sched.h). */
const ETHERNET = 1
const ATM = 2

/** A rate as struct tc_ratespec has it, and the table of transmission times that goes with it. */
export interface RateTable {
  readonly spec: {
    readonly rate: number
    readonly cellLog: number
    readonly cellAlign: number
    readonly linklayer: number
  }
  /** 256 times in ticks, of packets of up to 1 << cellLog, 2 << cellLog, … bytes. */
  readonly table: readonly number[]
}

/**
 * Computes what the kernel still wants beside a rate (qdisc_get_rtab, net/sched/sch_api.c), as tc does. It looks at no time of the
 * table, but refuses a request without one.
 */
export function rateTable(
  bytesPerSecond: bigint | number,
  limits: { mtu?: number | undefined; mpu?: number | undefined; linklayer?: number | undefined } = {},
): RateTable {
  const { mtu = MTU, mpu = 0, linklayer = ETHERNET } = limits
  const rate = Number(bytesPerSecond)
  let cellLog = 0
  while (mtu >>> cellLog > 255) cellLog++
  const table = Array.from({ length: 256 }, (_, index) => {
    const size = Math.max((index + 1) * 2 ** cellLog, mpu)
    const onWire = linklayer === ATM ? Math.ceil(size / ATM_PAYLOAD) * ATM_CELL : size
    return Math.min(Math.ceil(1e6 * (onWire / rate) * TICKS), 0xffffffff)
  })
  return {
    spec: { rate: Math.min(rate, 0xffffffff), cellLog, cellAlign: -1, linklayer },
    table,
  }
}
