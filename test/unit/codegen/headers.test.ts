/** The header reader on small headers, without a compiler. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Headers, readHeaders } from '../../../codegen/headers/headers.js'

const directories: string[] = []

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-headers-'))
  directories.push(directory)
  return directory
}

/** Reads headers given as text; the first is asked for. */
function read(files: { readonly [name: string]: string } | string): Headers {
  const directory = folder()
  const all = typeof files === 'string' ? { 'linux/a.h': files } : files
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  return readHeaders(directory, Object.keys(all).slice(0, 1))
}

test.each([
  ['1 << 3', 8n],
  ['(1U << 31)', 0x8000_0000n],
  ['~0U', 0xffff_ffffn],
  ['(-1)', -1n],
  ['0x10 | 010', 24n],
  ['1 + 2 * 3', 7n],
  ['(7 & ~3) ^ 1', 5n],
  ['(__u32)-1', 0xffff_ffffn],
  ['(__u8)0x1ff', 0xffn],
  ["'A'", 65n],
  ['sizeof(__u64) * 2', 16n],
  ['1 ? 2 : 3', 2n],
  ['BIT(31)', 0x8000_0000n],
  ['0xFFFFFFFFFFFFFFFFULL', 0xffff_ffff_ffff_ffffn],
  ['_BITUL(2) | _BITULL(40)', 0x100_0000_0004n],
  ['5 / 0', undefined],
  ['"text"', undefined],
  ['unknown + 1', undefined],
])('evaluates %s', (expression, value) => {
  expect(read(`#define X ${expression}`).constant('X')).toBe(value)
})

test('a folder without any of the headers is none of a kernel', () => {
  expect(() => readHeaders(folder(), ['linux/a.h', 'linux/b.h'])).toThrow(
    'has no linux/a.h, nor any other header of a kernel',
  )
})

test('casts to a type that the header names', () => {
  expect(read('typedef unsigned short vifi_t;\n#define ALL ((vifi_t)(-1))\n').constant('ALL')).toBe(0xffffn)
})

test('expands macros with parameters', () => {
  const headers = read('#define SHIFT 28\n#define ACT(local) ((local) << SHIFT)\n#define JUMP ACT(1)\n')
  expect(headers.constant('JUMP')).toBe(0x1000_0000n)
  expect(headers.names).toEqual(['SHIFT', 'JUMP'])
})

test('numbers enumerators and lets a macro of the same name stand in front', () => {
  const headers = read(`
    enum groups { A, /* one */ B, C = 10, D, E = C | 1, F = (1 << 4), __G, G_MAX = (__G - 1), };
    #define B B`)
  expect(['A', 'B', 'C', 'D', 'E', 'F', '__G', 'G_MAX'].map(name => headers.constant(name))).toEqual([
    0n,
    1n,
    10n,
    11n,
    11n,
    16n,
    17n,
    16n,
  ])
  expect(headers.enums.map(one => [one.tag, one.entries.length])).toEqual([['groups', 8]])
})

test('ends macros that name each other', () => {
  expect(read('#define A B\n#define B A\n').constant('A')).toBeUndefined()
})

test('decides conditionals', () => {
  const headers = read(`
    #ifndef GUARD
    #define GUARD
    #if __UAPI_DEF_THING && !defined(__KERNEL__)
    #define ONE 1
    #else
    #define ONE 2
    #endif
    #ifdef __KERNEL__
    #define TWO 1
    #elif defined(GUARD) && 3 > 2
    #define TWO 2
    #else
    #define TWO 3
    #endif
    #if 0
    #if 1
    #define THREE 3
    #endif
    #endif
    #endif`)
  expect([headers.constant('ONE'), headers.constant('TWO'), headers.constant('THREE')]).toEqual([1n, 2n, undefined])
})

test('follows includes that exist and knows where a name comes from', () => {
  const headers = read({
    'linux/a.h': '#include <linux/b.h>\n#include <asm/none.h>\n#define A (B + 1)\nstruct a { struct b inner; };',
    'linux/b.h': '#include <linux/a.h>\n#define B 4\nstruct b { __u32 x; };',
  })
  expect(headers.constant('A')).toBe(5n)
  expect(headers.origin('B')).toBe('linux/b.h')
  expect(headers.origin('a')).toBe('linux/a.h')
  expect(headers.files).toEqual(['linux/a.h', 'linux/b.h'])
})

