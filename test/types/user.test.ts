// The types as a user's compiler sees them: strict, and the package's own declarations checked too.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../arch/sources.js'

const tsc = join(root, 'node_modules/typescript/bin/tsc')

/** Compiles one file that is outside of the repository's own settings; gives what the compiler says and what it took of the processor. */
function compile(name: string, text: string, options: Readonly<Record<string, unknown>> = {}): [string, number] {
  const folder = join(root, 'build/types', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'user.ts'), text)
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }))
  // The shell tells the time of its children: however busy the machine is, it is their own.
  const lines = shell('"$@"; times', process.execPath, tsc, '-p', folder).trimEnd().split('\n')
  const [user = 0, system = 0] = [...(lines.pop() ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, m, s]) => Number(m) * 60 + Number(s),
  )
  return [lines.slice(0, -1).join('\n'), 1000 * (user + system)]
}

function shell(script: string, ...args: readonly string[]): string {
  return execFileSync('sh', ['-c', script, 'sh', ...args], { encoding: 'utf8' })
}

/** Runs the compiler and gives what it says. */
function run(...args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [tsc, ...args], { encoding: 'utf8' })
  } catch (error) {
    return (error as { stdout?: string }).stdout || String(error)
  }
}

const user = `
import { NetlinkError, open, openSync, type Link } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'

await using rt = await open({ netns: 'blue', timeoutMs: 1000 })
const link: Link = await rt.link.get('lo')
if (link.info?.kind === 'vlan') console.log(link.info.id?.toFixed())
try {
  await rt.link.add({ name: 'v0', link: 'eth0', info: { kind: 'vlan', id: 10 } })
} catch (error) {
  if (NetlinkError.is(error)) console.log(error.code, error.fieldPath)
}
using s = openSync()
console.log(s.link.list().map(l => l.name), netns.list().length)
`

describe('the declarations', () => {
  it('compile in a strict program that checks its libraries', () => {
    const [errors, ms] = compile('strict', user)
    expect(errors).toBe('')
    // A program without it has the libraries of the language and of Node.js to check: by the clock it would be a test of the machine.
    const [, bare] = compile('bare', "import { readFileSync } from 'node:fs'\nconsole.log(readFileSync.name)\n")
    expect(bare).toBeGreaterThan(0)
    expect(ms / bare).toBeLessThan(2.5)
    console.log(
      `a small program that uses rtnetlink type-checks in ${(ms / bare).toFixed(1)} of the time of one without`,
    )
  })

  it('refuse what the package does not have', () => {
    const wrong = "import { open } from 'rtnetlink'\nconst rt = await open()\nawait rt.link.add({ nme: 'v0' })\n"
    expect(compile('wrong', wrong)[0]).toContain('user.ts(3,21): error TS2561: Object literal may only specify known')
  })

  it('are what test/types says, in the settings of the repository', () => {
    const files = ['objects', 'client', 'l3', 'netns'].map(name => join(root, `test/types/${name}.ts`))
    const config = join(root, 'build/types/own.json')
    writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [], files }))
    expect(run('-p', config)).toBe('')
  })

  it('of ./codec and ./constants compile without the types of Node', () => {
    const text = `
import { decodeMessage, messages, request } from 'rtnetlink/codec'
import { RTM_NEWLINK } from 'rtnetlink/constants'
const { bytes } = request.link.add({ name: 'v0', info: { kind: 'dummy' } })
for (const { type } of messages(bytes)) if (type === RTM_NEWLINK) decodeMessage(bytes).attrs
`
    expect(compile('codec', text, { lib: ['ES2023'], types: [] })[0]).toBe('')
  })
})
