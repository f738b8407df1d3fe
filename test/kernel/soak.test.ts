// A short soak: `npm run soak` is the long one. Its way of judging is tested by itself (test/unit/soak).
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const build = fileURLToPath(new URL('../../build', import.meta.url))
const svg = `${build}/soak-smoke-${process.pid}.svg`

function soak(...args: readonly string[]): Promise<{ readonly status: number | null; readonly text: string }> {
  const child = spawn(process.execPath, ['--expose-gc', `${build}/test/soak/main.js`, '--svg', svg, ...args])
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (data: string) => {
      text += data
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => {
      rmSync(svg, { force: true })
      resolve({ status, text })
    })
  })
}

it('a soak of ten seconds ends flat', { timeout: 300_000 }, async () => {
  const { status, text } = await soak('--seconds', '10')
  expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining('soak: all flat') })
})

it('a soak that loses a descriptor and a watched socket each round fails', { timeout: 300_000 }, async () => {
  const { status, text } = await soak('--seconds', '1', '--leak', 'poll')
  expect({ status, text }).toEqual({ status: 1, text: expect.stringContaining('soak: descriptors grows') })
  expect(text).toContain('soak: polls grows')
})
