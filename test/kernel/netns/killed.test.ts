// netns.create and netns.delete in a process that is killed between any two of their system calls.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import * as netns from '../../../src/netns.js'
import { MS_PRIVATE, MS_SHARED, mount, tryUnmount } from '../../../src/sys/mount.js'
import { runScript } from '../../support/child.js'

const table = () => readFileSync('/proc/self/mountinfo', 'utf8')
/** Mounts of the directory and of what is in it. */
const mounts = () => table().match(/^.* \/run\/netns(?:\/\S*)? .*$/gm) ?? []
const names = () => (existsSync('/run/netns') ? readdirSync('/run/netns') : [])

/** Forgets the directory's mount, so that the next call is the first again. */
function forget(): void {
  while (tryUnmount('/run/netns') === 0);
  rmSync('/run/netns', { recursive: true, force: true })
}
beforeEach(forget)

/** Counts calls once `steps` is 0, and ends the process before the one whose turn it is. */
const counting = (step: number) => `
  let steps = Number.NaN
  const counted = fn => (...args) => {
    if (steps++ === ${step}) process.kill(process.pid, 'SIGKILL')
    return fn(...args)
  }
  const fs = require('node:fs')
  for (const name of ['mkdirSync', 'openSync', 'closeSync', 'lstatSync', 'unlinkSync']) fs[name] = counted(fs[name])
  require('node:module').syncBuiltinESMExports()
  const koffi = packaged('koffi')
  const { load } = koffi
  koffi.load = path => {
    const library = load(path)
    return {
      func(...prototype) {
        const fn = library.func(...prototype)
        return Object.assign(counted(fn), { async: fn.async })
      },
    }
  }`

/** Kills a process at the first, then at the second call of `call` into libc or node:fs, until it gets by; gives how many there are. */
async function everyStep(prepare: string, call: string, after: () => void): Promise<number> {
  for (let step = 0; ; step++) {
    const { signal, stdout, stderr } = await runScript(
      `${prepare}\nsteps = 0\n${call}\nconsole.log('steps ' + steps)`,
      counting(step),
    )
    expect(stderr).toBe('')
    after()
    if (signal === null) {
      expect(stdout.trim()).toBe(`steps ${step}`)
      return step
    }
    expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: '' })
  }
}

/** Whatever is there: it can be deleted, made, entered and deleted again, and nothing stays but the directory's mount. */
function usable(): void {
  if (names().includes('blue')) netns.delete('blue')
  netns.create('blue').close()
  netns.run('blue', () => 0)
  netns.delete('blue')
  expect(names()).toEqual([])
  expect(mounts()).toHaveLength(1)
}

describe('adv-76 a process that is killed', { timeout: 300_000 }, () => {
  it('anywhere in the first create of all leaves nothing that stops others', async () => {
    // As systemd leaves it: what is mounted below it is mounted in its peers too.
    mount('', '/run', 'none', MS_SHARED)
    const before = table()
    try {
      const steps = await everyStep('', `netns.create('blue').close()`, () => {
        try {
          usable()
        } finally {
          forget()
        }
      })
      // mkdir, the directory's lock and mounts, the window, the file and its mount.
      expect(steps).toBeGreaterThan(15)
      expect(table()).toBe(before)
    } finally {
      mount('', '/run', 'none', MS_PRIVATE)
    }
  })

  it('anywhere in the making of one without a name leaves nothing', async () => {
    const before = table()
    await everyStep('', 'netns.create().close()', () => {
      expect(names()).toEqual([])
      expect(table()).toBe(before)
    })
  })

  it('anywhere in delete leaves a name that can be deleted', async () => {
    await everyStep(`netns.create('blue').close()`, `netns.delete('blue')`, usable)
  })
})
