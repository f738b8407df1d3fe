import { addAbortListener } from 'node:events'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { ConnectOptions } from '../connection/connect-options.js'
import { fileError, hasCode, NetworkError, stateError } from '../network-error.js'
import { isObject, isText, isTexts } from '../options.js'
import { isDriver, type NetworkSettings } from '../settings.js'
import { subnetOf } from '../subnet.js'
import { exclusive } from './lock.js'
import { hasEnded, type Owner } from './owner.js'

/** What is known of a container's connection. */
export interface Lease {
  /** The cookie of the container's namespace, in decimal. */
  readonly container: string
  /** How the namespace was named when it was connected. */
  readonly name: string
  /** The pid namespace of the process that connected it. */
  readonly seenFrom?: string
  readonly ifname: string
  /** The host's end of a veth pair, and its MAC address. */
  readonly link?: string
  readonly linkMac?: string
  /** The name that a link is born under where the final one is not possible. */
  readonly temporary?: string
  /** Absent where the link has its parent's: then a group tells it from others. */
  readonly mac?: string
  readonly group?: number
  /** With their prefix lengths. */
  readonly addresses: readonly string[]
  readonly options: ConnectOptions
  /** Routes that were made. */
  readonly routes?: readonly { readonly dst: string; readonly gateway?: string }[]
  /** Who is at it; absent when it is done, `null` when it was given up halfway. */
  readonly owner?: Owner | null
}

/** What the file of a network holds. */
export interface NetworkFile {
  /** The kernel's boot id: leases and links end with it. */
  readonly boot: string
  readonly settings: NetworkSettings
  leases: Lease[]
  /** The address that was handed out last, by subnet. */
  last: Record<string, string>
}

/** Reads the id of this boot. */
export function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id').trim()
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw fileError(error, path)
  }
}

/** Reads the file of a network; `undefined` when there is none of this boot. Rejects with EBADMSG when it holds no network. */
export function readStore(directory: string, name: string): NetworkFile | undefined {
  const path = `${directory}/${name}.json`
  let text: string
  try {
    text = read(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
  const boot = bootId()
  let cause: unknown
  try {
    const file = JSON.parse(text) as NetworkFile
    // What an earlier boot has left holds nothing, whatever it is.
    if (isText(file.boot) && file.boot !== boot) return undefined
    if (isText(file.boot) && holdsNetwork(file, name)) return file
  } catch (error) {
    cause = error
  }
  const detail = `${path} holds no network; removeNetwork with force removes it`
  throw new NetworkError({ reason: 'decode', code: 'EBADMSG', detail, cause })
}

/** Tells whether all is there that is taken for granted; throws where not even the shape is right. */
function holdsNetwork({ settings, leases, last }: NetworkFile, name: string): boolean {
  const { driver, link, subnets, reserved } = settings
  for (const { subnet } of subnets) subnetOf(subnet, 'subnets')
  return (
    settings.name === name &&
    isDriver(driver) &&
    isText(link) &&
    isTexts(reserved) &&
    leases.every(isLease) &&
    isObject(last)
  )
}

function isLease({ container, name, ifname, addresses, options }: Lease): boolean {
  return /^\d+$/.test(container) && isText(name) && isText(ifname) && isTexts(addresses) && isObject(options)
}

/** Reads the files of all networks, without those that hold none: these are no business of the others. */
export function readStores(directory: string): NetworkFile[] {
  return storedNames(directory).flatMap(name => {
    try {
      return readStore(directory, name) ?? []
    } catch (error) {
      if (hasCode(error, 'EBADMSG')) return []
      throw error
    }
  })
}

/** Writes the file of a network, wholly or not at all; to be called by the directory's holder. */
export function writeStore(directory: string, file: NetworkFile): void {
  const path = `${directory}/${file.settings.name}.json`
  try {
    writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch (error) {
    remove(`${path}.new`)
    throw fileError(error, path)
  }
}

/** Removes what was written in vain: where there is no room it takes some. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The next to write writes over it.
  }
}

/** Removes the file of a network; to be called by the directory's holder. */
export function removeStore(directory: string, name: string): void {
  for (const path of [`${directory}/${name}.json.new`, `${directory}/${name}.json`]) {
    try {
      rmSync(path, { force: true })
    } catch (error) {
      throw fileError(error, path)
    }
  }
}

/** The names of all networks of a directory. */
export function storedNames(directory: string): string[] {
  try {
    return readdirSync(directory).flatMap(name => /^(.*)\.json$/.exec(name)?.[1] ?? [])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileError(error, directory)
  }
}

/** Changes a file and answers; what it throws has changed nothing. */
type Change<T> = (file: NetworkFile) => T

interface Waiting {
  readonly change: Change<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

const waiting = new Map<string, Waiting[]>()

/**
 * Changes a network's file under its lock; rejects with ENOENT when there is no such network. Changes that come while others
 * hold the lock are written together, without those that their signals have ended by then.
 */
export function updateStore<T>(directory: string, name: string, change: Change<T>, signal?: AbortSignal): Promise<T> {
  const key = `${directory}/${name}`
  return new Promise<T>((resolve, reject) => {
    const others = waiting.get(key)
    const list = others ?? []
    const settled =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        ending?.[Symbol.dispose]()
        settle(value)
      }
    const entry = { change, resolve: settled(resolve as (value: unknown) => void), reject: settled(reject) }
    const end = (): void => {
      list.splice(list.indexOf(entry), 1)
      reject(signal?.reason)
    }
    const ending = signal === undefined ? undefined : addAbortListener(signal, end)
    list.push(entry)
    if (others !== undefined) return
    waiting.set(key, list)
    exclusive(directory, () => {
      waiting.delete(key)
      flush(directory, name, list)
    }).catch((error: unknown) => {
      if (waiting.get(key) === list) waiting.delete(key)
      for (const one of list) one.reject(error)
    })
  })
}

function flush(directory: string, name: string, list: readonly Waiting[]): void {
  const file = readStore(directory, name)
  if (file === undefined) throw stateError('ENOENT', `no network named ${name}`)
  const answers: (() => void)[] = []
  let changed = false
  for (const { change, resolve, reject } of list) {
    const { leases, last } = file
    try {
      const value = change(file)
      answers.push(() => resolve(value))
      changed ||= file.leases !== leases || file.last !== last
    } catch (error) {
      Object.assign(file, { leases, last })
      answers.push(() => reject(error))
    }
  }
  // Whoever is answered can rely on the file.
  const ended = file.leases.some(({ owner }) => hasEnded(owner))
  if (changed || ended) {
    // Others take a call to run as long as its thread does, and this one did not get to say that it has ended.
    file.leases = file.leases.map(lease => (hasEnded(lease.owner) ? { ...lease, owner: null } : lease))
    try {
      writeStore(directory, file)
    } catch (error) {
      // Those who only read have what they asked for.
      if (changed) throw error
    }
  }
  for (const answer of answers) answer()
}
