// A place for filters: a link with a clsact qdisc, and what tc says of the filters there.
import { afterEach, beforeEach, type TestContext } from 'vitest'
import { type Filter, NetlinkError, openSync } from '../../../src/index.js'
import { tcShow } from '../iproute2/iproute.js'
import { lacking } from '../probe.js'

/** The link that filters hang at. */
export const dev = 'q0'

/** Makes the link before every test of a file, and deletes it behind. */
export function makeFilterRef(): void {
  beforeEach(() => {
    using rt = openSync()
    rt.link.add({ name: dev, up: true, info: { kind: 'ifb' } })
    rt.qdisc.add({ dev, kind: 'clsact' })
  })
  afterEach(() => {
    using rt = openSync()
    rt.link.delete(dev)
  })
}

/** What a kernel says that was built without a classifier or an action. */
const absent = /TC classifier not found|Failed to load TC action module/

/** Runs a call; skips the test where the kernel lacks a classifier, an action, or what `lacks` says in the kernel's words. */
export async function orSkip<T>(context: TestContext, lacks: RegExp | undefined, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    const text = NetlinkError.is(error) ? `${error.code} ${error.extAck?.message ?? ''}` : ''
    if (absent.test(text)) lacking(context, `the kernel: ${text}`, true)
    if (lacks?.test(text)) lacking(context, `the kernel: ${text}`, false)
    throw error
  }
}

/** The last filter that tc shows: u32 shows its hash tables first. */
export function shownFilter(place = `dev ${dev} ingress`): Record<string, unknown> {
  return tcShow(`filter show ${place}`).findLast(row => 'options' in row) ?? {}
}

/** A filter without what changes by itself: statistics, times, and counts of references that go late. */
export function still(filter: Filter | undefined): unknown {
  return JSON.parse(
    JSON.stringify(filter ?? null, (key, value: unknown) => {
      if (['stats', 'stats2', 'tm', 'pcnt', 'refcnt', 'bindcnt'].includes(key)) return undefined
      if (value instanceof Uint8Array) return [...value]
      return typeof value === 'bigint' ? `${value}n` : value
    }),
  )
}
