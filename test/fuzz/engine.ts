import fc from 'fast-check'
import { arbitraryScenario, checkScenario, commented } from 'rtnetlink/testing'
import { textOf } from './error-text.js'
import type { Part } from './target.js'

const SCENARIOS = 400
/** Milliseconds that a round may take, making a finding simpler included. */
const LONGEST = 60_000

/** Lets clients and monitors talk with a scripted kernel. */
export function enginePart(): Part {
  return {
    name: 'engine',
    async round(seed) {
      const property = fc.asyncProperty(arbitraryScenario(fc), checkScenario)
      const result = await fc.check(property, { numRuns: SCENARIOS, seed, interruptAfterTimeLimit: LONGEST })
      const scenario = result.counterexample?.[0]
      if (scenario === undefined) return { runs: result.numRuns, finding: undefined }
      const { message, stack } = textOf(result.errorInstance)
      const text = commented(message, JSON.stringify(scenario, null, 1))
      return { runs: result.numRuns, finding: { extension: 'json', text, error: stack } }
    },
  }
}
