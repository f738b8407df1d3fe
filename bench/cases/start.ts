/** Whole processes: from the start of Node to the first list of links. */
import type { Case } from '../case.js'

const node = [process.execPath, '--input-type=module', '-e'] as const

const script = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')

/** What each process of a case runs, by workload. */
export const programs: Readonly<Record<string, readonly string[]>> = {
  node: [...node, '0'],
  'import-nothing': [...node, "await import('./build/bench/nothing.js')"],
  'import-codec': [...node, "await import('rtnetlink/codec')"],
  // rtmsg of 10.0.0.0/24, and RTA_DST: what the codec has put off is loaded now.
  'decode-route': [
    ...node,
    script(`const { decodeRoute } = await import('rtnetlink/codec');
      if (decodeRoute(Uint8Array.from([2,24,0,0,254,3,0,1,0,0,0,0,8,0,1,0,10,0,0,0])).dst !== '10.0.0.0/24') throw new Error()`),
  ],
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
      { name: 'first decoded route', work: 'decode-route' },
      { name: "import 'rtnetlink'", work: 'import', target: 40 },
      { name: 'first list of links', work: 'list-links', target: 40 },
    ],
  },
]
