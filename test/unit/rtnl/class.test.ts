// What requests about classes say.
import { describe, expect, it } from 'vitest'
import { type ClassSpec, decodeMessage, request } from '../../../src/codec.js'

const { class: classes } = request
const place = { dev: 1, parent: '1:', handle: '1:10' }
const attrsOf = (spec: ClassSpec): unknown => decodeMessage(classes.add(spec).bytes).attrs

describe('a class that is made', () => {
  it.each(['drr', 'qfq', 'ets'] as const)('has the empty options that %s asks for', kind => {
    expect(attrsOf({ ...place, kind })).toEqual({ kind, options: { kind } })
    expect(attrsOf({ ...place, options: { kind } })).toEqual({ kind, options: { kind } })
  })

  it('has the options of its kind, and of a kind that no table knows none', () => {
    expect(attrsOf({ ...place, options: { kind: 'hfsc', fsc: { m2: 5 } } })).toMatchObject({
      options: { fsc: { m2: 5 } },
    })
    expect(attrsOf({ ...place, kind: 'nothing' })).toEqual({ kind: 'nothing' })
  })
})
