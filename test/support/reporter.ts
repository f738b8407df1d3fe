// Prints, after vitest's own report, every skipped test with its reason, and the line `N passed, N failed, N skipped`.
import type { Reporter, TestModule, TestSuite } from 'vitest/node'

/** Counts tests, so that a skipped one is never taken for a passed one. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const skips: string[] = []
    const failures: string[] = []
    for (const module of modules) {
      const name = module.relativeModuleId
      for (const test of module.children.allTests()) {
        const result = test.result()
        count[result.state]++
        if (result.state === 'skipped') {
          skips.push(`skipped: ${name} > ${test.fullName}: ${result.note ?? 'no reason given'}`)
        } else if (result.state === 'pending') failures.push(`unfinished: ${name} > ${test.fullName}`)
      }
      // What fails outside a test: a file that does not load, a hook, after which vitest calls the tests skipped.
      for (const part of [module, ...module.children.allSuites()]) {
        for (const error of part.errors()) failures.push(`failed: ${titleOf(part)}: ${error.message}`)
      }
    }
    for (const error of unhandledErrors) failures.push(`failed outside all tests: ${messageOf(error)}`)
    const lines = [...skips, ...failures]
    lines.push(`${count.passed} passed, ${count.failed + failures.length} failed, ${count.skipped} skipped`)
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}

function titleOf(part: TestModule | TestSuite): string {
  return part.type === 'module' ? part.relativeModuleId : `${part.module.relativeModuleId} > ${part.fullName}`
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}
