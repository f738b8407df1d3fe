import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/engine/engine.js'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import { readAck } from '../../../src/wire/ack.js'
import { messages } from '../../../src/wire/nlmsghdr.js'
import { BatchRecorder, datagram, error, int, PORT, Recorder, setUp } from './fixtures.js'

describe('exchanges', () => {
  it('end with their ACK, behind the replies', () => {
    const { engine, exchange, seq, give } = setUp()
    give(datagram({ type: 16, seq, payload: new Uint8Array(8) }))
    expect(engine.pending).toBe(1)
    give(datagram({ type: 2, seq, payload: error(0) }))
    expect(exchange.log).toEqual(['message 16 flags 0 length 8', 'end 0 - flags 0'])
    expect(engine.pending).toBe(0)
  })

  it('end with the first reply when no ACK was asked for', () => {
    const { exchange, seq, give } = setUp('reply')
    give(datagram({ type: 16, seq }))
    expect(exchange.log).toEqual(['message 16 flags 0 length 0', 'end 0 - flags 0'])
  })

  it('wait for DONE behind a reply in several parts', () => {
    const { exchange, seq, give } = setUp('reply')
    give(datagram({ type: 16, seq, flags: 2 }))
    expect(exchange.log).toHaveLength(1)
    give(datagram({ type: 3, seq, flags: 2, payload: int(0) }))
    expect(exchange.log.at(-1)).toBe('end 0 - flags 2')
  })

  it('end with the kernel’s error', () => {
    const { exchange, seq, give } = setUp()
    give(datagram({ type: 2, seq, payload: error(-17) }))
    expect(exchange.log).toEqual(['end -17 - flags 0'])
  })

  it('take the ext-ack of a success', () => {
    const { exchange, seq, give } = setUp()
    const tlv = [8, 0, 1, 0, 0x68, 0x69, 0, 0]
    const payload = int(0, [...Array<number>(16).fill(0), ...tlv])
    give(datagram({ type: 2, seq, flags: 0x300, payload }))
    expect(exchange.log).toEqual(['end 0 hi flags 768'])
  })

  it('of one datagram are told apart by their number', () => {
    const { engine, exchange, seq, give } = setUp()
    const other = new Recorder()
    const second = engine.begin(other)
    give(datagram({ type: 2, seq: second, payload: error(-1) }, { type: 2, seq, payload: error(0) }))
    expect(other.log).toEqual(['end -1 - flags 0'])
    expect(exchange.log).toEqual(['end 0 - flags 0'])
  })

  it('that are silent succeed when the queue is empty, the others wait', () => {
    const { engine, exchange, seq, give } = setUp()
    const silent = () => new Recorder('ack', false, true)
    const [first, second, loud, third] = [silent(), silent(), new Recorder(), silent()]
    engine.begin(first)
    const rejected = engine.begin(second)
    const loudSeq = engine.begin(loud)
    engine.begin(third)
    give(datagram({ type: 2, seq: rejected, payload: error(-17) }))
    engine.silence()
    expect([first.log, second.log, third.log]).toEqual([
      ['end 0 - flags 0'],
      ['end -17 - flags 0'],
      ['end 0 - flags 0'],
    ])
    expect([exchange.log, loud.log]).toEqual([[], []])
    expect(engine.pending).toBe(2)
    engine.silence()
    give(datagram({ type: 2, seq, payload: error(0) }, { type: 2, seq: loudSeq, payload: error(0) }))
    expect(exchange.log).toEqual(['end 0 - flags 0'])
    expect(engine.pending).toBe(0)
  })

  it('that are silent are found across the wrap of the numbers, and behind others that have ended', () => {
    const engine = new Engine(PORT, 0xffff_fffd)
    const ended = new Recorder('ack', false, true)
    engine.forget(engine.begin(ended))
    const silent = [1, 2, 3].map(() => new Recorder('ack', false, true))
    expect(silent.map(each => engine.begin(each))).toEqual([0xffff_ffff, 1, 2])
    engine.silence()
    expect(silent.map(({ log }) => log)).toEqual([['end 0 - flags 0'], ['end 0 - flags 0'], ['end 0 - flags 0']])
    expect(ended.log).toEqual([])
    expect(engine.pending).toBe(0)
  })

  it('all end when the kernel dropped answers', () => {
    const { engine, exchange } = setUp()
    const batch = new BatchRecorder()
    engine.beginBatch(batch, 3)
    engine.failAll('overrun')
    expect(exchange.log).toEqual(['fail overrun'])
    expect(batch.log).toEqual(['fail overrun'])
    expect(engine.pending).toBe(0)
  })

  it('end with an unknown outcome when answers were dropped and they cannot tell which', () => {
    const { engine, exchange, seq, give } = setUp()
    const dump = new Recorder('done')
    const rejected = new Recorder('done')
    const batch = new BatchRecorder()
    const [dumpSeq, rejectedSeq] = [engine.begin(dump), engine.begin(rejected)]
    const first = engine.beginBatch(batch, 2)
    // One more waits all the time.
    engine.begin(new Recorder())
    engine.lost()
    give(
      datagram(
        { type: 2, seq, payload: error(0) },
        { type: 3, seq: dumpSeq, payload: int(0) },
        { type: 3, seq: rejectedSeq, payload: int(-95) },
        { type: 2, seq: first + 1, payload: error(0) },
      ),
    )
    expect(exchange.log).toEqual(['end 0 - flags 0'])
    expect(dump.log).toEqual(['fail overrun'])
    expect(rejected.log).toEqual(['end -95 - flags 0'])
    expect(batch.log).toEqual(['fail overrun'])
    expect(engine.counters.overruns).toBe(1)
    // What comes later has lost nothing.
    const later = engine.beginBatch(batch, 1)
    const again = engine.begin(dump)
    give(datagram({ type: 2, seq: later, payload: error(0) }, { type: 3, seq: again, payload: int(0) }))
    expect(batch.log).toEqual(['fail overrun', 'end'])
    expect(dump.log).toEqual(['fail overrun', 'end 0 - flags 0'])
  })

  it('that were forgotten are told nothing', () => {
    const { engine, exchange, seq, give } = setUp()
    engine.forget(seq)
    give(datagram({ type: 2, seq, payload: error(0) }))
    expect(exchange.log).toEqual([])
    expect(engine.counters.stale).toBe(1)
  })
})

