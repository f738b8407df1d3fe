// `npm run flap` for a moment: it works, and it notices what is lost.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../build/test/flap/main.js', import.meta.url))
/** The flapper has a network namespace of its own, or its links would meet those of other tests. */
const flap = (...args: readonly string[]) =>
  spawnSync('unshare', ['-n', process.execPath, main, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

it('adv-64 a watch with a tiny queue comes to what a fresh dump says whenever the flapper pauses', () => {
  const { status, stdout, stderr } = flap('--seconds', '2')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/ \d{2,} changes asked for.*resyncs: .*overrun \d+.*\nequal to a fresh dump every time\n$/)
  expect(status).toBe(0)
})

it('a watch that lost an object would be noticed', () => {
  const { status, stdout } = flap('--seconds', '1', '--lose')
  expect(stdout).toMatch(/only the kernel: link /)
  expect(status).toBe(1)
})
