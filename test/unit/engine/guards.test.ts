// What the engine must not take for an answer, one check at a time.
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/engine/engine.js'
import type { Exchange } from '../../../src/engine/exchange.js'
import { Subscription } from '../../../src/engine/subscription.js'
import { BatchRecorder, datagram, error, int, PORT, Recorder, setUp } from './fixtures.js'

describe('a datagram', () => {
  it('may have up to 3 bytes of padding behind its last message', () => {
    const { engine, exchange, seq } = setUp()
    const bytes = datagram({ type: 16, seq })
    engine.datagram(Uint8Array.from([...bytes, 0, 0, 0]), bytes.length + 3, 0, 0)
    expect(exchange.log).toEqual(['message 16 flags 0 length 0'])
    engine.datagram(Uint8Array.from([...bytes, 0, 0, 0, 0]), bytes.length + 4, 0, 0)
    expect(exchange.log.slice(1)).toEqual(['message 16 flags 0 length 0', 'fail ERR_NETLINK_BAD_MESSAGE'])
  })

  it('is not looked into behind a remnant that is no header', () => {
    const { exchange, seq, give } = setUp()
    give(Uint8Array.from([...datagram({ type: 16, seq }), 1, 2, 3, 4, 5, 6, 7, 8]))
    expect(exchange.log).toEqual(['message 16 flags 0 length 0', 'fail ERR_NETLINK_BAD_MESSAGE'])
    expect(String((exchange.failure as Error).message)).toContain('remnant of 8 bytes')
  })
})

describe('a truncated datagram', () => {
  it('of less than a header says nothing', () => {
    const { engine, exchange, seq } = setUp()
    engine.truncated(datagram({ type: 16, seq }), 15, 0)
    expect(exchange.log).toEqual([])
    expect(engine.counters).toMatchObject({ truncated: 1, stale: 0 })
  })

  it('for another port, or for nobody, is stale', () => {
    const { engine, exchange, seq } = setUp()
    engine.truncated(datagram({ type: 16, seq, pid: PORT - 1 }), 16, 0)
    engine.truncated(datagram({ type: 16, seq: seq + 9 }), 16, 0)
    expect(exchange.log).toEqual([])
    expect(engine.counters).toMatchObject({ truncated: 2, stale: 2 })
  })

  it('with a positive number, or cut before it, is no refusal', () => {
    const positive = setUp()
    positive.engine.truncated(datagram({ type: 2, seq: positive.seq, payload: int(5) }), 20, 0)
    expect(positive.exchange.log).toEqual(['end 0 - flags 0'])
    const cut = setUp()
    cut.engine.truncated(datagram({ type: 2, seq: cut.seq, payload: int(-17) }), 18, 0)
    expect(cut.exchange.log).toEqual(['fail truncated'])
  })

  it('of a batch ends the batch', () => {
    const engine = new Engine(PORT)
    const batch = new BatchRecorder()
    const first = engine.beginBatch(batch, 3)
    engine.truncated(datagram({ type: 2, seq: first + 1, payload: error(-17) }), 20, 0)
    expect(batch.log).toEqual(['fail truncated'])
    expect(engine.pending).toBe(0)
  })
})

describe('a batch of numbers', () => {
  it('does not cross the wrap', () => {
    expect(new Engine(PORT, 0xffff_fffa).beginBatch(new BatchRecorder(), 8)).toBe(1)
    expect(new Engine(PORT, 0xffff_fff0).beginBatch(new BatchRecorder(), 8)).toBe(0xffff_fff1)
  })
})

describe('an exchange', () => {
  it('that was forgotten while its reply was read is not ended', () => {
    const engine = new Engine(PORT)
    const recorder = new Recorder('reply')
    const exchange: Exchange = {
      ending: 'reply',
      echo: false,
      silent: false,
      whole: false,
      message: () => engine.forget(seq),
      end: (...given) => recorder.end(...given),
      fail: failure => recorder.fail(failure),
    }
    const seq = engine.begin(exchange)
    const bytes = datagram({ type: 16, seq })
    engine.datagram(bytes, bytes.length, 0, 0)
    expect(recorder.log).toEqual([])
  })

  it('that waits for DONE goes on behind an ACK, with a warning or without', () => {
    const { exchange, seq, give } = setUp('done')
    give(datagram({ type: 2, seq, payload: error(0) }))
    const text = [9, 0, 1, 0, 0x77, 0x61, 0x69, 0x74, 0, 0, 0, 0]
    give(datagram({ type: 2, seq, flags: 0x300, payload: int(0, [...Array<number>(16).fill(0), ...text]) }))
    expect(exchange.log).toEqual([])
  })

  it('takes nothing that went to a group', () => {
    const { engine, exchange, seq, give } = setUp('reply')
    give(datagram({ type: 16, seq }), 0, 1)
    give(datagram({ type: 2, seq, payload: error(-1) }), 0, 1)
    expect(exchange.log).toEqual([])
    expect(engine.counters.events).toBe(2)
  })

  it('takes no more of a dump that went to a group than of anything else', () => {
    const { engine, exchange, seq, give } = setUp('done')
    give(datagram({ type: 24, seq, flags: 2 }, { type: 24, seq, flags: 2 }), 0, 1)
    expect(exchange.log).toEqual([])
    expect(engine.counters.events).toBe(2)
  })

  it('takes its own rows where those of two dumps and an answer share a datagram', () => {
    const { engine, exchange, seq, give } = setUp('done')
    const other = new Recorder('done')
    const second = engine.begin(other)
    const single = new Recorder()
    const third = engine.begin(single)
    give(
      datagram(
        { type: 24, seq, flags: 2 },
        { type: 24, seq, flags: 2 },
        { type: 16, seq: second, flags: 2 },
        { type: 2, seq: third, payload: error(-1) },
        { type: 24, seq, flags: 2 },
        { type: 3, seq, flags: 2, payload: int(0) },
        { type: 16, seq: second, flags: 2 },
        { type: 24, seq, flags: 2 },
      ),
    )
    const row = 'message 24 flags 2 length 0'
    expect(exchange.log).toEqual([row, row, row, 'end 0 - flags 2'])
    expect(other.log).toEqual(['message 16 flags 2 length 0', 'message 16 flags 2 length 0'])
    expect(single.log).toEqual(['end -1 - flags 0'])
    expect(engine.counters.stale).toBe(1)
  })

  it('passes on what it throws itself', () => {
    const engine = new Engine(PORT)
    const broken = new Error('a defect of the driver')
    const seq = engine.begin({
      ending: 'ack',
      echo: false,
      silent: false,
      whole: false,
      message: () => {},
      end: () => {
        throw broken
      },
      fail: () => {},
    })
    const bytes = datagram({ type: 2, seq, payload: error(-1) })
    expect(() => engine.datagram(bytes, bytes.length, 0, 0)).toThrow(broken)
  })
})

