// What the kernel tests did on the kernel that they ran on: one call in a test, `record('qdisc', 'htb', 'created', 'compared')`,
// puts a line into the table kind × kernel that `npm run test:kernels` prints. The reporter collects the lines
// (reporter.ts) and writes them to the file that RTNETLINK_RECORDS names.
import { TestRunner } from 'vitest'

/**
 * How far it came: made by us, read as it was written, compared with what iproute2 shows; or this kernel does not have it.
 * That the test failed the reporter adds by itself.
 */
export type Step = 'created' | 'read' | 'compared' | 'missing' | 'failed'

/** What is recorded of one test. */
export interface Entry {
  /** `link`, `qdisc`, `filter`, `action`, `encap`, … */
  readonly group: string
  /** The kernel's word: `vlan`, `htb`, `flower`, … */
  readonly kind: string
  readonly steps: readonly Step[]
}

/** A test that did not run, since the kernel lacks something. */
export interface Skipped {
  readonly file: string
  readonly test: string
}

/** What is recorded of one run of vitest. */
export interface Run {
  /** `running`, `uml` or `qemu`. */
  readonly engine: string
  readonly release: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly entries: readonly Entry[]
  readonly lacking: readonly Skipped[]
}

declare module 'vitest' {
  interface TaskMeta {
    records?: Entry[]
  }
}

/** Records what the running test has done with an object of a kind. Call it where it is done: what throws before is not recorded. */
export function record(group: string, kind: string, ...steps: readonly Step[]): void {
  const test = TestRunner.getCurrentTest()
  if (test === undefined) throw new Error('record() is called outside of a test')
  test.meta.records ??= []
  test.meta.records.push({ group, kind, steps })
}