describe('acceptance', () => {
  it('adv-48 drops what another process sends with the right number', () => {
    const { engine, exchange, seq, give } = setUp()
    give(datagram({ type: 2, seq, payload: error(-1) }), 4711)
    expect(exchange.log).toEqual([])
    expect(engine.counters.spoofed).toBe(1)
    give(datagram({ type: 2, seq, payload: error(0) }))
    expect(exchange.log).toEqual(['end 0 - flags 0'])
  })

  it('adv-48 drops truncated datagrams of another process', () => {
    const { engine, exchange, seq } = setUp()
    const bytes = datagram({ type: 2, seq, payload: error(-1) })
    engine.truncated(bytes, bytes.length, 4711)
    expect(exchange.log).toEqual([])
    expect(engine.counters.spoofed).toBe(1)
  })

  it('adv-50 drops a wrong header pid and an old number', () => {
    const { engine, exchange, seq, give } = setUp()
    give(datagram({ type: 2, seq, pid: PORT - 1, payload: error(-1) }))
    give(datagram({ type: 2, seq: seq - 1, payload: error(-1) }))
    expect(exchange.log).toEqual([])
    expect(engine.counters).toMatchObject({ foreign: 1, stale: 1 })
  })

  it('adv-50 wraps from 0xffffffff to 1', () => {
    const engine = new Engine(PORT, 0xffff_fffd)
    const exchanges = [new Recorder(), new Recorder(), new Recorder(), new Recorder()]
    const seqs = exchanges.map(exchange => engine.begin(exchange))
    expect(seqs).toEqual([0xffff_fffe, 0xffff_ffff, 1, 2])
    for (const seq of seqs) {
      const bytes = datagram({ type: 2, seq, payload: error(0) })
      engine.datagram(bytes, bytes.length, 0, 0)
    }
    expect(exchanges.map(({ log }) => log.length)).toEqual([1, 1, 1, 1])
  })

  it('adv-50 gives no number twice while it is awaited', () => {
    const engine = new Engine(PORT, 0xffff_fffe)
    const last = engine.begin(new Recorder())
    const first = engine.begin(new Recorder())
    const again = new Engine(PORT, 0)
    expect([last, first]).toEqual([0xffff_ffff, 1])
    again.beginBatch(new BatchRecorder(), 64)
    expect(again.begin(new Recorder())).toBe(65)
  })

  it('adv-51 does not take a notification of its own change for the reply', () => {
    const { engine, exchange, seq, give } = setUp()
    give(datagram({ type: 24, seq }), 0, 7)
    expect(exchange.log).toEqual([])
    expect(engine.counters.events).toBe(1)
    give(datagram({ type: 2, seq, payload: error(0) }))
    expect(exchange.log).toEqual(['end 0 - flags 0'])
  })

  it('adv-52 takes the echo that went to a group when the request asked for it', () => {
    const { exchange, seq, give } = setUp('ack', true)
    give(datagram({ type: 16, seq, payload: new Uint8Array(4) }), 0, 1)
    give(datagram({ type: 2, seq, payload: error(0) }))
    expect(exchange.log).toEqual(['message 16 flags 0 length 4', 'end 0 - flags 0'])
  })
})

