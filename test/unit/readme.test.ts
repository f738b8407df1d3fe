// Every program of the README compiles, and those that need no kernel run and print what they say.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { compileReadme } from '../support/readme.js'

const examples = compileReadme('readme')

it('has programs, most of them for a kernel', () => {
  expect(examples.length).toBeGreaterThan(10)
  expect(examples.filter(({ pure }) => pure).length).toBeGreaterThan(1)
  expect(examples.filter(({ prints }) => prints.length === 0)).toEqual([])
})

it.each(examples.filter(({ pure }) => pure))('runs: $title', ({ file, prints }) => {
  const output = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 20_000 })
  expect(output.trimEnd().split('\n')).toEqual(prints)
})
