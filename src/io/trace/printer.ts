import { messageLines } from '../../inspect/message-line.js'
import type { Protocol } from '../../request/protocol.js'
import type { DatagramMessage, DroppedMessage, ReplyMessage, WarningMessage } from './channels.js'
import { droppedChannel, receivedChannel, replyChannel, sentChannel, warningChannel } from './channels.js'

/** Writes one line for a request's outcome: its summary, what became of it, and how long it took. */
export function replyLine({ request, error, ms }: ReplyMessage): string {
  const text = error?.message ?? `${request.text}: ok`
  return `${text} (seq ${request.seq}, ${ms.toFixed(3)} ms)`
}

/** Writes one line for a warning. */
export function warningLine({ request, extAck }: WarningMessage): string {
  return `${request.text}: warning: ${extAck.message ?? 'without text'}`
}

let installed = false

/** Prints messages, outcomes and warnings to stderr when NODE_DEBUG holds `rtnetlink`; does nothing otherwise. */
export function installPrinter(protocolOf: (id: number) => Protocol): void {
  if (installed) return
  installed = true
  // As it is there already: an import would read all of its exports, 1.4 ms of the start.
  const log = process.getBuiltinModule('node:util').debuglog('rtnetlink')
  if (!log.enabled) return
  const print = (mark: string) => (message: unknown) => {
    const { bytes, protocol } = message as DatagramMessage
    for (const line of messageLines(protocolOf(protocol), bytes)) log('%s %s', mark, line)
  }
  sentChannel.subscribe(print('->'))
  receivedChannel.subscribe(print('<-'))
  replyChannel.subscribe(message => log('%s', replyLine(message as ReplyMessage)))
  warningChannel.subscribe(message => log('%s', warningLine(message as WarningMessage)))
  droppedChannel.subscribe(message => log('dropped: %s', (message as DroppedMessage).reason))
}
