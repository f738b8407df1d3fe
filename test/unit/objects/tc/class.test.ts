// What requests about classes say.
import { describe, expect, it } from 'vitest'
import { type ClassSpec, decodeMessage, NetlinkError, request } from '../../../../src/codec.js'

const { class: classes } = request
const ref = { dev: 1, parent: '1:', handle: '1:10' }
const attrsOf = (spec: ClassSpec): unknown => decodeMessage(classes.add(spec).bytes).attrs

describe('a class that is made', () => {
  it.each(['drr', 'qfq', 'ets'] as const)('has the empty options that %s asks for', kind => {
    expect(attrsOf({ ...ref, kind })).toEqual({ kind, options: { kind } })
    expect(attrsOf({ ...ref, options: { kind } })).toEqual({ kind, options: { kind } })
  })

  it('has the options of its kind, and of a kind that no table knows none', () => {
    expect(attrsOf({ ...ref, options: { kind: 'hfsc', fsc: { m2: 5 } } })).toMatchObject({
      options: { fsc: { m2: 5 } },
    })
    expect(attrsOf({ ...ref, kind: 'nothing' })).toEqual({ kind: 'nothing' })
  })

  it.each([
    ['add', classes.add],
    ['add', classes.addEcho],
    ['replace', classes.replace],
    ['replace', classes.replaceEcho],
  ])('by %s has a handle (%#)', (verb, make) => {
    for (const handle of [undefined, 0])
      try {
        make({ dev: 1, parent: '1:', handle, kind: 'drr' })
        expect.fail('was not refused')
      } catch (error) {
        expect(NetlinkError.is(error) && [error.code, error.fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', 'handle'])
        expect(String(error)).toContain(`class ${verb}`)
      }
  })
})

it.each([
  [undefined, 0],
  ['1:', 0x10000],
  ['1:1', 0x10001],
  ['root', 0],
])('a list of classes below %s asks the kernel for %i', (parent, requested) => {
  expect(decodeMessage(classes.dump({ dev: 1, parent }).bytes)).toMatchObject({ header: { parent: requested } })
})
