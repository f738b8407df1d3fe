import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import { openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { refText } from '../../../src/network/connection/containers.js'
import type { NamespaceRef } from '../../../src/request/request.js'
import { nameBytes } from '../../../src/sys/ifreq.js'
import { namedPath, openNamespace } from '../../../src/sys/namespace.js'

/** The NetlinkError that a call throws. */
function thrown(call: () => unknown): NetlinkError {
  try {
    call()
  } catch (error) {
    if (NetlinkError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('names of namespaces', () => {
  it('lie in /run/netns', () => expect(namedPath('blue')).toBe('/run/netns/blue'))

  it.each(['', '.', '..', 'a/b', '/', 'a\0b', 'x'.repeat(256), 'é'.repeat(128), '\ud800', 'a\udc80'])(
    '%j is refused',
    name => {
      expect(thrown(() => namedPath(name))).toMatchObject({ reason: 'encode', code: 'ERR_NETLINK_BAD_VALUE' })
    },
  )

  it('are strings', () => {
    for (const name of [5, null, undefined, {}])
      expect(thrown(() => namedPath(name as never))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
  })

  it('may have 255 bytes', () => expect(namedPath('é'.repeat(127))).toContain('é'))
})

describe('references that are no namespace', () => {
  it.each<[NamespaceRef, string, string]>([
    [{ path: 'package.json' }, 'ERR_NETLINK_BAD_VALUE', 'package.json is not a namespace'],
    [{ path: '/proc/self/ns/mnt' }, 'ERR_NETLINK_BAD_VALUE', 'not a network namespace'],
    [{ path: '/proc/no/such' }, 'ENOENT', '/proc/no/such'],
    [{ pid: 0x7fffffff }, 'ESRCH', 'no process 2147483647'],
    [{ pid: 0 }, 'ERR_NETLINK_BAD_VALUE', 'out of range'],
    [{ pid: 1.5 }, 'ERR_NETLINK_BAD_VALUE', 'out of range'],
    [{ fd: -1 }, 'ERR_NETLINK_BAD_VALUE', 'is closed'],
    [{ fd: -2 }, 'ERR_NETLINK_BAD_VALUE', 'out of range'],
    [{ fd: 0x7ffffff0 }, 'EBADF', 'descriptor'],
    ['no such name', 'ENOENT', 'no network namespace named "no such name"'],
  ])('%j', (ref, code, words) => {
    const error = thrown(() => openNamespace(ref))
    expect(error.code).toBe(code)
    expect(error.message).toContain(words)
  })

  it.each([null, undefined, 7, {}, { path: 5 }, { path: 'a\0b' }, { pid: 'x' }, { fd: '3' }, () => 'blue'])(
    '%j has the wrong shape',
    ref => {
      const calls = [
        () => openNamespace(ref as never),
        ...(ref === undefined ? [] : [() => openSync({ netns: ref as never })]),
        () => netns.open(ref as never),
        () => netns.run(ref as never, () => 0),
        () => netns.id(ref as never),
        () => netns.spawn(ref as never, 'true'),
        () => netns.worker(ref as never, 'void 0', { eval: true }),
        () => netns.sysctl(ref as never, 'net.ipv4.ip_forward'),
        () => netns.tuntap(ref as never, { mode: 'tap' }),
      ]
      for (const call of calls) {
        expect(thrown(call)).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'netns' })
        expect(thrown(call).message).toContain('a name, { pid }, { path }, { fd } or a handle')
      }
    },
  )

  it('are no names of containers', () => {
    for (const ref of [undefined, null, 7]) expect(refText(ref as never)).toBeUndefined()
    expect(refText({ pid: 7 })).toBe('/proc/7/ns/net')
  })

  it('do not wait for the writer of a FIFO', () => {
    const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-'))
    try {
      const path = join(directory, 'fifo')
      execFileSync('mkfifo', [path])
      // A process of its own: one that waits can only be killed.
      const open = `import { open } from ${JSON.stringify(new URL('../../../dist/netns.js', import.meta.url).href)}
        try { open({ path: ${JSON.stringify(path)} }) } catch (error) { console.log(error.code) }`
      const child = spawnSync(process.execPath, ['--input-type=module', '-e', open], { timeout: 20_000 })
      expect(child.stdout.toString()).toBe('ERR_NETLINK_BAD_VALUE\n')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('leave no descriptor open', () => {
    const open = () => readFileSync('/proc/self/status', 'utf8').match(/FDSize:\s+(\d+)/)?.[1]
    const before = open()
    for (let i = 0; i < 300; i++) thrown(() => openNamespace({ path: 'package.json' }))
    expect(open()).toBe(before)
  })
})

describe('calls of the wrong shape', () => {
  it('say what they take', () => {
    expect(() => netns.run('blue', 5 as never)).toThrow(new TypeError('netns.run takes a function'))
    for (const key of [undefined, null, 5, {}])
      expect(thrown(() => netns.sysctl('blue', key as never))).toMatchObject({ fieldPath: 'key' })
    // The text of an object is no value that anybody means.
    for (const value of [{}, [1], null])
      expect(thrown(() => netns.sysctl('blue', 'net.ipv4.ip_forward', value as never))).toMatchObject({
        code: 'ERR_NETLINK_BAD_VALUE',
        fieldPath: 'value',
      })
  })
})

describe('interface names as bytes', () => {
  it.each([
    ['eth0', [0x65, 0x74, 0x68, 0x30]],
    ['é', [0xc3, 0xa9]],
    ['😀', [0xf0, 0x9f, 0x98, 0x80]],
    ['a\udcffb\udc80', [0x61, 0xff, 0x62, 0x80]],
  ])('%j', (name, bytes) => expect([...nameBytes(name)]).toEqual(bytes))
})
