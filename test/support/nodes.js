// Runs what depends on the version of Node.js on other versions than the one at hand: npm run test:nodes [-- 22 24.1 …]
//
// Each is installed from the npm registry (package `node`) into a temporary folder, and runs the pure tests and those of
// namespaces and their windows: where the threads of libuv's pool are born differs from version to version.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { understood } from '../../build/test/support/usage.js'

const support = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(support))
const usage = `npm run test:nodes [-- VERSION…]

Runs the pure tests, and those of namespaces, on versions of Node.js from the npm registry: 22 and 24, or those given, as 24.1.`
const versions = understood(usage, () => {
  const given = process.argv.slice(2)
  const none = given.find(word => !/^\d+(?:\.\d+){0,2}$/.test(word))
  if (none !== undefined) throw new Error(`${none} is no version`)
  return given.length > 0 ? given : ['22', '24']
})
const runs = [
  ['--project', 'kernel', 'test/kernel/netns/'],
  ['--project', 'pure'],
]

/** Installs a version; gives its program. */
function install(folder, version) {
  mkdirSync(folder)
  // npm looks for a package.json in the folders above otherwise.
  writeFileSync(join(folder, 'package.json'), '{}')
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error']
  execFileSync('npm', ['install', ...quiet, `node@${version}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return join(folder, 'node_modules/node/bin/node')
}

function test(node, folder) {
  // What a test starts by the name `node` is this one too.
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` }
  const results = runs.map(args => {
    const command = [join(support, 'isolated.sh'), node, 'node_modules/vitest/vitest.mjs', 'run', ...args]
    const done = spawnSync('sh', command, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 })
    const output = `${done.stdout}${done.stderr}`
    const failures = output.match(/^(?:failed|not run|unfinished).*$/gm) ?? []
    const line =
      output.match(/\d+ passed, \d+ failed, \d+ skipped/)?.[0] ?? `status ${done.status}: ${output.slice(-2000)}`
    return { name: args[1], line, ok: done.status === 0, failures }
  })
  rmSync(folder, { recursive: true })
  return results
}

const scratch = mkdtempSync(join(tmpdir(), 'nodes-'))
let failed = false
try {
  for (const version of versions) {
    const folder = join(scratch, version)
    const node = install(folder, version)
    const full = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
    for (const { name, line, ok, failures } of test(node, folder)) {
      console.log(`${full}  ${name.padEnd(6)}  ${line}`)
      for (const failure of failures) console.log(`  ${failure}`)
      failed ||= !ok
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
if (failed) process.exitCode = 1
