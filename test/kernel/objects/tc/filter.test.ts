// Filters of every classifier in a kernel: what the library adds tc shows, and what the library reads it can add again.
import { describe, expect, it } from 'vitest'
import { open } from '../../../../src/index.js'
import { run } from '../../../support/iproute2/iproute.js'
import { dev, makeFilterRef, orSkip, shownFilter, still } from '../../../support/samples/filter-bench.js'
import { filterSamples } from '../../../support/samples/filter-samples.js'

const parent = 'ingress'
/** What tc calls the protocols that it knows by another name than ETH_P_. */
const protocols: Readonly<Record<string, string>> = {
  '8021q': '802.1Q',
  '8021ad': '802.1ad',
  'ppp-ses': 'ppp_ses',
  'mpls-uc': 'mpls_uc',
}

makeFilterRef()

describe('a filter', () => {
  it.for(filterSamples)('is what tc shows, and can be added again as it was read: $name', async (sample, context) => {
    const { spec, lacks, tc, says = [] } = sample
    await using rt = await open()
    const made = await orSkip(context, lacks, () => rt.filter.addAndGet({ dev, parent, priority: 5, ...spec }))
    expect(shownFilter()).toMatchObject({
      kind: spec.options?.kind,
      pref: 5,
      chain: 0,
      protocol: protocols[String(spec.protocol)] ?? spec.protocol,
      options: tc,
    })
    const words = run(`tc filter show dev ${dev} ingress`)
    for (const word of says) expect(words).toContain(word)

    const read = (await rt.filter.list({ dev, parent, priority: 5 })).at(-1)
    expect(read).toMatchObject({ parent: 0xffff_fff2, priority: 5, protocol: spec.protocol, kind: spec.options?.kind })
    expect(still(read)).toEqual(still(made))
    if (read === undefined) return
    // cls_cgroup_get finds nothing.
    if (read.kind === 'cgroup') await expect(rt.filter.get(read)).rejects.toMatchObject({ code: 'ENOENT' })
    else expect(still(await rt.filter.get(read))).toEqual(still(made))

    await rt.filter.delete(read)
    expect(await rt.filter.list({ dev, parent })).toEqual([])
    await rt.filter.add(read)
    expect(still((await rt.filter.list({ dev, parent })).at(-1))).toEqual(still(read))
    expect(shownFilter()).toMatchObject({ options: tc })
  })
})
