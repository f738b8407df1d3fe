import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { expect, it } from 'vitest'
import * as netns from '../../../src/netns.js'
import { requireTool } from '../../support/probe.js'

const find = (inode: number) => netns.list().find(entry => entry.inode === inode)

/** Makes a namespace without a name: all that holds it is the descriptor. */
function nameless(): netns.Namespace {
  const namespace = netns.create('temporary')
  netns.delete('temporary')
  return namespace
}

it('shows names, ids, cookies and processes', () => {
  using blue = netns.create('blue')
  execFileSync('ip', ['netns', 'set', 'blue', '5'])
  netns.attach('here', process.pid)
  const child = netns.spawn('blue', 'sleep', ['20'], { stdio: 'ignore' })
  try {
    expect(find(blue.inode)).toEqual({
      names: ['blue'],
      pids: [child.pid],
      path: '/run/netns/blue',
      nsid: 5,
      cookie: blue.cookie,
      inode: blue.inode,
      unreadable: [],
    })
    using here = netns.current()
    const entry = find(here.inode)
    expect(entry?.names).toEqual(['here'])
    expect(entry?.pids).toContain(process.pid)
  } finally {
    child.kill()
    netns.delete('here')
    netns.delete('blue')
  }
})

it('contains all that lsns sees', async context => {
  requireTool(context, 'lsns')
  using _blue = netns.create('blue')
  const missed = (): string[] => {
    const seen = execFileSync('lsns', ['-t', 'net', '-n', '-o', 'NS'], { encoding: 'utf8' }).trim().split(/\s+/)
    const inodes = netns.list().map(entry => String(entry.inode))
    return seen.filter(inode => !inodes.includes(inode))
  }
  // Those of others may go between the two looks.
  await expect.poll(missed).toEqual([])
  netns.delete('blue')
})

it('finds namespaces held by a descriptor, by a thread, by a socket and by a mount only', async () => {
  using held = nameless()
  expect(find(held.inode)?.pids).toEqual([])

  netns.create('temporary').close()
  using byName = netns.open('temporary')
  netns.delete('temporary')
  // It reads as `/`: the mount that it was opened through has gone.
  expect(find(byName.inode)).toMatchObject({ names: [], pids: [], cookie: byName.cookie, unreadable: [] })

  const byThread = nameless()
  const code = "setInterval(() => 0, 1000); (await import('node:worker_threads')).parentPort.postMessage('up')"
  const worker = netns.worker(byThread, new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  await new Promise(resolve => worker.once('message', resolve))
  const { inode } = byThread
  byThread.close()
  const [thread] = find(inode)?.pids ?? []
  expect(thread).toBeGreaterThan(0)
  expect(thread).not.toBe(process.pid)
  // The thread's id is a reference.
  using opened = netns.open({ pid: thread ?? 0 })
  expect(opened.inode).toBe(inode)
  await worker.terminate()

  const bySocket = nameless()
  const server: Server = netns.run(bySocket, () => createServer().listen('/run/list.sock'))
  await new Promise(resolve => server.once('listening', resolve))
  bySocket.close()
  expect(find(bySocket.inode)).toMatchObject({ names: [], pids: [], unreadable: [] })
  server.close()

  const byMount = nameless()
  mkdirSync('/run/with space')
  closeSync(openSync('/run/with space/file', 'w'))
  execFileSync('mount', ['--bind', `/proc/${process.pid}/fd/${byMount.fd}`, '/run/with space/file'])
  byMount.close()
  expect(find(byMount.inode)).toMatchObject({ names: [], pids: [], unreadable: [] })
  execFileSync('umount', ['/run/with space/file'])
})

it('says what is no namespace', () => {
  netns.create('blue').close()
  writeFileSync('/run/netns/stale', '')
  execFileSync('mkfifo', ['/run/netns/fifo'])
  symlinkSync('/run/netns/gone', '/run/netns/link')
  const last = netns.list().at(-1)
  expect(last?.unreadable).toContain('/run/netns/link: ENOENT')
  netns.delete('link')
  expect(last).toMatchObject({ inode: 0, nsid: -1, cookie: undefined })
  for (const name of ['stale', 'fifo']) {
    expect(last?.names).toContain(name)
    expect(last?.unreadable).toContain(`/run/netns/${name}: not a network namespace`)
    netns.delete(name)
  }
  netns.delete('blue')
})
