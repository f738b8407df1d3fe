// The commands of package.json that take arguments: what they say of themselves, and of what they do not understand.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../arch/sources.js'

const commands: readonly (readonly [name: string, file: string])[] = [
  ['bench', 'build/bench/main.js'],
  ['codegen', 'build/codegen/main.js'],
  ['demo', 'build/test/demo/main.js'],
  ['flap', 'build/test/flap/main.js'],
  ['fuzz', 'build/test/fuzz/main.js'],
  ['mutate', 'test/mutation/main.js'],
  ['soak', 'build/test/soak/main.js'],
  ['test:nodes', 'test/support/nodes.js'],
]

const run = (file: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(root, file), ...args], { encoding: 'utf8', timeout: 20_000 })

describe.each(commands)('npm run %s', (name, file) => {
  it('says what it is', () => {
    const { status, stdout, stderr } = run(file, '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n')[0]).toContain(`npm run ${name}`)
  })

  it.each(['--no-such-option', 'no-such-word'])('does nothing when it is told %s', word => {
    const { status, stdout, stderr } = run(file, word)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(word)
    expect(stderr).toContain(`npm run ${name}`)
  })
})
