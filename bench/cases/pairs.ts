/** Deleting veth pairs: the kernel waits for its readers once a message, so what counts is how many messages there are. */
import { openSync } from 'rtnetlink'
import type { Case } from '../case.js'
import { Clock, type Work } from '../serve.js'

const names = (size: number): string[] => Array.from({ length: size }, (_, i) => `p${i}`)

const many: Work = size => {
  const rt = openSync()
  return () => {
    for (const name of names(size)) rt.link.add({ name, info: { kind: 'veth', peer: { name: `q${name.slice(1)}` } } })
    const clock = new Clock()
    const { failed } = rt.link.deleteMany(names(size))
    clock.stop()
    if (failed[0] !== undefined) throw failed[0].error
    return { items: size, measured: clock }
  }
}

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = { 'delete-many': many }

export const cases: readonly Case[] = [
  {
    name: 'delete 500 veth pairs',
    unit: 'pair',
    kind: 'serve',
    work: 'delete-group',
    peerWork: 'delete-pairs',
    size: 500,
    smokeSize: 10,
    rounds: 5,
    ours: [{ name: 'deleteMany()', work: 'delete-many' }],
  },
]
