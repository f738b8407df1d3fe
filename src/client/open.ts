import { badValue } from '../errors/netlink-error.js'
import { type AsyncClient, createClient } from '../io/async/async-client.js'
import type { ClientOptions } from '../io/client-options.js'
import type { BlockingClientOf, ClientOf } from '../io/client-types.js'
import type { Monitor } from '../io/monitor/monitor.js'
import { requireProtocol } from '../io/outcome.js'
import { createBlockingClient } from '../io/sync/sync-client.js'
import { kernelTransport } from '../io/transport/kernel-transport.js'
import type { Transport } from '../io/transport/transport.js'
import { rtnetlink } from '../objects/protocol.js'
import { abortSignal, checkOptions, flag, flagOrFilter, integer, type OptionRules } from '../request/check-options.js'
import type { CallOptions } from '../request/operation.js'
import { eventOf, foreignEventOf, groupNumber, type MonitorEvent, type MonitorOptions } from '../rtnetlink/events.js'
import { type BlockingCalls, type Calls, methods, supports } from '../rtnetlink/methods.js'
import { request } from '../rtnetlink/requests.js'
import { socketFilter } from '../rtnetlink/socket-filter.js'
import { checkWatch, type WatchOptions } from '../watch/watch-plan.js'
import { AsyncWatch, type Watch } from './watch.js'

/** How a client is opened. */
export interface OpenOptions extends ClientOptions {
  /** What carries the bytes: the kernel by default, a scripted transport in tests. */
  readonly transport?: Transport | undefined
}

interface Members {
  /** Builds requests without sending them. */
  readonly request: typeof request
  /**
   * Listens to multicast groups; it has joined them when this returns, so that no later change is missed. Throws a
   * TypeError for groups and options that there are not, ERR_NETLINK_BAD_VALUE for a filter that is none, ERR_NETLINK_CLOSED when
   * the client is closed.
   * @example
   * await using events = rt.monitor({ groups: ['link', 'ipv4-route'] })
   * for await (const event of events) console.log(event.type)
   */
  monitor(options: MonitorOptions): Monitor<MonitorEvent>
  /**
   * Mirrors objects without gaps: what is there as `added`, then `ready`, then every change with the object as it was and as it is; what
   * was lost is found out by looking again. An open watch keeps the process alive. Throws a TypeError for options that there are not,
   * ERR_NETLINK_BAD_VALUE for a filter that is none; its readers reject with ENODEV where a link of a filter is not there.
   * @example
   * await using state = rt.watch({ link: true, route: { table: 254 } })
   * for await (const event of state) if (event.type === 'link' && event.action === 'added') console.log(event.new.name)
   */
  watch(options: WatchOptions): Watch
}

/** The asynchronous client: everything returns a promise, requests of one tick leave together. */
export interface Client extends ClientOf<Calls, Members> {}

/** The blocking client: the same calls, answered within the call. It has no monitor. */
export interface BlockingClient extends BlockingClientOf<BlockingCalls, Pick<Members, 'request'>> {}

/**
 * Opens a client in a network namespace; rejects with ERR_NETLINK_UNSUPPORTED on other systems than Linux and without koffi's binary,
 * ENOENT when the namespace is not there, EPERM (CAP_SYS_ADMIN) when it may not be entered.
 *
 * @example
 * await using rt = await open({ netns: 'blue' })
 * await rt.link.set('lo', { up: true })
 */
export async function open(options: OpenOptions = {}): Promise<Client> {
  const { transport, rest } = parts(options)
  return createClient(transport, rest, rtnetlink, methods, client => ({
    request,
    supports: async (what: { readonly kind: string }, callOptions?: CallOptions) =>
      (await client.run(supports(what, callOptions))) as boolean,
    monitor: (monitorOptions: MonitorOptions) => openMonitor(client, monitorOptions),
    watch: (watchOptions: WatchOptions) => openWatch(client, watchOptions),
  }))
}

/**
 * Opens the blocking client; throws what `open` rejects with.
 *
 * @example
 * using rt = openSync()
 * console.log(rt.link.list().map(l => l.name))
 */
export function openSync(options: OpenOptions = {}): BlockingClient {
  const { transport, rest } = parts(options)
  return createBlockingClient(transport, rest, rtnetlink, methods, client => ({
    request,
    supports: (what: { readonly kind: string }, callOptions?: CallOptions) =>
      client.run(supports(what, callOptions)) as boolean,
  }))
}

function parts(options: OpenOptions): { readonly transport: Transport; readonly rest: ClientOptions } {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError('open takes an object of options')
  const { transport = kernelTransport, ...rest } = options
  return { transport, rest }
}

/** The size of a kernel's queue in bytes. */
const queue = integer(1, 2 ** 30 - 1)

const watchOptions: OptionRules<WatchOptions> = {
  link: flag,
  addr: flagOrFilter,
  route: flagOrFilter,
  neigh: flagOrFilter,
  rule: flagOrFilter,
  signal: abortSignal,
  bufferBytes: queue,
}

function openWatch(client: AsyncClient, options: WatchOptions): Watch {
  checkOptions('a watch', options, watchOptions)
  checkWatch(options)
  requireProtocol(client.channel.protocol, rtnetlink)
  return new AsyncWatch(client, options)
}

const monitorOptions: OptionRules<MonitorOptions> = {
  groups: { holds: value => Array.isArray(value) && value.length > 0, text: 'an array of one multicast group or more' },
  filter: { holds: value => typeof value === 'object' && value !== null, text: 'a filter or a BPF program' },
  allNetns: flag,
  signal: abortSignal,
  bufferBytes: queue,
}

function openMonitor(client: AsyncClient, options: MonitorOptions): Monitor<MonitorEvent> {
  checkOptions('a monitor', options, monitorOptions)
  const { groups, filter, ...rest } = options
  if (groups === undefined) throw new TypeError('monitor takes { groups: [ … ] }')
  const protocol = client.channel.protocol.id
  if (protocol !== rtnetlink.id) checkForeign(protocol, options)
  return client.openMonitor({
    ...rest,
    filter: filter === undefined || filter instanceof Uint8Array ? filter : socketFilter([filter]),
    groups: groups.map(groupNumber),
    decode: protocol === rtnetlink.id ? eventOf : foreignEventOf,
    overrun: () => ({ type: 'overrun' }),
  })
}

/** Refuses what is of rtnetlink for a monitor of another netlink family: the numbers of its groups and messages mean something else there. */
function checkForeign(protocol: number, { groups, filter }: MonitorOptions): void {
  if (groups.some(group => typeof group === 'string'))
    throw badValue('groups', `must be numbers: the names are those of rtnetlink, not of netlink family ${protocol}`)
  if (filter !== undefined && !(filter instanceof Uint8Array))
    throw badValue('filter', `must be a BPF program: others look at rtnetlink, not at netlink family ${protocol}`)
}
