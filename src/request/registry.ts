import { lazyModule } from '../codec/lazy-module.js'
import type { MessageCodec } from '../codec/table.js'
import { NLM_F_REQUEST } from '../wire/nlmsghdr.js'
import type { MakeEvent } from './events.js'
import type { MethodTables } from './operation.js'

/** A module of objects: everything the library knows about the objects that are loaded together. */
export interface ObjectModule {
  /** Tables and decoders of the message types. */
  readonly messages: readonly MessageCodec[]
  /** Builders of requests, by object. */
  readonly requests: { readonly [object: string]: object }
  /** The clients' methods, by object. */
  readonly methods: MethodTables
  /** Functions that turn notifications into events, by message type. */
  readonly events: readonly (readonly [number, MakeEvent])[]
  /** Decoders of objects, by their exported names. */
  readonly decoders: { readonly [name: string]: ObjectDecoder<unknown> }
}

/** Everything the library knows about one object. */
export interface KernelObject {
  /** Builders of requests. */
  readonly requests: object
  /** The tasks behind the clients' methods. */
  readonly methods: MethodTables[string]
  /** Functions that turn notifications into events, by message type. */
  readonly events: readonly (readonly [number, MakeEvent])[]
  /** Decoders of message payloads, by their exported names. */
  readonly decoders: { readonly [name: string]: ObjectDecoder<unknown> }
}

/** Returns the module of objects that are loaded together; `notified` are objects without requests. */
export function objectModule(
  messages: readonly MessageCodec[],
  objects: { readonly [name: string]: KernelObject },
  ...notified: readonly KernelObject[]
): ObjectModule {
  const all = [...Object.values(objects), ...notified]
  const part = <K extends 'requests' | 'methods'>(key: K) =>
    Object.fromEntries(Object.entries(objects).map(([name, object]) => [name, object[key]]))
  return {
    messages,
    requests: part('requests'),
    methods: part('methods') as MethodTables,
    events: all.flatMap(({ events }) => events),
    decoders: Object.assign({}, ...all.map(({ decoders }) => decoders)),
  }
}

/** Decodes the object whose message payload lies between two offsets; `undefined` when that is too short for the header. */
export type ObjectDecoder<T> = (bytes: Uint8Array, view: DataView, start: number, end: number) => T | undefined

/** The objects of one netlink family, loaded module by module at the first use of a message type or an object. */
export class Registry<Name extends string> {
  readonly #moduleNames: ReadonlyMap<number, Name>
  readonly #codecs = new Map<number, MessageCodec>()
  readonly #events = new Map<number, MakeEvent>()

  /** `moduleNames` has the module of every message type. */
  constructor(moduleNames: ReadonlyMap<number, Name>) {
    this.#moduleNames = moduleNames
  }

  /** Returns a module, loading it at the first use. */
  module(name: Name): ObjectModule {
    return lazyModule(name) as ObjectModule
  }

  /**
   * Returns the tables of a message; `undefined` for an unknown type. A request (NLM_F_REQUEST) can have other attributes than the
   * kernel's messages of the same type.
   */
  codecOf(type: number, flags: number): MessageCodec | undefined {
    const codec = this.#codecs.get(type) ?? this.#loadCodec(type)
    return (flags & NLM_F_REQUEST) === 0 ? codec : (codec?.request ?? codec)
  }

  /** Returns the function that turns a notification of a type into an event. */
  eventOf(type: number): MakeEvent | undefined {
    return this.#events.get(type) ?? this.#loadEvent(type)
  }

  #loadCodec(type: number): MessageCodec | undefined {
    const name = this.#moduleNames.get(type)
    if (name === undefined) return undefined
    for (const codec of this.module(name).messages) this.#codecs.set(codec.type, codec)
    return this.#codecs.get(type)
  }

  #loadEvent(type: number): MakeEvent | undefined {
    const name = this.#moduleNames.get(type)
    if (name === undefined) return undefined
    for (const [each, make] of this.module(name).events) this.#events.set(each, make)
    return this.#events.get(type)
  }
}

/** Returns a table whose entries are loaded one by one, each at its first use. */
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
