// An outside decoder for qdiscs and classes: what our builders write `tc -d monitor file` prints, kinds included that the running
// kernel does not have.
import { describe, expect, it } from 'vitest'
import { request } from '../../../../src/codec.js'
import { tcPrinted } from '../../../support/iproute2/tc-monitor.js'
import { type QdiscSample, samples } from '../../../support/samples/qdisc-kinds.js'
import { words } from '../../../support/samples/qdisc-words.js'

const LO = 1

/** The qdisc's request and those of its classes. */
function requests({ spec, classes = [] }: QdiscSample) {
  return [
    request.qdisc.add({ ...spec, dev: LO }),
    ...classes.map(({ handle, options }) => request.class.add({ dev: LO, parent: '1:', handle, options })),
  ]
}

describe('tc prints', () => {
  it('every sample that has words', () => {
    const known = samples.map(({ about }) => about)
    expect(Object.keys(words).filter(about => !known.includes(about))).toEqual([])
    expect(Object.keys(words)).toHaveLength(33)
  })

  it.each(samples.map(sample => [sample.about, sample] as const))('%s', (about, sample) => {
    const hooked = sample.kind === 'ingress' || sample.kind === 'clsact'
    const ref = hooked ? 'ffff: dev lo parent ffff:fff1 refcnt 0' : '1: dev lo root refcnt 0'
    const [first = '', ...rest] = requests(sample).map(tcPrinted)
    expect(first.startsWith(`added qdisc ${sample.kind} ${ref}`), first).toBe(true)
    const expected = words[about]
    if (expected === undefined) return
    expect([first.split('refcnt 0')[1]?.trim(), ...rest.map(line => line.split('parent 1: ')[1])]).toEqual(expected)
  })
})
