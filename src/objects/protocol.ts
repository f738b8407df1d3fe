import type { MessageCodec } from '../codec/table.js'
import { type ModuleName, messageModules } from '../generated/registry.gen.js'
import type { MessageVerb, Protocol } from '../request/protocol.js'
import { Registry } from '../request/registry.js'
import { linkLookup } from './link/lookup.js'

/** The objects of rtnetlink. */
export const registry = new Registry<ModuleName>(messageModules)

/**
 * RTM_NEWADDR to RTM_GETRULE: addresses, routes, neighbors and rules. Links and qdiscs may ask a driver, and when a signal ends that
 * with EINTR netlink_rcv_skb answers nothing: without an ACK it would look like success.
 */
const FIRST_SILENT = 20
const LAST_SILENT = 35
const RTM_NEWLINK = 16
const RTM_DELLINK = 17
const RTM_SETLINK = 19
const RTM_NEWLINKPROP = 108
const RTM_DELLINKPROP = 109

/** rtnetlink numbers its types NEW, DEL, GET, SET in fours (include/uapi/linux/rtnetlink.h); control messages are below 16. */
const verbs: readonly MessageVerb[] = ['new', 'delete', 'get', 'set']

/** rtnetlink: NETLINK_ROUTE, its tables, and how the kernel treats its messages. */
export const rtnetlink: Protocol = {
  id: 0,
  name: 'rtnetlink',
  codecOf: (type, flags) => registry.codecOf(type, flags),
  verbOf: type => (type < RTM_NEWLINK ? undefined : verbs[type & 3]),
  nameOf(type, flags) {
    const codec = registry.codecOf(type, flags)
    return codec === undefined ? undefined : `RTM_${codec.name.toUpperCase()}`
  },
  isSilent: type => type >= FIRST_SILENT && type <= LAST_SILENT,
  // Up to 18 ms in RCU waits (unregister_netdevice_many, net/core/dev.c).
  isSlow: type => type === RTM_DELLINK,
  changesNames: type =>
    type === RTM_NEWLINK ||
    type === RTM_DELLINK ||
    type === RTM_SETLINK ||
    type === RTM_NEWLINKPROP ||
    type === RTM_DELLINKPROP,
  lookup: linkLookup,
}

/** Returns the tables of a message by its type and flags. Throws TypeError for an unknown type. */
export function messageCodec(type: number, flags = 0): MessageCodec {
  const codec = registry.codecOf(type, flags)
  if (codec === undefined) throw new TypeError(`rtnetlink has no table of message type ${type}`)
  return codec
}
