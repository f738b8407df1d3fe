import type { ExtAck } from '../errors/ext-ack.js'
import type { NetlinkError } from '../errors/netlink-error.js'

/** How an exchange ends well: with an ACK (or with silence), with its first reply (a GET sent without NLM_F_ACK), or with NLMSG_DONE. */
export type Ending = 'ack' | 'reply' | 'done'

/**
 * Why an exchange ends without an answer: the kernel dropped answers (`overrun`), sent NLMSG_OVERRUN in its place
 * (`gap`), or the answer did not fit the buffer it was read into (`truncated`); or the error that the driver gives.
 */
export type Failure = 'overrun' | 'gap' | 'truncated' | NetlinkError

/** What the engine tells of one request; the driver implements it. */
export interface Exchange {
  readonly ending: Ending
  /** Tells whether the request carries NLM_F_ECHO: only then messages that went to a group too are its replies. */
  readonly echo: boolean
  /** Tells that the request asks for no answer: the kernel gives one only if it refuses. */
  readonly silent: boolean
  /** Tells whether it ends well only with all of its answers: when the kernel has dropped some, what there is may not be all. */
  readonly whole: boolean
  /** Takes one reply; the payload lies in `bytes` from `start` to `end` and is overwritten afterwards. */
  message(type: number, flags: number, bytes: Uint8Array, start: number, end: number): void
  /**
   * Takes replies off a datagram that lies in `bytes`, seen by `view` too, from `at` to `end`: those to this exchange, of the socket
   * `port`, that it knows at first sight. Gives where the first other begins.
   */
  fastPath?(bytes: Uint8Array, view: DataView, at: number, end: number, port: number): number
  /** Ends the exchange with the kernel's word: errno 0 or negative; the flags are those of the last message. */
  end(errno: number, extAck: ExtAck | undefined, flags: number): void
  /** Ends the exchange without the kernel's word. */
  fail(failure: Failure): void
}

/** What the engine tells of a run of requests of which the last asks for an ACK, and the others need not. */
export interface Batch {
  /** Takes what the kernel says of one request, counted from 0 within the batch: its errno, or 0 with words on its success. */
  answer(index: number, errno: number, extAck: ExtAck | undefined): void
  /** The last request has been answered: the kernel has executed them all, and has told every error. */
  end(): void
  fail(failure: Failure): void
}
