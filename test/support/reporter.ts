// Prints, after vitest's own report, every skipped test with its reason, every repeated one, then every failed one with what
// it says, and the line `N passed, N failed, N skipped`.
// Where RTNETLINK_RECORDS names a file, writes what the tests recorded (record.ts) there, one JSON line for each kernel's run.
import { appendFileSync } from 'node:fs'
import { release } from 'node:os'
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'
import type { Entry, Run, Skipped } from './record.js'

/** Counts tests, so that a skipped one is never taken for a passed one; one that gives no reason has failed. */
export default class SummaryReporter implements Reporter {
  #filtered = false

  onInit(vitest: Vitest): void {
    // `-t PATTERN` skips without a reason; what was not asked for is not counted.
    this.#filtered = vitest.config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const notes: string[] = []
    const failures: string[] = []
    const entries: Entry[] = []
    const lacking: Skipped[] = []
    for (const module of modules) {
      const name = module.relativeModuleId
      for (const test of module.children.allTests()) {
        const result = test.result()
        count[result.state]++
        const repeats = test.diagnostic()?.retryCount ?? 0
        const title = `${name} > ${test.fullName}`
        if (repeats > 0)
          notes.push(`repeated ${repeats} times: ${title}: ${result.state}: ${messagesOf(result.errors)}`)
        if (result.state === 'failed') failures.push(`failed: ${title}: ${messagesOf(result.errors)}`)
        for (const entry of test.meta().records ?? [])
          entries.push(result.state === 'failed' ? { ...entry, steps: [...entry.steps, 'failed'] } : entry)
        if (result.state === 'skipped') {
          if (result.note !== undefined) {
            notes.push(`skipped: ${title}: ${result.note}`)
            lacking.push({ file: name, test: test.fullName })
          } else {
            count.skipped--
            if (!this.#filtered)
              failures.push(`not run: ${title}: ${hookFailed(test) ? 'a hook failed' : 'no reason given'}`)
          }
        } else if (result.state === 'pending') failures.push(`unfinished: ${title}`)
      }
      // What fails outside a test: a file that does not load, a hook, after which vitest calls the tests skipped.
      for (const part of [module, ...module.children.allSuites()]) {
        for (const error of part.errors()) failures.push(`failed: ${titleOf(part)}: ${error.message}`)
      }
    }
    for (const error of unhandledErrors) failures.push(`failed outside all tests: ${messageOf(error)}`)
    if (failures.length > 0) process.exitCode = 1
    const { RTNETLINK_RECORDS: file, RIK_ENGINE: engine = 'running' } = process.env
    if (file !== undefined) {
      const run: Run = { engine, release: release(), ...count, failed: failures.length, entries, lacking }
      appendFileSync(file, `${JSON.stringify(run)}\n`)
    }
    const lines = [...notes, ...failures]
    lines.push(`${count.passed} passed, ${failures.length} failed, ${count.skipped} skipped`)
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}

/** Tells whether something around a test failed, after which vitest calls it skipped. */
function hookFailed(test: TestCase): boolean {
  let part: TestSuite | TestModule = test.parent
  while (part.errors().length === 0) {
    if (part.type === 'module') return false
    part = part.parent
  }
  return true
}

function titleOf(part: TestModule | TestSuite): string {
  return part.type === 'module' ? part.relativeModuleId : `${part.module.relativeModuleId} > ${part.fullName}`
}

/** What a test's errors say, on one line of at most 600 characters. */
function messagesOf(errors: readonly { readonly message: string }[] | undefined): string {
  return (errors ?? []).map(({ message }) => message.replaceAll(/\s+/gu, ' ').slice(0, 600)).join(' | ')
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}
