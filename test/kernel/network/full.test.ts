// Where files cannot be written or read for want of room or of descriptors, errors say so, and nothing stays locked behind them.
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { createNetwork, type Network, NetworkError, removeNetwork, type StepMessage } from '../../../src/network.js'
import { tryUnmount } from '../../../src/sys/mount.js'
import { run } from '../../support/iproute2/iproute.js'
import { inChild, withSteps } from '../../support/network-steps.js'
import { requireTool } from '../../support/probe.js'

const directory = '/run/small'
const place = { directory }
const web = { name: 'web', subnets: ['10.89.0.0/29'] }

let network: Network

beforeAll(() => {
  for (const name of ['blue', 'red']) netns.create(name).close()
})

beforeEach(async () => {
  mkdirSync(directory)
  run(`mount -t tmpfs -o size=64k tmpfs ${directory}`)
  network = await createNetwork(web, place)
})

afterEach(async () => {
  empty()
  await network.close()
  await removeNetwork('web', { ...place, force: true })
  using rt = openSync()
  expect(rt.link.list().map(({ name }) => name)).toEqual(['lo'])
  tryUnmount(directory)
  rmSync(directory, { recursive: true })
})

function fill(): void {
  try {
    for (;;) appendFileSync(`${directory}/fill`, Buffer.alloc(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  }
}

function empty(): void {
  rmSync(`${directory}/fill`, { force: true })
}

/** Calls a function while there is room until a step reaches a phase; gives what it rejects with. */
async function fullAt(step: string, phase: StepMessage['phase'], fn: () => Promise<unknown>): Promise<NetworkError> {
  let thrown: unknown
  const reported = (message: StepMessage): void => {
    if (message.step === step && message.phase === phase) fill()
  }
  await withSteps(reported, () =>
    fn().catch((error: unknown) => {
      thrown = error
    }),
  )
  expect(thrown).toBeInstanceOf(NetworkError)
  return thrown as NetworkError
}

const states = async (): Promise<string[]> => (await network.inspect()).containers.map(({ state }) => state)
const full = { code: 'ENOSPC', reason: 'syscall', syscall: 'write' }

describe('a file system that is full', () => {
  it.each(['lease', 'link', 'usable'])(
    'behind step %s leaves a lease that goes as soon as there is room',
    async step => {
      const again = [
        () => network.disconnect('blue'),
        () => network.connect('blue'),
        () => network.collect(),
        () => network.disconnectAll(),
        () => removeNetwork('web', { ...place, force: true }),
      ]
      for (const clean of again) {
        const error = await fullAt(step, 'done', () => network.connect('blue'))
        expect(error).toMatchObject({ ...full, step: 'done', left: ['lease (ENOSPC)'] })
        expect(error.message).toMatch(
          /^network web: connect eth0 of blue, step done: write: ENOSPC: .*\/web\.json; not undone: lease \(ENOSPC\)$/,
        )
        // Who reads needs no room, and nobody is at it.
        expect(await states()).toEqual(['incomplete'])
        await expect(network.disconnect('blue')).rejects.toMatchObject({ ...full, step: 'lease' })
        empty()
        await clean()
        await network.disconnect('blue')
      }
      await network.close()
      network = await createNetwork(web, place)
      await network.connect('blue')
      expect(await states()).toEqual(['connected'])
    },
  )

  it('from the beginning leaves nothing, no file that takes room either, and is no subnet that is used up', async () => {
    const collecting: string[] = []
    fill()
    const error = await fullAt('lease', 'start', () =>
      withSteps(
        ({ step, phase }) => collecting.push(`${step} ${phase}`),
        () => network.connect('blue'),
      ),
    )
    expect(error).toMatchObject({ ...full, step: 'lease', left: [] })
    expect(collecting).toEqual(['lease start'])
    expect(readdirSync(directory, { recursive: true }).filter(name => String(name).endsWith('.new'))).toEqual([])
    expect(await states()).toEqual([])
  })

  it('is no matter to a container that is connected, nor to one that another call connects', async () => {
    await network.connect('red')
    expect(await fullAt('usable', 'done', () => network.connect('blue'))).toMatchObject({ left: ['lease (ENOSPC)'] })
    empty()
    let other: Promise<unknown> | undefined
    await withSteps(
      ({ step, phase }) => {
        if (step !== 'link' || phase !== 'done') return
        other = network.disconnect('blue').catch((error: unknown) => error)
      },
      () => network.connect('blue'),
    )
    expect(await other).toMatchObject({ code: 'EBUSY' })
    expect(await states()).toEqual(['connected', 'connected'])
  })

  it('locks others out no longer than until this process looks at the network again', async () => {
    await fullAt('link', 'done', () => network.connect('blue'))
    empty()
    const disconnect = `const web = await network.openNetwork('web', { directory: '${directory}' })
      await web.disconnect('blue').then(() => 'done', error => error.code).then(console.log)
      await web.close()`
    expect((await inChild(disconnect)).stdout).toBe('EBUSY\n')
    expect(await states()).toEqual(['incomplete'])
    expect((await inChild(disconnect)).stdout).toBe('done\n')
    expect(await states()).toEqual([])
  })

  it('keeps a network from being made, which leaves nothing', async () => {
    const error = await fullAt('record', 'start', () =>
      createNetwork({ name: 'other', subnets: ['10.90.0.0/24'] }, place),
    )
    expect(error).toMatchObject({ ...full, step: 'record', left: [] })
    expect(readdirSync(directory, { recursive: true }).filter(name => String(name).includes('other'))).toEqual([])
  })
})

describe('a process without free descriptors', () => {
  it('hears so, and ends what it connects when it has some again', async context => {
    requireTool(context, 'prlimit')
    const { code, stdout, stderr } = await inChild(`import { execFileSync } from 'node:child_process'
      import { closeSync, openSync } from 'node:fs'
      const web = await network.openNetwork('web', { directory: '${directory}' })
      await web.connect('blue')
      await web.disconnect('blue')
      execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=120:'])
      const said = promise => promise.then(() => ({}), ({ name, code, step, left }) => ({ name, code, step, left }))
      const all = []
      for (let free = 0; free < 12; free++) {
        const held = []
        try {
          for (;;) held.push(openSync('/dev/null'))
        } catch {}
        for (let i = 0; i < free; i++) closeSync(held.pop())
        const connected = await said(web.connect('blue'))
        for (const fd of held) closeSync(fd)
        all.push({ connected, disconnected: await said(web.disconnect('blue')) })
      }
      await web.close()
      console.log(JSON.stringify(all))`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const all = JSON.parse(stdout) as {
      connected: { code?: string; name?: string; left?: string[] }
      disconnected: object
    }[]
    expect(all.map(({ disconnected }) => disconnected)).toEqual(all.map(() => ({})))
    for (const { connected } of all) {
      if (connected.code !== undefined) expect(connected).toMatchObject({ code: 'EMFILE', name: 'NetlinkError' })
    }
    // This is reached on the way: what was written down could not be taken back.
    expect(all.flatMap(({ connected }) => connected.left ?? [])).toContain('lease (EMFILE)')
    expect(all.at(-1)?.connected).toEqual({})
  })
})
