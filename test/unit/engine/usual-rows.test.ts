import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/engine/engine.js'
import { datagram, error, int, PORT, Recorder } from './fixtures.js'

const NEWROUTE = 24
const MULTI = 2
const INTERRUPTED = 16

/** Takes rows whose first byte is 1 as the usual ones. */
class Dump extends Recorder {
  readonly rows = this.log
  readonly usual = (bytes: Uint8Array, view: DataView, start: number, end: number) =>
    bytes[start] === 1 && view.getUint8(start) === 1 ? `usual length ${end - start}` : undefined
}

const usual = (length = 4) => new Uint8Array(length).fill(1)
const other = (length = 4) => new Uint8Array(length).fill(2)

function setUp() {
  const engine = new Engine(PORT)
  const dump = new Dump('done')
  const seq = engine.begin(dump)
  const row = (payload: Uint8Array, more = {}) => ({ type: NEWROUTE, seq, flags: MULTI, payload, ...more })
  const give = (...parts: Parameters<typeof datagram>) => {
    const bytes = datagram(...parts)
    engine.datagram(bytes, bytes.length, 0, 0)
    return dump.log
  }
  return { engine, dump, seq, row, give }
}

describe('usual rows', () => {
  it('come behind two that have been looked at, of any length, and all others in their order', () => {
    const { row, give } = setUp()
    expect(
      give(row(other(8)), row(usual()), row(usual(20)), row(usual(6)), row(other(7)), row(usual(12)), row(usual(5))),
    ).toEqual([
      'message 24 flags 2 length 8',
      'message 24 flags 2 length 4',
      'usual length 20',
      'usual length 6',
      'message 24 flags 2 length 7',
      'usual length 12',
      'usual length 5',
    ])
  })

  it('have the header of the message before: others are looked at', () => {
    const { engine, seq, row, give } = setUp()
    const second = new Dump('done')
    const its = engine.begin(second)
    const log = give(
      ...[row(usual()), row(usual()), row(usual(8), { flags: MULTI | INTERRUPTED }), row(usual(12))],
      ...[row(usual(16), { pid: PORT + 1 }), row(usual(20)), row(usual(24), { seq: its }), row(usual(28))],
      ...[row(usual(32), { type: NEWROUTE + 1 }), row(usual(36), { type: 1 })],
      { type: 3, seq, flags: MULTI, payload: int(0) },
    )
    expect(log).toEqual([
      'message 24 flags 2 length 4',
      'message 24 flags 2 length 4',
      'message 24 flags 18 length 8',
      'message 24 flags 2 length 12',
      'message 24 flags 2 length 20',
      'message 24 flags 2 length 28',
      'message 25 flags 2 length 32',
      'end 0 - flags 2',
    ])
    expect(second.log).toEqual(['message 24 flags 2 length 24'])
    expect(engine.counters).toMatchObject({ foreign: 1, ignored: 1 })
  })

  it('end in front of what is broken, which ends everything', () => {
    for (const claim of [15, 21, 0xffff_fff0]) {
      const { row, give } = setUp()
      const log = give(row(usual()), row(usual()), row(usual(8)), row(usual(), { claim }))
      expect(log.slice(2)).toEqual(['usual length 8', 'fail ERR_NETLINK_BAD_MESSAGE'])
    }
  })

  it('end with the datagram, whatever the buffer holds behind it', () => {
    const { engine, dump, row } = setUp()
    const bytes = datagram(row(usual()), row(usual()), row(usual(8)), row(usual(12)))
    engine.datagram(bytes, bytes.length - 28, 0, 0)
    expect(dump.log.slice(2)).toEqual(['usual length 8'])
  })

  it('are those of a dump alone', () => {
    const engine = new Engine(PORT)
    const call = new Dump('ack')
    const seq = engine.begin(call)
    const bytes = datagram(...[1, 2, 3].map(() => ({ type: NEWROUTE, seq, payload: usual() })), {
      type: 2,
      seq,
      payload: error(0),
    })
    engine.datagram(bytes, bytes.length, 0, 0)
    expect(call.log).toEqual([...Array<string>(3).fill('message 24 flags 0 length 4'), 'end 0 - flags 0'])
  })
})
