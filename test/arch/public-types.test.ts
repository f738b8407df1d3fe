// What a public signature names can be imported: nobody could declare a variable, or write a Transport, otherwise.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Declarations } from './declarations.js'
import { root } from './sources.js'

/** What clients and requests are made up of, and bases of what is exported: nobody has to name them. */
const inner = [
  'io/client-options.ts: ClientOptions',
  'io/client-types.ts: BlockingClientOf',
  'io/client-types.ts: ClientOf',
  'io/client-types.ts: CoreCalls',
  'objects/on-link.ts: OnLink',
  'objects/tc/action/requests.ts: OneOrMore',
  'objects/tc/filter/requests.ts: FilterRoot',
  'request/operation.ts: Blocking',
  'request/operation.ts: Fn',
  'rtnetlink/requests.ts: Requests',
  'testing/scripted/scripted-socket.ts: ScriptedHost',
  'watch/watched.ts: Watched',
]

function built(): Map<string, string> {
  const names = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
  const declared = names.filter(name => name.endsWith('.d.ts'))
  return new Map(
    declared.map(name => [name.replace(/\.d\.ts$/, '.ts'), readFileSync(join(root, 'dist', name), 'utf8')]),
  )
}

describe('the types that public signatures name', () => {
  it('are exported by an entry', () => {
    const files = built()
    const entries = [...files.keys()].filter(path => !path.includes('/'))
    expect(entries.length).toBe(6)
    const found = new Declarations(files).unexported(entries, () => false)
    expect([...found].filter(([name]) => !inner.includes(name)).map(([name, by]) => `${name}, of ${by}`)).toEqual([])
    expect(inner.filter(name => !found.has(name))).toEqual([])
  })

  it('are found in every form of declaration', () => {
    const declarations = new Declarations(
      new Map([
        ['index.ts', "export { f, type C, Open } from './a.js';\nexport type * from './b.js';\n"],
        [
          'a.ts',
          `import { type D as E, calls } from './d.js';
import * as whole from './whole.js';
import * as other from 'elsewhere';
import type { Hidden } from './d.js';
/** Hidden is only spoken of. */
export declare function f(of: Own, b: import("./d.js").Inline): void;
export declare class C {
    #private;
    private readonly secret: Hidden;
    constructor(x: Hidden);
    readonly kind: 'Hidden';
}
export declare class Open {
    constructor(x: Given);
}
export type Given = 'x';
type Own = E[] & typeof calls & typeof whole & typeof other;
`,
        ],
        [
          'whole.ts',
          'export type Inner = 1;\nexport declare const taken: Inner;\nexport type Left = 2;\nexport declare const left: Left;\n',
        ],
        ['b.ts', "import type { Base } from './d.js';\nexport interface B extends Base {\n    b: B;\n}\n"],
        [
          'd.ts',
          `export interface D {
    f: () => Deep;
}
export declare const calls: {
    readonly call: (x: Behind) => void;
};
export type Deep = 1;
export type Behind = 2;
export type Inline = 3;
export type Hidden = 4;
export interface Base {
}
`,
        ],
      ]),
    )
    expect(declarations.exports('index.ts').map(({ name }) => name)).toEqual(['f', 'C', 'Open', 'B'])
    const names = [...declarations.unexported(['index.ts'], name => name === 'taken').keys()].map(
      id => id.split(': ')[1],
    )
    expect(names.sort()).toEqual(['Base', 'Behind', 'D', 'Deep', 'Given', 'Inline', 'Inner'])
  })

  it('have one meaning in an entry: what it exports by name hides what it exports by `*`', () => {
    const files = built()
    const declarations = new Declarations(files)
    for (const entry of [...files.keys()].filter(path => !path.includes('/'))) {
      const names = declarations.exports(entry).map(({ name }) => name)
      expect(
        names.filter((name, index) => names.indexOf(name) < index),
        entry,
      ).toEqual([])
    }
  })
})
