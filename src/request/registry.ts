import { lazyModule } from '../codec/lazy-module.js'
import type { MessageCodec } from '../codec/table.js'
import { type FamilyName, messageFamilies } from '../generated/registry.gen.js'
import { NLM_F_REQUEST } from '../wire/nlmsghdr.js'
import type { Make } from './events.js'
import type { Verbs } from './operation.js'

/** What a file of `families/` exports: all that is known of one family. */
export interface Family {
  /** Tables and decoders of its message types. */
  readonly messages: readonly MessageCodec[]
  /** Builders of requests, by object. */
  readonly requests: { readonly [object: string]: object }
  /** Verbs of clients, by object. */
  readonly verbs: Verbs
  /** What monitors make of its notifications, by message type. */
  readonly events: readonly (readonly [number, Make])[]
  /** Decoders of its objects, by their exported names. */
  readonly decoders: { readonly [name: string]: ObjectDecoder<unknown> }
}

/** Decodes the object whose message payload lies between two offsets; `undefined` when that is too short for the header. */
export type ObjectDecoder<T> = (bytes: Uint8Array, view: DataView, start: number, end: number) => T | undefined

/** Gives a family: its tables, decoders and verbs. */
export function family(name: FamilyName): Family {
  return lazyModule(name) as Family
}

const codecs = new Map<number, MessageCodec>()

/**
 * Gives the tables of a message; `undefined` for a type that no family has. What the kernel is sent under a type (NLM_F_REQUEST)
 * may hold other attributes than what it sends.
 */
export function codecOf(type: number, flags: number): MessageCodec | undefined {
  const codec = codecs.get(type) ?? load(type)
  return (flags & NLM_F_REQUEST) === 0 ? codec : (codec?.request ?? codec)
}

function load(type: number): MessageCodec | undefined {
  const name = messageFamilies.get(type)
  if (name === undefined) return undefined
  for (const codec of family(name).messages) codecs.set(codec.type, codec)
  return codecs.get(type)
}

/** Makes a table whose entries are loaded one by one, each at its first use. */
export function lazyTable<T extends object>(
  names: readonly (keyof T & string)[],
  load: (name: keyof T & string) => unknown,
): T {
  const table = {}
  for (const name of names) {
    Object.defineProperty(table, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = load(name)
        Object.defineProperty(table, name, { value, configurable: true, enumerable: true, writable: false })
        return value
      },
    })
  }
  return table as T
}