/** Name, offset and count of each member. */
function layout(text: string, tag = 's'): { size: number | undefined; members: unknown[] } {
  const type = read(text).struct(tag)
  return {
    size: type?.size,
    members: (type?.members ?? []).map(({ name, offset, count }) =>
      count === undefined ? [name, offset] : [name, offset, count],
    ),
  }
}

test('aligns members and pads the end', () => {
  expect(layout('struct s { __u8 a; __be64 b; __u16 c, d; char e[3]; };')).toEqual({
    size: 24,
    members: [
      ['a', 0],
      ['b', 8],
      ['c', 16],
      ['d', 18],
      ['e', 20, 3],
    ],
  })
})

test('packs, and obeys alignment attributes', () => {
  expect(layout('struct s { __u8 a; __u32 b; } __attribute__((packed));').size).toBe(5)
  expect(layout('struct s { __u8 a; __u32 b __attribute__((aligned(16))); };')).toEqual({
    size: 32,
    members: [
      ['a', 0],
      ['b', 16],
    ],
  })
})

test('flattens unnamed structs and unions, keeps named ones', () => {
  expect(
    layout('struct s { __u8 a; union { __u32 b; struct { __u16 c; __u16 d; }; }; union { __u8 x; __u64 y; } e; };'),
  ).toEqual({
    size: 16,
    members: [
      ['a', 0],
      ['b', 4],
      ['c', 4],
      ['d', 6],
      ['e', 8],
    ],
  })
})

test('measures arrays by constants, and flexible ones as nothing', () => {
  expect(layout('#define N 6\nstruct s { unsigned char mac[N]; __u16 two[2][N / 2]; __u32 rest[]; };')).toEqual({
    size: 20,
    members: [
      ['mac', 0, 6],
      ['two', 6, 6],
      ['rest', 20, 0],
    ],
  })
  expect(read('#define ETH_ALEN 6\nstruct s { __u8 a[ETH_ALEN]; };').struct('s')?.members?.[0]?.countName).toBe(
    'ETH_ALEN',
  )
})

test('places bit-fields as gcc does on a little-endian machine', () => {
  const type = read('struct s { __u8 a:3, b:5; __u16 c:9, d:9; __u32 e; };').struct('s')
  expect(type?.members?.map(({ name, offset, bits }) => [name, offset, bits?.shift, bits?.width])).toEqual([
    ['a', 0, 0, 3],
    ['b', 0, 3, 5],
    ['c', 2, 0, 9],
    ['d', 4, 0, 9],
    ['e', 8, undefined, undefined],
  ])
})

test('understands the macros that headers build structs with', () => {
  const text = `
    #define common __u32 index; __u32 capab
    struct s {
      common;
      __struct_group(s_head, head, /* none */, __u8 a; __u16 b;);
      __DECLARE_FLEX_ARRAY(__u8, tail);
    };`
  expect(layout(text)).toEqual({
    size: 12,
    members: [
      ['index', 0],
      ['capab', 4],
      ['a', 8],
      ['b', 10],
      ['tail', 12, 0],
    ],
  })
  expect(layout(text, 's_head').size).toBe(4)
})

test('knows byte order and sign from the C type', () => {
  const members = read('struct s { __be16 a; __s32 b; char c[4]; unsigned long d; void *e; };').struct('s')?.members
  expect(members?.map(({ type }) => [type.scalar ?? type.kind, type.be, type.text])).toEqual([
    ['u16', true, undefined],
    ['s32', undefined, undefined],
    ['u8', undefined, true],
    ['u64', undefined, undefined],
    ['pointer', undefined, undefined],
  ])
})

test('says which structs it could not lay out, and reads on', () => {
  const headers = read('struct bad { some_type x; };\nstruct s { __u32 a; };')
  expect(headers.failures).toEqual([{ tag: 'bad', file: 'linux/a.h', reason: 'unknown type some_type' }])
  expect(headers.struct('s')?.size).toBe(4)
})
