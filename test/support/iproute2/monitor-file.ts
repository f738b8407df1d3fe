// `ip -d monitor file` and `bridge -d monitor file`: an outside decoder for what we encode.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { align4, viewOf } from '../../../src/wire/nlmsghdr.js'
import { run } from './iproute.js'

/** NLMSG_TSTAMP: rtmon leads with seconds and microseconds. */
const TIMESTAMP = 15
/** Where the attributes of messages begin that the kernel sends without NLA_F_NESTED, and `ip` overlooks with it: routes, nexthops. */
const attributesAt = new Map([
  [24, 28],
  [104, 24],
  [116, 24],
])

function asEvent(bytes: Uint8Array): Uint8Array {
  const event = bytes.slice()
  const view = viewOf(event)
  const start = attributesAt.get(view.getUint16(4, le))
  if (start === undefined) return event
  for (let at = start; at < event.length; at += align4(view.getUint16(at, le))) {
    view.setUint16(at + 2, view.getUint16(at + 2, le) & 0x7fff, le)
  }
  return event
}

/** Lets `ip` print a message, as if it were an event: all in one line. */
export function printedByIp(bytes: Uint8Array): string {
  return printedBy('ip', asEvent(bytes))
}

/** Lets `bridge` print a message, as if it were an event: all in one line. */
export function printedByBridge(bytes: Uint8Array): string {
  return printedBy('bridge', bytes)
}

function printedBy(program: string, event: Uint8Array): string {
  const stamp = new Uint8Array(24)
  viewOf(stamp).setUint32(0, stamp.length, le)
  viewOf(stamp).setUint16(4, TIMESTAMP, le)
  const directory = mkdtempSync(join(tmpdir(), 'rtmon-'))
  try {
    const file = join(directory, 'events')
    writeFileSync(file, Buffer.concat([stamp, event]))
    return run(`${program} -d monitor file ${file}`).split('\n').slice(1).join(' ').replace(/\s+/g, ' ').trim()
  } finally {
    rmSync(directory, { recursive: true })
  }
}
