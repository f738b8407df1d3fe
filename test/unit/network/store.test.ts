// Files of networks: those of an earlier boot hold nothing that is still there.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { settingsOf } from '../../../src/network/settings.js'
import { bootId, type Lease, readStore, readStores, storedNames, writeStore } from '../../../src/network/store.js'

const lease: Lease = { container: '1', name: 'blue', ifname: 'eth0', addresses: [], options: {} }

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rtnetlink-store-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

it('a file of this boot is read, one of an earlier boot is none', () => {
  const file = (name: string, boot: string) => ({ boot, settings: settingsOf({ name }), leases: [lease], last: {} })
  writeStore(directory, file('new', bootId()))
  writeStore(directory, file('old', '00000000-0000-4000-8000-000000000000'))
  expect(readStore(directory, 'new')).toEqual(file('new', bootId()))
  expect(readStore(directory, 'old')).toBeUndefined()
  expect(readStores(directory).map(({ settings }) => settings.name)).toEqual(['new'])
  expect(storedNames(directory).sort()).toEqual(['new', 'old'])
})
