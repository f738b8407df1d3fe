import { type Client, type NamespaceRef, open } from '../index.js'
import * as netns from '../netns.js'
import { atStep } from './network-error.js'
import { checkOptions, type Options } from './options.js'

/** Where networks are. */
export interface NetworkOptions {
  /** The namespace that has the bridges and the parents; the caller's by default. */
  readonly netns?: NamespaceRef | undefined
  /** Where the files of networks are kept, `/run/rtnetlink/networks` by default: in a folder for each namespace. */
  readonly directory?: string | undefined
  /** Ends the call between two steps; what was done is undone. */
  readonly signal?: AbortSignal | undefined
}

/** What options of a place are. */
export const hostOptions = { netns: 'other', directory: 'text', signal: 'other' } satisfies Options<NetworkOptions>

/** Rejects options that there are not (ERR_NETLINK_BAD_VALUE): one that is misspelt would mean another place. */
export function checkHostOptions(options: NetworkOptions): void {
  checkOptions('the place of a network', hostOptions, options)
}

/** The namespace of a network, open: what all of its steps work with. */
export class Host implements AsyncDisposable {
  readonly netns: netns.Namespace
  readonly rt: Client
  /** The folder of this namespace's networks. */
  readonly directory: string

  private constructor(namespace: netns.Namespace, rt: Client, directory: string) {
    this.netns = namespace
    this.rt = rt
    this.directory = directory
  }

  /** Opens it; what it rejects with is a NetworkError. */
  static async open(options: NetworkOptions): Promise<Host> {
    options.signal?.throwIfAborted()
    try {
      return await Host.#open(options)
    } catch (error) {
      throw atStep(error)
    }
  }

  static async #open({ netns: ref, directory = '/run/rtnetlink/networks' }: NetworkOptions): Promise<Host> {
    const namespace = ref === undefined ? netns.current() : netns.open(ref)
    try {
      const folder = `${directory}/${namespace.cookie}`
      return new Host(namespace, await open({ netns: namespace }), folder)
    } catch (error) {
      namespace.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.rt.close()
    this.netns.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
