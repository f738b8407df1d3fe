import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryScenario, checkScenario, type RequestScenario, type Scenario } from '../../src/testing.js'

test.each(['async', 'blocking', 'monitor'])(
  'what happens to a conversation leaves nothing of it behind: %s',
  async client => {
    const scenario = arbitraryScenario(fc).filter(one => one.client === client)
    await fc.assert(fc.asyncProperty(scenario, checkScenario), { numRuns: 600 })
  },
)

/** A scenario whose one request gets an answer; an outcome that is not its own must not pass. */
const asks = (client: RequestScenario['client'], how: 'ok' | 'error' | 'malformed'): Scenario => ({
  client,
  warnings: false,
  readSize: 65_536,
  steps: [
    { do: 'get', number: 1, answers: [{ how, noise: ['spoofed', 'event', 'stale'], held: false, merged: false }] },
  ],
})

test.each(['async', 'blocking'] as const)('scenarios of the %s client hold', async client => {
  for (const how of ['ok', 'error', 'malformed'] as const)
    await expect(checkScenario(asks(client, how))).resolves.toBeUndefined()
})
