// Files of networks: those of an earlier boot hold nothing that is still there; those that cannot be used are typed errors.
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Call } from '../../../src/network/leases/owner.js'
import {
  bootId,
  type Lease,
  readStore,
  readStores,
  removeStore,
  storedNames,
  updateStore,
  writeStore,
} from '../../../src/network/leases/store.js'
import { NetworkError } from '../../../src/network/network-error.js'
import { settingsOf } from '../../../src/network/settings.js'

const lease: Lease = { container: '1', name: 'blue', ifname: 'eth0', addresses: [], options: {} }

const file = (name: string, boot: string, leases = [lease]) => ({
  boot,
  settings: settingsOf({ name }),
  leases,
  last: {},
})

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rtnetlink-store-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

it('a file of this boot is read, one of an earlier boot is none', () => {
  writeStore(directory, file('new', bootId()))
  writeStore(directory, file('old', '00000000-0000-4000-8000-000000000000'))
  expect(readStore(directory, 'new')).toEqual(file('new', bootId()))
  expect(readStore(directory, 'old')).toBeUndefined()
  expect(readStores(directory).map(({ settings }) => settings.name)).toEqual(['new'])
  expect(storedNames(directory).sort()).toEqual(['new', 'old'])
})

it.each<[string, object]>([
  ['a lease that is none', { leases: [null] }],
  ['a lease without a container', { leases: [{ ...lease, container: undefined }] }],
  ['a lease whose container is no number', { leases: [{ ...lease, container: 'blue' }] }],
  ['a lease without addresses', { leases: [{ ...lease, addresses: undefined }] }],
  ['a lease without options', { leases: [{ ...lease, options: undefined }] }],
  ['a driver that there is not', { settings: { ...settingsOf({ name: 'web' }), driver: 'overlay' } }],
  ['no driver', { settings: { ...settingsOf({ name: 'web' }), driver: undefined } }],
  ['no link', { settings: { ...settingsOf({ name: 'web' }), link: undefined } }],
  ['a subnet that is none', { settings: { ...settingsOf({ name: 'web' }), subnets: [{}] } }],
  ['reserved addresses that are none', { settings: { ...settingsOf({ name: 'web' }), reserved: [1] } }],
  ['no boot', { boot: undefined }],
])('a file that holds %s is damaged, unless it is of an earlier boot', (_, damage) => {
  const write = (boot: string): void =>
    writeFileSync(join(directory, 'web.json'), JSON.stringify({ ...file('web', boot), ...damage }))
  write(bootId())
  expect(() => readStore(directory, 'web')).toThrow(expect.objectContaining({ code: 'EBADMSG' }))
  expect(readStores(directory)).toEqual([])
  if ('boot' in damage) return
  write('00000000-0000-4000-8000-000000000000')
  expect(readStore(directory, 'web')).toBeUndefined()
})

/** What a function throws, or rejects with. */
async function thrown(fn: () => unknown): Promise<unknown> {
  try {
    await fn()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

it('what cannot be read or written is a NetworkError with the code, the call and the path', async () => {
  const path = join(directory, 'web.json')
  mkdirSync(path)
  const web = file('web', bootId())
  const cases: [() => unknown, object][] = [
    [() => readStore(directory, 'web'), { code: 'EISDIR', syscall: 'read', detail: path }],
    [() => readStores(directory), { code: 'EISDIR', syscall: 'read', detail: path }],
    [() => updateStore(directory, 'web', () => undefined), { code: 'EISDIR', syscall: 'read', detail: path }],
    [() => writeStore(directory, web), { code: 'EISDIR', syscall: 'rename', detail: path }],
    [() => storedNames(join(directory, 'x')), { code: 'ENOTDIR', syscall: 'scandir' }],
    [() => removeStore(join(directory, 'x'), 'web'), { code: 'ENOTDIR' }],
    [() => updateStore(join(directory, 'x'), 'web', () => undefined), { code: 'EEXIST', syscall: 'mkdir' }],
  ]
  writeFileSync(join(directory, 'x'), '')
  for (const [fn, expected] of cases) {
    const error = await thrown(fn)
    expect(error, String(fn)).toBeInstanceOf(NetworkError)
    expect(error, String(fn)).toMatchObject({ reason: 'syscall', ...expected, cause: expect.any(Error) as Error })
  }
  // Nothing of what was written in vain stays.
  rmdirSync(path)
  expect(storedNames(directory)).toEqual([])
  rmSync(join(directory, 'x'))
  expect(() => rmdirSync(directory)).not.toThrow()
  mkdirSync(directory)
})

it('who reads or writes a file says of calls of this thread that they have ended, of no others', async () => {
  using running = new Call()
  const ended = new Call()
  const owners = [undefined, null, running.owner(), { ...running.owner(), call: 'of another' }, ended.owner()]
  ended[Symbol.dispose]()
  const leases = owners.map((owner, i) => ({ ...lease, ifname: `eth${i}`, ...(owner === undefined ? {} : { owner }) }))
  const reported = leases.with(4, { ...lease, ifname: 'eth4', owner: null })
  writeStore(directory, file('web', bootId(), leases))
  expect(await updateStore(directory, 'web', ({ leases: list }) => list.length)).toBe(5)
  expect(readStore(directory, 'web')?.leases).toEqual(reported)
  writeStore(directory, file('web', bootId(), leases))
  await updateStore(directory, 'web', one => {
    one.leases = one.leases.slice(1)
  })
  expect(readStore(directory, 'web')?.leases).toEqual(reported.slice(1))
  // Whoever only reads needs no room.
  writeStore(directory, file('web', bootId(), leases))
  mkdirSync(join(directory, 'web.json.new'))
  expect(await updateStore(directory, 'web', ({ leases: list }) => list.length)).toBe(5)
  const changing = updateStore(directory, 'web', one => {
    one.leases = []
  })
  await expect(changing).rejects.toMatchObject({ code: 'EISDIR', syscall: 'open' })
  expect(readStore(directory, 'web')?.leases).toEqual(leases)
})
