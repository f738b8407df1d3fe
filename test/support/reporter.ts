// Prints, after vitest's own report, every skipped test with its reason, and the line `N passed, N failed, N skipped`.
import type { Reporter, TestModule } from 'vitest/node'

/** Counts tests, so that a skipped one is never taken for a passed one. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const lines: string[] = []
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        const result = test.result()
        tests++
        count[result.state]++
        if (result.state !== 'skipped') continue
        lines.push(`skipped: ${module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'no reason given'}`)
      }
      // A file that does not even load has no tests to count.
      if (tests === 0 && module.state() === 'failed') count.failed++
    }
    const unfinished = count.pending === 0 ? '' : `, ${count.pending} unfinished`
    lines.push(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped${unfinished}`)
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}
