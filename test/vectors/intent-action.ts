import { type Request, request } from '../../src/codec.js'
import { actionSamples } from '../support/samples/actions.js'
import { riskySamples } from '../support/samples/actions-headers.js'

/** Commands of commands/tc-action.txt, and the same said to the builders. */
const { action } = request
const gact = (control: 'ok' | 'shot' | 'pipe', index: number) =>
  ({ index, options: { kind: 'gact', parms: { action: control } } }) as const

export const actionIntents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  ...[...actionSamples, ...riskySamples].map(
    ([words, spec]) => [`tc actions add action ${words}`, action.add(spec)] as const,
  ),
  [
    'tc actions add action skbedit priority 1:2 pipe action mirred egress mirror dev v1 pipe action drop',
    action.add([
      { options: { kind: 'skbedit', priority: 0x10002 } },
      { options: { kind: 'mirred', parms: { eaction: 'egress-mirror', ifindex: 'v1' } } },
      { options: { kind: 'gact', parms: { action: 'shot' } } },
    ]),
  ],
  ['tc actions change action gact drop index 1', action.set(gact('shot', 1))],
  ['tc actions replace action gact pipe index 1', action.replace(gact('pipe', 1))],
  ['tc actions get action gact index 5', action.get({ kind: 'gact', index: 5 })],
  ['tc actions delete action mirred index 9', action.delete({ kind: 'mirred', index: 9 })],
  [
    'tc actions delete action gact index 1 action gact index 2',
    action.delete([
      { kind: 'gact', index: 1 },
      { kind: 'gact', index: 2 },
    ]),
  ],
  ['tc actions flush action gact', action.flush({ kind: 'gact' })],
  ['tc actions list action gact', action.dump({ kind: 'gact' })],
  ['tc -br actions ls action gact', action.dump({ kind: 'gact', terse: true })],
  ['tc actions list action gact since 1500', action.dump({ kind: 'gact', sinceMs: 1500 })],
]
