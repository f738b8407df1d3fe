// An outside decoder for actions that the running kernel lacks: `tc -d monitor file` prints what our builders write as what
// iproute2 writes for the same words.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { request } from '../../../../src/codec.js'
import { openSync } from '../../../../src/index.js'
import { littleEndian as le } from '../../../../src/wire/endian.js'
import { viewOf } from '../../../../src/wire/nlmsghdr.js'
import { run } from '../../../support/iproute2/iproute.js'
import { asKernelSends } from '../../../support/kernel-flags.js'
import { actionSamples } from '../../../support/samples/actions.js'
import { riskySamples } from '../../../support/samples/actions-headers.js'
import { fromHex, requestVectors } from '../../../support/vector-bytes.js'

/** NLMSG_TSTAMP: rtmon leads with seconds and microseconds. */
const TIMESTAMP = 15

const vectors = new Map((requestVectors().get('tc-action') ?? []).map(vector => [vector.command, vector]))
const links: Readonly<Record<string, number>> = { v0: 10, v1: 11, ifb0: 13 }

beforeAll(() => {
  using rt = openSync()
  for (const [name, index] of Object.entries(links)) rt.link.add({ name, index, info: { kind: 'ifb' } })
})

/** Lets `tc` print a message as if it were an event. */
function printed(message: Uint8Array): string {
  const stamp = new Uint8Array(24)
  viewOf(stamp).setUint32(0, stamp.length, le)
  viewOf(stamp).setUint16(4, TIMESTAMP, le)
  const directory = mkdtempSync(join(tmpdir(), 'rtmon-'))
  try {
    const file = join(directory, 'events')
    writeFileSync(file, Buffer.concat([stamp, asKernelSends(message)]))
    return run(`tc -d monitor file ${file}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('tc prints ours as its own', () => {
  it.each([...actionSamples, ...riskySamples])('%s', (words, spec) => {
    const theirs = vectors.get(`tc actions add action ${words}`)
    if (theirs === undefined) throw new Error('no such command in requests/tc-action.json')
    const { bytes, fixUps } = request.action.add(spec)
    for (const fixUp of fixUps)
      viewOf(bytes).setUint32(fixUp.offset, fixUp.kind === 'link' ? (links[fixUp.name] ?? 0) : 0, le)
    const text = printed(bytes)
    expect(text).toBe(printed(fromHex(theirs.hex)))
    expect(text).toContain('action order 1:')
  })
})
