/** Whole processes: from the start of Node to the first list of links. */
import type { Case } from '../case.js'

const node = [process.execPath, '--input-type=module', '-e'] as const

const script = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')

/** What each process of a case runs, by workload. */
export const programs: Readonly<Record<string, readonly string[]>> = {
  node: [...node, '0'],
  'import-nothing': [...node, "await import('./build/bench/nothing.js')"],
  'import-codec': [...node, "await import('rtnetlink/codec')"],
  import: [...node, "await import('rtnetlink')"],
  'list-links': [
    ...node,
    script("const { openSync } = await import('rtnetlink'); const rt = openSync(); rt.link.list(); rt.close()"),
  ],
}

export const cases: readonly Case[] = [
  {
    name: 'start a process',
    unit: 'process',
    kind: 'process',
    work: 'node',
    size: 1,
    smokeSize: 1,
    rounds: 25,
    ours: [
      { name: 'import of an empty file', work: 'import-nothing' },
      { name: "import 'rtnetlink/codec'", work: 'import-codec', target: 10 },
      { name: "import 'rtnetlink'", work: 'import', target: 40 },
      { name: 'first list of links', work: 'list-links', target: 40 },
    ],
  },
]
