import { NetlinkError } from '../index.js'

type NetlinkErrorInit = ConstructorParameters<typeof NetlinkError>[0]

/** What a NetworkError has beside the members of every NetlinkError. */
export interface NetworkErrorInit extends NetlinkErrorInit {
  /** What was asked: `network web: connect eth0`. */
  readonly requested?: string | undefined
  readonly step?: string | undefined
  readonly differs?: readonly string[] | undefined
  readonly left?: readonly string[] | undefined
}

/**
 * Is the error of a network: a NetlinkError that knows the step at which it went wrong, or the settings that differ.
 *
 * @example
 * try {
 *   await network.connect('blue', { addresses: ['10.89.0.2'] })
 * } catch (error) {
 *   if (error instanceof NetworkError) console.log(error.code, error.step) // EADDRINUSE lease
 * }
 */
export class NetworkError extends NetlinkError {
  /** The step that has failed; what the steps before it did has been undone. */
  readonly step: string | undefined
  /** The settings in which what is there differs from what was asked for (code EEXIST); empty otherwise. */
  readonly differs: readonly string[]
  /** Steps that could not be undone, each with the reason. */
  readonly left: readonly string[]

  constructor(init: NetworkErrorInit) {
    super(init)
    this.step = init.step
    this.differs = init.differs ?? []
    this.left = init.left ?? []
    const parts = [init.requested, init.step === undefined ? undefined : `step ${init.step}`]
    const where = parts.filter(part => part !== undefined).join(', ')
    const left = this.left.length === 0 ? '' : `; not undone: ${this.left.join(', ')}`
    this.message = `${where === '' ? '' : `${where}: `}${this.message}${left}`
  }
}

/** Makes the error of something that cannot be done with a network as it is; `code` is an errno name. */
export function stateError(
  code: string,
  detail: string,
  more: Pick<NetworkErrorInit, 'requested' | 'differs'> = {},
): NetworkError {
  return new NetworkError({ reason: 'unsupported', code, detail, ...more })
}

/** Makes the error of a setting that cannot be. */
export function badSetting(fieldPath: string, detail: string, cause?: unknown): NetworkError {
  return new NetworkError({ reason: 'encode', code: 'ERR_NETLINK_BAD_VALUE', detail, fieldPath, cause })
}

/** Makes the error of what was closed before it was done. */
export function closed(requested: string): NetworkError {
  return new NetworkError({
    reason: 'closed',
    code: 'ERR_NETLINK_CLOSED',
    detail: 'it is closed',
    requested: requested,
  })
}

/** Makes the error of things that are there with other settings. */
export function differing(what: string, differs: readonly string[], requested?: string): NetworkError {
  return stateError('EEXIST', `${what} differs in ${differs.join(', ')}`, { differs, requested: requested })
}

/** Makes the error of an exception of node:fs, with the same code; what is none stays what it was. */
export function fileError(error: unknown, path?: string): unknown {
  if (NetlinkError.is(error) || typeof error !== 'object' || error === null) return error
  const { code, syscall, path: own } = error as Partial<NodeJS.ErrnoException>
  if (typeof code !== 'string' || typeof syscall !== 'string') return error
  return new NetworkError({ reason: 'syscall', code, syscall, detail: path ?? own, cause: error })
}

/** Says at which step of what an error has come up, if any; what was neither a NetlinkError nor one of node:fs stays what it was. */
export function atStep(error: unknown, requested?: string, step?: string, left: readonly string[] = []): unknown {
  const known = fileError(error)
  if (!NetlinkError.is(known)) return error
  const { reason, code, syscall, detail, extAck, attrPath, fieldPath, request, partial } = known
  const differs = error instanceof NetworkError ? error.differs : []
  const words = { detail, extAck, attrPath, fieldPath, request, partial, cause: error }
  return new NetworkError({ reason, code, syscall, ...words, requested: requested, step, differs, left })
}

/** A step that could not be undone. */
export interface Left {
  readonly step: string
  readonly error: unknown
}

/** Says what could not be undone, and why. */
export function leftText({ step, error }: Left): string {
  return `${step} (${NetlinkError.is(error) ? error.code : String(error)})`
}

/** Tells a NetlinkError of one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return NetlinkError.is(error) && codes.includes(error.code)
}
