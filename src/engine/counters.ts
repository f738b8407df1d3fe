/** Messages that were read and taken for nobody's answer, by reason. */
export interface Counters {
  /** Datagrams whose sender is not the kernel (source nl_pid is not 0). */
  spoofed: number
  /** Messages whose header names another port. */
  foreign: number
  /** Messages whose sequence number nobody waits for: late answers of abandoned requests. */
  stale: number
  /** Notifications that carry our port and sequence number. */
  events: number
  /** NLMSG_NOOP and the reserved control types. */
  ignored: number
  /** Datagrams with broken framing. */
  malformed: number
  /** Datagrams that did not fit the receive buffer. */
  truncated: number
  /** Times that the kernel reported the loss of messages. */
  overruns: number
}

/** Makes counters at 0. */
export function newCounters(): Counters {
  return { spoofed: 0, foreign: 0, stale: 0, events: 0, ignored: 0, malformed: 0, truncated: 0, overruns: 0 }
}
