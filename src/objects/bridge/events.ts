import {
  RTM_DELMDB,
  RTM_DELTUNNEL,
  RTM_DELVLAN,
  RTM_NEWMDB,
  RTM_NEWTUNNEL,
  RTM_NEWVLAN,
} from '../../generated/constants.gen.js'
import type { MakeEvent } from '../../request/events.js'
import { Several } from '../../request/request.js'
import type { MonitorEvent } from '../../rtnetlink/events.js'
import { decodeMdbEntries, decodeMdbRouters } from './mdb/requests.js'
import { decodeBridgeVlanGlobals, decodeBridgeVlans } from './vlan/requests.js'
import { decodeTunnelVnis } from './vni/requests.js'

/** Decodes the objects of one kind that a message holds; `undefined` when its header is cut off. */
type DecodeAll = (bytes: Uint8Array, view: DataView, start: number, end: number) => readonly object[] | undefined

/** One event an object: the kernel groups what it says, and a message may hold objects of two kinds. */
function each(added: number, removed: number, kinds: Readonly<Record<string, DecodeAll>>): [number, MakeEvent][] {
  const make =
    (action: 'new' | 'delete'): MakeEvent =>
    (bytes, view, start, end) => {
      const events = Object.entries(kinds).flatMap(([type, decode]) =>
        (decode(bytes, view, start, end) ?? []).map(object => ({ type, action, [type]: object })),
      )
      return events.length === 0 ? undefined : new Several(events as unknown as MonitorEvent[])
    }
  return [
    [added, make('new')],
    [removed, make('delete')],
  ]
}

/** What monitors make of notifications of the groups `mdb`, `brvlan` and `tunnel`. */
export const bridgeEvents: readonly (readonly [number, MakeEvent])[] = [
  ...each(RTM_NEWMDB, RTM_DELMDB, { mdb: decodeMdbEntries, mdbRouter: decodeMdbRouters }),
  ...each(RTM_NEWVLAN, RTM_DELVLAN, { vlan: decodeBridgeVlans, vlanGlobal: decodeBridgeVlanGlobals }),
  ...each(RTM_NEWTUNNEL, RTM_DELTUNNEL, { tunnel: decodeTunnelVnis }),
]
