import { expect, test } from 'vitest'
import { Waiting } from '../../../src/engine/waiting.js'

test('what waits is found by its number, however many wait and across the wrap', () => {
  const waiting = new Waiting<string>()
  const seqs = [1001, ...Array.from({ length: 200 }, (_, i) => (0xffff_ff80 + i) >>> 0).filter(seq => seq !== 0)]
  for (const seq of seqs) if (!waiting.has(seq) && waiting.free(seq)) waiting.set(seq, `${seq}`)
  expect(waiting.size).toBeGreaterThan(190)
  expect(waiting.get(1001)).toBe('1001')
  expect(waiting.get(0xffff_ffff)).toBe('4294967295')
  const odd = seqs.filter(seq => waiting.has(seq) && seq % 2 === 1)
  for (const seq of odd) expect(waiting.delete(seq)).toBe(true)
  for (const seq of odd)
    expect([waiting.delete(seq), waiting.has(seq), waiting.free(seq)]).toEqual([false, false, true])
  expect(waiting.upTo(71)).toHaveLength(waiting.size)
  expect(waiting.get(0xffff_fffe)).toBe('4294967294')
  waiting.clear()
  expect([waiting.size, waiting.get(0xffff_fffe), waiting.upTo(71)]).toEqual([0, undefined, []])
})

test('a number whose slot is taken by another is no number of that other, and is not free', () => {
  const waiting = new Waiting<string>()
  waiting.set(1, 'one')
  expect([waiting.free(9), waiting.has(9), waiting.delete(9), waiting.get(9)]).toEqual([false, false, false, undefined])
  expect(waiting.upTo(1)).toEqual(['one'])
})

test('what waits is told oldest first', () => {
  const waiting = new Waiting<number>()
  for (let seq = 5; seq < 40; seq++) waiting.set(seq, seq)
  expect(waiting.upTo(39)).toEqual(Array.from({ length: 35 }, (_, i) => i + 5))
})
