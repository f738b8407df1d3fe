import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DirectoryWatch } from '../../../src/network/watch/directory-watch.js'

let parent: string
let directory: string
let changes = 0
let watch: DirectoryWatch

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'rtnetlink-watch-'))
  directory = join(parent, 'a/b')
  changes = 0
  watch = new DirectoryWatch(directory, () => {
    changes++
    watch.renew()
  })
})

afterEach(() => {
  watch[Symbol.dispose]()
  rmSync(parent, { recursive: true })
})

/** Does something, and waits until that has been heard. */
async function heard(act: () => void): Promise<void> {
  const before = changes
  act()
  await expect.poll(() => changes).toBeGreaterThan(before)
}

it('makes its directory, and hears of files there', async () => {
  expect(existsSync(directory)).toBe(true)
  await heard(() => writeFileSync(join(directory, 'x'), '1'))
  await heard(() => writeFileSync(join(directory, 'x'), '2'))
})

it('goes on when the directory is removed, and when another is made in its place', async () => {
  for (let round = 0; round < 5; round++) {
    await heard(() => rmdirSync(directory))
    expect(existsSync(directory)).toBe(true)
    await heard(() => {
      rmdirSync(directory)
      mkdirSync(directory)
    })
    await heard(() => writeFileSync(join(directory, 'x'), '1'))
    await heard(() => rmSync(join(directory, 'x')))
  }
})

it('hears nothing more when it is disposed of', async () => {
  watch[Symbol.dispose]()
  writeFileSync(join(directory, 'x'), '1')
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(changes).toBe(0)
})

it('hears of what it is asked to hear of, and of the directory', async () => {
  const heardOf: string[] = []
  using picky = new DirectoryWatch(
    directory,
    () => {
      heardOf.push('something')
      picky.renew()
    },
    file => !file.startsWith('other'),
  )
  // The other watch tells that these have been heard by whoever wants to.
  await heard(() => writeFileSync(join(directory, 'other.json'), '1'))
  await heard(() => rmSync(join(directory, 'other.json')))
  expect(heardOf).toEqual([])
  writeFileSync(join(directory, 'mine.json'), '1')
  await expect.poll(() => heardOf.length).toBeGreaterThan(0)
  const before = heardOf.length
  rmSync(directory, { recursive: true })
  await expect.poll(() => heardOf.length).toBeGreaterThan(before)
  expect(existsSync(directory)).toBe(true)
})
