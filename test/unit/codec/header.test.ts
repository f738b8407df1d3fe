import { expect, test } from 'vitest'
import { Encoder } from '../../../src/codec/encode.js'
import type { Member, StructTable } from '../../../src/codec/table.js'
import { messageModules } from '../../../src/generated/registry.gen.js'
import { rtnetlink } from '../../../src/objects/protocol.js'
import { NLM_F_REQUEST } from '../../../src/wire/nlmsghdr.js'
import { toHex } from '../../support/vector-bytes.js'

const headers = new Set(
  [...messageModules.keys()].map(type => (rtnetlink.codecOf(type, NLM_F_REQUEST) as { header: StructTable }).header),
)

function outcome(write: (encoder: Encoder) => void): string {
  const encoder = new Encoder(true)
  try {
    write(encoder)
    return `${toHex(encoder.writer.finish())} ${JSON.stringify(encoder.links)}`
  } catch (error) {
    return String(error)
  }
}

const hostile = [
  0,
  1,
  -1,
  0x7f,
  0x80,
  0xff,
  0x100,
  0xffff,
  0x10000,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  -(2 ** 31),
  -(2 ** 31) - 1,
  1.5,
  -0,
  Number.NaN,
  true,
  false,
  null,
  undefined,
  'eth0',
  'toString',
  '',
  [],
  ['x'],
  {},
  5n,
  new Uint8Array(2),
]

function valuesOf(member: Member): unknown[] {
  const names = Object.keys(member.enum?.names ?? {})
  return [
    ...hostile,
    ...names,
    names.slice(0, 2),
    ...(member.length === undefined ? [] : [[1, 2], new Uint8Array(member.length)]),
  ]
}

test.each([...headers].map(header => [header.name, header] as const))(
  '%s is written by its function as by its table',
  (_, header) => {
    expect(header.write).toBeTypeOf('function')
    for (const member of header.members) {
      for (const value of valuesOf(member)) {
        // The member behind shows what was written halfway.
        const dict = { [member.name]: value, [header.members.at(-1)?.name ?? '']: value }
        expect(outcome(encoder => encoder.header(header, dict))).toBe(outcome(encoder => encoder.struct(header, dict)))
      }
    }
    const full = Object.fromEntries(
      header.members.map(({ name, offset, length }) => [name, length === undefined ? offset + 1 : undefined]),
    )
    expect(outcome(encoder => encoder.header(header, full))).toBe(outcome(encoder => encoder.struct(header, full)))
  },
)
