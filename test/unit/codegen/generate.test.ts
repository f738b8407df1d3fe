import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateFiles } from '../../../codegen/generate.js'
import type { Attribute, Model } from '../../../codegen/model.js'
import { Encoder } from '../../../src/codec/encode.js'

// What traffic control needs of the generator and the link families do not use: a struct alone, a struct in front of
// attributes, and no content at all, picked by a kind that may come later.
const attribute = (id: number, name: string, type: Attribute['type'], more: Partial<Attribute> = {}): Attribute => ({
  id,
  cName: `TEST_${name.toUpperCase()}`,
  name,
  type,
  dir: 'both',
  ...more,
})
const model: Model = {
  family: 'sample',
  provenance: { kernel: '7.3', inputs: {} },
  messages: [{ id: 36, cName: 'RTM_NEWSAMPLE', name: 'newsample', header: 'msg', set: 'attrs' }],
  groups: [],
  sets: {
    attrs: {
      typeName: 'SampleAttrs',
      attrs: [attribute(1, 'kind', 'string'), attribute(2, 'options', 'sub', { ref: 'options' })],
    },
    delay: { typeName: 'DelayAttrs', attrs: [attribute(1, 'rate', 'u64')] },
  },
  structs: {
    msg: {
      cName: 'sample_msg',
      typeName: 'SampleMsg',
      size: 4,
      min: 4,
      members: [{ name: 'family', cName: 'family', offset: 0, type: 'u8' }],
    },
    limit: {
      cName: 'limit_opt',
      typeName: 'LimitOpt',
      size: 4,
      min: 4,
      members: [{ name: 'limit', cName: 'limit', offset: 0, type: 'u32' }],
    },
  },
  enums: {},
  subs: {
    options: {
      typeName: 'SampleOptions',
      selector: { attr: 'kind' },
      formats: [
        { value: 'plain', name: 'plain', header: 'limit' },
        { value: 'delay', name: 'delay', header: 'limit', set: 'delay' },
        { value: 'empty', name: 'empty' },
      ],
    },
  },
}

async function compiled() {
  const out = new URL('../../../build/generated-sample/', import.meta.url)
  mkdirSync(out, { recursive: true })
  for (const [name, text] of generateFiles([model], [])) {
    writeFileSync(new URL(name, out), text.replaceAll("'../", "'../../src/"))
  }
  const at = (name: string) => import(/* @vite-ignore */ new URL(`${name}?${Date.now()}`, out).href)
  return { ...(await at('sample.decode.gen.ts')), ...(await at('sample.tables.gen.ts')) }
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], byte => Number.parseInt(byte, 16))

describe('the generator', () => {
  it('says structs alone, structs before attributes, and nothing', async () => {
    const { decodeSampleAttrs, sampleAttrs } = await compiled()
    const decode = (hex: string): object => {
      const data = bytes(hex)
      return decodeSampleAttrs({}, data, new DataView(data.buffer), 0, data.length, undefined)
    }
    const encode = (value: object): string => {
      const encoder = new Encoder(false)
      encoder.set(sampleAttrs, value)
      return Buffer.from(encoder.writer.finish()).toString('hex')
    }
    const kind = {
      plain: '0a000100706c61696e000000',
      delay: '0a00010064656c6179000000',
      empty: '0a000100656d707479000000',
    }
    const plain = { kind: 'plain', options: { kind: 'plain', limit: 7 } }
    const delay = { kind: 'delay', options: { kind: 'delay', limit: 7, rate: 5n } }
    // OPTIONS first: the kind that picks its format comes later.
    expect(decode(`0800020007000000${kind.plain}`)).toEqual(plain)
    expect(decode(`${kind.plain}0c0002000700000009000000`)).toEqual({
      kind: 'plain',
      options: { ...plain.options, $tail: bytes('09000000') },
    })
    expect(decode(`${kind.delay}14000200070000000c0001000500000000000000`)).toEqual(delay)
    expect(decode(`${kind.empty}04000200`)).toEqual({ kind: 'empty', options: { kind: 'empty' } })
    expect(decode(`${kind.delay}06000200070000`)).toEqual({
      kind: 'delay',
      options: { kind: 'other', name: 'delay', data: bytes('0700') },
    })
    expect(encode(plain)).toBe(`${kind.plain}0800028007000000`)
    expect(encode(delay)).toBe(`${kind.delay}14000280070000000c0001000500000000000000`)
  })

  it('is deterministic', () => {
    expect([...generateFiles([model], [])]).toEqual([...generateFiles([structuredClone(model)], [])])
  })
})
