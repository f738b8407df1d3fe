// A dump of qdiscs and classes of every kind that qemu's kernel has, under traffic, beside what `tc -s -d -j` says of the same.
import { describe, expect, test } from 'vitest'
import { type Class, decodeClass, decodeMessage, decodeQdisc, handleText, type Qdisc } from '../../src/codec.js'
import { optionsShown, statsShown } from '../support/samples/qdisc-stats.js'
import { type DumpVector, dumpMessages, vectorFile } from '../support/vector-bytes.js'

type Dict = Readonly<Record<string, unknown>>

const dumps = vectorFile<DumpVector[]>('dumps/qdisc.json')
/** The setup numbers the links q0, q1, … from here. */
const FIRST = 100

const rows = dumps.flatMap(({ dump, datagrams, request, json }) => {
  const decode: (payload: Uint8Array) => Qdisc | Class = dump === 'qdisc' ? decodeQdisc : decodeClass
  const objects = dumpMessages({ dump, datagrams, request, json }).map(bytes => decode(bytes.subarray(16)))
  return Object.entries(json).flatMap(([command, output]) => {
    const index = FIRST + Number(/q(\d+)$/.exec(command)?.[1])
    return output.map(row => ({ command, row, ours: objects.filter(one => one.ifindex === index) }))
  })
})

/** The object that a row of tc is about: it has the row's kind, handle and parent. */
function match(row: Dict, ours: readonly (Qdisc | Class)[]): Qdisc | Class | undefined {
  return ours.find(
    ({ kind, handle, parent }) =>
      kind === (row['kind'] ?? row['class']) &&
      (handleText(handle) === row['handle'] || (handle === 0 && row['handle'] === '0:')) &&
      (row['parent'] === undefined ? parent === 0xffff_ffff : handleText(parent) === row['parent']),
  )
}

describe('what the kernel sends of qdiscs and classes', () => {
  test('is of 34 kinds', () => {
    const kinds = dumps.flatMap(each => dumpMessages(each).map(bytes => (decodeMessage(bytes).attrs as Dict)['kind']))
    expect([...new Set(kinds)].sort().join(' ')).toBe(
      'blackhole cake cbs choke clsact codel drr etf ets fq fq_codel fq_pie gred hfsc hhf htb ingress mq ' +
        'mqprio multiq netem noqueue pfifo pie plug prio qfq red sfb sfq skbprio taprio tbf teql0',
    )
  })

  test.each(
    rows.map(
      ({ command, row, ours }) => [`${command}: ${row['kind'] ?? row['class']} ${row['handle']}`, row, ours] as const,
    ),
  )('%s', (_, row, ours) => {
    const found = match(row, ours)
    if (found === undefined) throw new Error(`no such object: ${JSON.stringify(row)}`)
    const { options, stats, ...rest } = row as { options?: Dict; stats?: Dict } & Dict
    expect(statsShown(found, undefined, { ...stats, ...(row['class'] === undefined ? rest : {}) })).toEqual([])
    expect(optionsShown(found, row['class'] === undefined ? (options ?? {}) : rest)).toEqual([])
  })
})
