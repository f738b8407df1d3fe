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

/** What would do less than was asked for, and say that all is well. */
const misuses: readonly (readonly [file: string, words: string])[] = [
  ['build/bench/main.js', 'compare'],
  ['build/bench/main.js', 'compare --json x package.json package.json'],
  ['build/bench/main.js', 'setup --smoke'],
  ['build/bench/main.js', '--json /no/such/folder/file --smoke start'],
  ['build/test/flap/main.js', '--buffer 0'],
  ['build/test/fuzz/main.js', '--workers 0'],
  ['build/test/fuzz/main.js', '--workers 1.5'],
  ['build/test/fuzz/main.js', '--seconds 0'],
  ['build/test/fuzz/main.js', '--seed x'],
  ['build/test/fuzz/main.js', '--family link,nope'],
  ['build/test/fuzz/main.js', '--family link --engine'],
  ['test/mutation/main.js', 'nosuchguard'],
  ['build/test/soak/main.js', '--works requests,nope'],
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

it.each(misuses)('%s does nothing with %s', (file, words) => {
  const { status, stdout, stderr } = run(file, ...words.split(' '))
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).not.toContain('    at ')
})