describe('dumps', () => {
  it('end with DONE alone', () => {
    const { exchange, seq, give } = setUp('done')
    give(datagram({ type: 16, seq, flags: 2 }, { type: 16, seq, flags: 2 | 0x10 }))
    give(datagram({ type: 2, seq, payload: error(0) }))
    give(datagram({ type: 3, seq, flags: 2, payload: int(0) }))
    expect(exchange.log).toEqual(['message 16 flags 2 length 0', 'message 16 flags 18 length 0', 'end 0 - flags 2'])
  })

  it('adv-30 take DONE without payload as success and a negative number as the error', () => {
    const plain = setUp('done')
    plain.give(datagram({ type: 3, seq: plain.seq }))
    expect(plain.exchange.log).toEqual(['end 0 - flags 0'])
    const rejected = setUp('done')
    rejected.give(datagram({ type: 3, seq: rejected.seq, payload: int(-22) }))
    expect(rejected.exchange.log).toEqual(['end -22 - flags 0'])
    const length = setUp('done')
    length.give(datagram({ type: 3, seq: length.seq, payload: int(40) }))
    expect(length.exchange.log).toEqual(['end 0 - flags 0'])
  })

  it('adv-30 refuse an ERROR that is too short for its number', () => {
    const { exchange, seq, give } = setUp('done')
    give(datagram({ type: 2, seq, payload: new Uint8Array(2) }))
    expect(exchange.log).toEqual(['fail ERR_NETLINK_BAD_MESSAGE'])
  })

  it('adv-31 skip NOOP and the reserved types, and end at OVERRUN', () => {
    const { engine, exchange, seq, give } = setUp('done')
    give(datagram({ type: 1, seq }, { type: 5, seq }, { type: 15, seq }, { type: 16, seq, flags: 2 }))
    expect(exchange.log).toEqual(['message 16 flags 2 length 0'])
    expect(engine.counters.ignored).toBe(3)
    give(datagram({ type: 4, seq }))
    expect(exchange.log.at(-1)).toBe('fail gap')
  })
})

describe('framing', () => {
  it('delivers what comes before a broken length, then ends everything', () => {
    const { engine, exchange, seq, give } = setUp()
    const other = new Recorder()
    engine.begin(other)
    give(datagram({ type: 2, seq, payload: error(0) }, { type: 16, seq: 9, claim: 400 }))
    expect(exchange.log).toEqual(['end 0 - flags 0'])
    expect(other.log).toEqual(['fail ERR_NETLINK_BAD_MESSAGE'])
    expect(engine.counters.malformed).toBe(1)
  })

  it.each([0, 15, 0xffff_ffff])('refuses nlmsg_len %i without looping', claim => {
    const { exchange, give } = setUp()
    give(datagram({ type: 16, seq: 1, claim }))
    expect(exchange.log).toEqual(['fail ERR_NETLINK_BAD_MESSAGE'])
  })

  it.each([0, 1, 15])('refuses a datagram of %i bytes', length => {
    const { engine, exchange } = setUp()
    engine.datagram(new Uint8Array(64), length, 0, 0)
    expect(exchange.log).toEqual(['fail ERR_NETLINK_BAD_MESSAGE'])
  })

  it('does not read beyond the datagram into what the buffer held before', () => {
    const { engine, exchange, seq } = setUp()
    const bytes = datagram({ type: 16, seq }, { type: 2, seq, payload: error(-1) })
    engine.datagram(bytes, 16, 0, 0)
    expect(exchange.log).toEqual(['message 16 flags 0 length 0'])
  })

  it('believes the header of a truncated datagram, and its error number', () => {
    const get = setUp('reply')
    const long = datagram({ type: 16, seq: get.seq, payload: new Uint8Array(100) })
    get.engine.truncated(long, 60, 0)
    expect(get.exchange.log).toEqual(['fail truncated'])
    const rejected = setUp()
    const echo = datagram({ type: 2, seq: rejected.seq, payload: int(-17, Array<number>(100).fill(1)) })
    rejected.engine.truncated(echo, 60, 0)
    expect(rejected.exchange.log).toEqual(['end -17 - flags 0'])
  })
})

