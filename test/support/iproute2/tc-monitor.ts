// `tc` as an outside decoder: it prints from a file what our builders write, as if the kernel had told it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Request } from '../../../src/codec.js'
import { decodeMessage } from '../../../src/codec.js'
import { messageCodec } from '../../../src/objects/protocol.js'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { align4, viewOf } from '../../../src/wire/nlmsghdr.js'
import { run } from './iproute.js'

const TCMSG_END = 36
const TCA_OPTIONS = 2
const NESTED = 0x8000

function* attributesIn(view: DataView, start: number, end: number): Generator<number> {
  for (let at = start; at + 4 <= end; at += align4(Math.max(4, view.getUint16(at, le)))) yield at
}

/** Clears NLA_F_NESTED in the options: the kernel sends them without it, and `tc` overlooks some that have it. */
export function asEvent(bytes: Uint8Array): Uint8Array {
  const event = bytes.slice()
  const view = viewOf(event)
  const { type, attrs } = decodeMessage(event)
  const { kind } = (attrs as { options?: { kind: string } }).options ?? {}
  const format = messageCodec(type)
    .set?.byName('options')
    ?.sub?.byName(kind ?? '')
  for (const at of attributesIn(view, TCMSG_END, event.length)) {
    if ((view.getUint16(at + 2, le) & ~NESTED) !== TCA_OPTIONS || format?.set === undefined) continue
    const first = at + 4 + align4(format.header?.size ?? 0)
    for (const inner of attributesIn(view, first, at + view.getUint16(at, le)))
      view.setUint16(inner + 2, view.getUint16(inner + 2, le) & ~NESTED, le)
  }
  return event
}

/** Lets `tc -d monitor` print what a request carries: all in one line. */
export function tcPrinted(made: Request): string {
  const directory = mkdtempSync(join(tmpdir(), 'tcmon-'))
  try {
    const file = join(directory, 'events')
    writeFileSync(file, asEvent(made.bytes))
    return run(`tc -d monitor file ${file}`).replace(/\s+/g, ' ').trim()
  } finally {
    rmSync(directory, { recursive: true })
  }
}
