import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateFiles } from '../../../codegen/emit/generate.js'
import type { Attribute, Model } from '../../../codegen/model.js'
import { Encoder } from '../../../src/codec/encode.js'
import { Trace } from '../../../src/codec/trace.js'

// What traffic control needs of the generator and the link families do not use: a struct alone, a struct in front of
// attributes, and no content at all, picked by a kind that may come later or stand in the set around.
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
      attrs: [
        attribute(1, 'kind', 'string'),
        attribute(2, 'options', 'sub', { ref: 'options' }),
        attribute(3, 'stats', 'nest', { ref: 'stats' }),
        attribute(4, 'list', 'indexed', { elem: { type: 'nest', ref: 'delay', first: 1 } }),
        attribute(5, 'many', 'nest', { ref: 'delay', multi: true, repeat: true }),
        attribute(6, 'bare', 'nest', { ref: 'delay', empty: true }),
      ],
    },
    stats: { typeName: 'StatsAttrs', attrs: [attribute(4, 'app', 'sub', { ref: 'options', outer: true })] },
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
    odd: {
      cName: 'odd_opt',
      typeName: 'OddOpt',
      size: 6,
      min: 2,
      members: [
        { name: 'low', cName: 'low', offset: 0, type: 'u16' },
        { name: 'high', cName: 'high', offset: 2, type: 'u32' },
      ],
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
        { value: 'odd', name: 'odd', header: 'odd' },
        { value: 'oddly', name: 'oddly', header: 'odd', set: 'delay' },
      ],
    },
  },
}

async function compiled() {
  const out = new URL('../../../build/generated-sample/', import.meta.url)
  mkdirSync(out, { recursive: true })
  for (const [name, text] of generateFiles([model], [], new Map())) {
    const file = new URL(name, out)
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, text.replaceAll("'../../", "'../../../src/"))
  }
  const at = (name: string) => import(/* @vite-ignore */ new URL(`${name}?${Date.now()}`, out).href)
  return { ...(await at('sample/decode.gen.ts')), ...(await at('sample/tables.gen.ts')) }
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], byte => Number.parseInt(byte, 16))

const kind = {
  plain: '0a000100706c61696e000000',
  delay: '0a00010064656c6179000000',
  empty: '0a000100656d707479000000',
  odd: '080001006f646400',
  oddly: '0a0001006f64646c79000000',
}

describe('the generator', async () => {
  const { decodeSampleAttrs, sampleAttrs } = await compiled()
  const decode = (hex: string, trace?: Trace): object => {
    const data = bytes(hex)
    return decodeSampleAttrs({}, data, new DataView(data.buffer), 0, data.length, trace)
  }
  const encode = (value: object): string => {
    const encoder = new Encoder(false)
    encoder.set(sampleAttrs, value)
    return Buffer.from(encoder.writer.finish()).toString('hex')
  }

  it('says structs alone, structs before attributes, and nothing', () => {
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
    expect(encode(plain)).toBe(`${kind.plain}0800020007000000`)
    expect(encode(delay)).toBe(`${kind.delay}14000200070000000c0001000500000000000000`)
  })

  it('takes the kind from the set around, wherever it stands there', () => {
    const app = '0c0003000800040007000000'
    const stats = { app: { kind: 'plain', limit: 7 } }
    expect(decode(`${kind.plain}${app}`)).toEqual({ kind: 'plain', stats })
    expect(decode(`${app}${kind.plain}`)).toEqual({ kind: 'plain', stats })
    const raw = { type: 4, nested: false, netByteOrder: false, data: bytes('07000000') }
    expect(decode(app)).toEqual({ stats: { $unknown: [raw] } })
    expect(encode({ kind: 'plain', stats })).toBe(`${kind.plain}0c0003800800040007000000`)
  })

  it('aligns attributes behind a struct, and takes structs that are shorter or longer than ours', () => {
    const message = (hex: string): string => encode(decode(hex, new Trace()))
    const short = `${kind.odd}0600020007000000`
    expect(decode(short)).toEqual({ kind: 'odd', options: { kind: 'odd', low: 7 } })
    expect(message(short)).toBe(short)
    const long = `${kind.odd}0c0002000700080000000900`
    expect(decode(long)).toEqual({ kind: 'odd', options: { kind: 'odd', low: 7, high: 8, $tail: bytes('0900') } })
    expect(message(long)).toBe(long)
    const behind = `${kind.oddly}1800020007000800000000000c0001000500000000000000`
    expect(decode(behind)).toEqual({ kind: 'oddly', options: { kind: 'oddly', low: 7, high: 8, rate: 5n } })
    expect(message(behind)).toBe(behind)
    expect(encode({ options: { kind: 'oddly', low: 7, high: 8, rate: 5n } })).toBe(behind)
    const padded = `${kind.oddly}0c0002000700080000000000`
    expect(message(padded)).toBe(padded)
    const bare = `${kind.oddly}0a0002000700080000000000`
    expect(message(bare)).toBe(bare)
  })

  it('numbers the elements of an indexed nest from its first', () => {
    expect(encode({ list: [{ rate: 5n }, {}] })).toBe('18000480' + '100001800c0001000500000000000000' + '04000280')
  })

  it('is deterministic', () => {
    expect([...generateFiles([model], [], new Map())]).toEqual([
      ...generateFiles([structuredClone(model)], [], new Map()),
    ])
  })

  it('takes several values out of one nest, and puts them into one again', () => {
    const rate = (value: string) => `0c000100${value}00000000000000`
    const one = `1c000500${rate('01')}${rate('02')}`
    const data = decode(`${one}10000500${rate('03')}`, new Trace())
    expect(data).toEqual({ many: [{ rate: 1n }, { rate: 2n }, { rate: 3n }] })
    expect(encode(data)).toBe(`${one}10000500${rate('03')}`)
    // Values that were never in one nest get one each.
    expect(encode({ many: [{ rate: 1n }, { rate: 2n }] })).toBe(`10000580${rate('01')}10000580${rate('02')}`)
    expect(decode('04000500')).toEqual({ many: [{}] })
  })

  it('keeps an empty nest in a request where the kernel asks for it', () => {
    const encoder = new Encoder(true)
    encoder.set(sampleAttrs, { bare: {}, stats: {} })
    expect(Buffer.from(encoder.writer.finish()).toString('hex')).toBe('04000680')
  })
})