describe('batches', () => {
  it('tell each error and end with the answer to the last', () => {
    const engine = new Engine(PORT)
    const batch = new BatchRecorder()
    const first = engine.beginBatch(batch, 4)
    const give = (bytes: Uint8Array) => engine.datagram(bytes, bytes.length, 0, 0)
    give(datagram({ type: 2, seq: first + 1, payload: error(-17) }))
    give(datagram({ type: 2, seq: first + 3, payload: error(0) }))
    expect(batch.log).toEqual(['answer 1 -17', 'end'])
    expect(engine.pending).toBe(0)
  })

  it('end when the last has failed', () => {
    const engine = new Engine(PORT)
    const batch = new BatchRecorder()
    const first = engine.beginBatch(batch, 2)
    const bytes = datagram({ type: 2, seq: first + 1, payload: error(-1) })
    engine.datagram(bytes, bytes.length, 0, 0)
    expect(batch.log).toEqual(['answer 1 -1', 'end'])
  })

  it('do not cross the wrap', () => {
    const engine = new Engine(PORT, 0xffff_fff0)
    expect(engine.beginBatch(new BatchRecorder(), 64)).toBe(1)
    expect(engine.begin(new Recorder())).toBe(65)
  })

  it('drop notifications of their own changes', () => {
    const engine = new Engine(PORT)
    const batch = new BatchRecorder()
    const first = engine.beginBatch(batch, 1)
    const bytes = datagram({ type: 24, seq: first })
    engine.datagram(bytes, bytes.length, 0, 7)
    expect(batch.log).toEqual([])
    expect(engine.counters.events).toBe(1)
  })
})

describe('acknowledgements', () => {
  const ack = (type: number, flags: number, payload: number[]) => {
    const [message] = messages(datagram({ type, seq: 1, flags, payload: Uint8Array.from(payload) }))
    if (message === undefined) throw new Error('no message')
    return readAck(message)
  }
  const header = (length: number) => [length, 0, 0, 0, ...Array<number>(12).fill(0)]
  const text = [7, 0, 1, 0, 0x6e, 0x6f, 0x21, 0]
  const rejected = [0xea, 0xff, 0xff, 0xff]

  it('adv-28 find the TLVs of capped and uncapped errors and of DONE', () => {
    expect(ack(2, 0x300, [...rejected, ...header(500), ...text]).extAck?.message).toBe('no!')
    expect(ack(2, 0x200, [...rejected, ...header(20), 1, 2, 3, 4, ...text]).extAck?.message).toBe('no!')
    expect(ack(3, 0x202, [...rejected, ...text])).toMatchObject({ errno: -22, extAck: { message: 'no!' } })
  })

  it('adv-28 keep the number when the echoed length lies', () => {
    for (const length of [0, 15, 200]) {
      expect(ack(2, 0x200, [...rejected, ...header(length), ...text])).toEqual({ errno: -22, extAck: undefined })
    }
  })

  it('adv-29 read a text without NUL and any offset', () => {
    expect(ack(2, 0x300, [...rejected, ...header(16), ...text]).extAck).toEqual({ message: 'no!' })
    const offset = [8, 0, 2, 0, 0xff, 0xff, 0xff, 0xff]
    expect(ack(2, 0x300, [...rejected, ...header(16), ...offset]).extAck).toEqual({ offset: 0xffff_ffff })
  })

  it('adv-30 throw a typed error for an ERROR below 4 bytes', () => {
    expect(() => ack(2, 0, [1, 2])).toThrow(NetlinkError)
  })
})
