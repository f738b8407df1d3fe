import { type Client, type NamespaceRef, open } from '../index.js'
import * as netns from '../netns.js'

/** Where networks are. */
export interface NetworkOptions {
  /** The namespace that has the bridges and the parents; the caller's by default. */
  readonly netns?: NamespaceRef | undefined
  /** Where the files of networks are kept, `/run/rtnetlink/networks` by default: in a folder for each namespace. */
  readonly directory?: string | undefined
  /** Ends the call between two steps; what was done is undone. */
  readonly signal?: AbortSignal | undefined
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

  static async open({ netns: ref, directory = '/run/rtnetlink/networks' }: NetworkOptions): Promise<Host> {
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
