import { expect, test } from 'vitest'
import { openSync } from '../../../src/index.js'
import { ScriptedTransport } from '../../../src/testing.js'
import { thrown } from '../../support/vector-build.js'

const GET = { type: 18, payload: new Uint8Array(16) }

test('a script refuses with any errno, also with those that have no name', () => {
  for (const [code, errno] of [
    ['ENOTSUPP', -524],
    ['E999', -999],
  ] as const) {
    const transport = new ScriptedTransport().on(18, request => request.error(code))
    using rt = openSync({ transport })
    expect(thrown(() => rt.raw.request(GET))).toMatchObject({ code, errno })
  }
})

test('a script that says what is no errno fails, and acknowledges nothing', () => {
  const transport = new ScriptedTransport().on(18, request => request.error('EBUZY'))
  using rt = openSync({ transport })
  expect(thrown(() => rt.raw.request(GET))).toBeInstanceOf(TypeError)
  expect(thrown(() => transport.failSend('toString'))).toBeInstanceOf(TypeError)
})