describe('a batch', () => {
  it('takes neither notifications nor what is no error nor a number cut short', () => {
    const engine = new Engine(PORT)
    const batch = new BatchRecorder()
    const first = engine.beginBatch(batch, 2)
    const give = (bytes: Uint8Array, groups = 0) => engine.datagram(bytes, bytes.length, 0, groups)
    give(datagram({ type: 2, seq: first + 1, payload: error(0) }), 1)
    give(datagram({ type: 16, seq: first + 1, payload: error(-1) }))
    give(datagram({ type: 3, seq: first + 1, payload: error(0) }))
    // Behind the short one lies what would be its number.
    give(datagram({ type: 2, seq: first + 1 }, { type: 1, seq: first }))
    expect(batch.log).toEqual([])
    expect(engine.counters).toMatchObject({ events: 1, ignored: 4 })
    give(datagram({ type: 2, seq: first + 1, payload: error(0) }))
    expect(batch.log).toEqual(['end'])
  })
})

describe('a subscription', () => {
  const reported = () => {
    const log: string[] = []
    const subscription = new Subscription({
      event: (type, _bytes, start, end) => log.push(`event ${type} of ${end - start}`),
      overrun: () => log.push('overrun'),
      malformed: reason => log.push(`malformed ${(reason as Error).message}`),
    })
    return { log, subscription }
  }

  it('drops what another process sends, whole or not', () => {
    const { log, subscription } = reported()
    const bytes = datagram({ type: 16, seq: 0 })
    subscription.datagram(bytes, 0, bytes.length, 4711)
    subscription.truncated(4711)
    subscription.drained()
    expect(log).toEqual([])
    expect(subscription.counters).toMatchObject({ spoofed: 2, truncated: 0, overruns: 0 })
    subscription.truncated(0)
    subscription.drained()
    expect(log).toEqual(['overrun'])
  })

  it('ignores control messages', () => {
    const { log, subscription } = reported()
    const bytes = datagram({ type: 1, seq: 0 }, { type: 3, seq: 0 }, { type: 15, seq: 0 }, { type: 16, seq: 0 })
    subscription.datagram(bytes, 0, bytes.length, 0)
    expect(log).toEqual(['event 16 of 0'])
    expect(subscription.counters.ignored).toBe(3)
  })

  it.each([
    [15, 'nlmsg_len 15 is shorter than its header (byte 16)'],
    [17, 'nlmsg_len 17 is longer than the 16 bytes left (byte 16)'],
  ])('tells that an nlmsg_len of %i lies, wherever the datagram is in the buffer', (claim, words) => {
    for (const start of [0, 32]) {
      const { log, subscription } = reported()
      const bytes = new Uint8Array(start + 48)
      bytes.set(datagram({ type: 16, seq: 0 }, { type: 16, seq: 0 }, { type: 16, seq: 0 }), start)
      bytes[start + 16] = claim
      subscription.datagram(bytes, start, start + 32, 0)
      subscription.drained()
      expect(log).toEqual(['event 16 of 0', `malformed ERR_NETLINK_BAD_MESSAGE: ${words}`, 'overrun'])
    }
  })

  it.each([
    [0, 'malformed ERR_NETLINK_BAD_MESSAGE: short datagram of 0 bytes (byte 0)'],
    [2, 'malformed ERR_NETLINK_BAD_MESSAGE: short datagram of 2 bytes (byte 0)'],
    [15, 'malformed ERR_NETLINK_BAD_MESSAGE: short datagram of 15 bytes (byte 0)'],
    [24, 'malformed ERR_NETLINK_BAD_MESSAGE: remnant of 8 bytes behind the last message (byte 16)'],
  ])('tells that a datagram of %i bytes is broken, and lost', (length, words) => {
    const { log, subscription } = reported()
    // Behind others in the buffer, it is told what it would be told alone.
    const bytes = datagram({ type: 17, seq: 0 }, { type: 16, seq: 0 }, { type: 16, seq: 0 })
    subscription.datagram(bytes, 16, 16 + length, 0)
    subscription.drained()
    expect(log.filter(line => !line.startsWith('event'))).toEqual([words, 'overrun'])
  })
})
