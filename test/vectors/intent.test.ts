import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage, type Message, type Request } from '../../src/codec.js'
import { fromHex, requestVectors, type Vector } from '../support/vector-bytes.js'
import { actionIntents } from './intent-action.js'
import { bridgeIntents } from './intent-bridge.js'
import { filterIntents } from './intent-filter.js'
import { l3Intents } from './intent-l3.js'
import { linkIntents } from './intent-link.js'
import { qdiscIntents } from './intent-qdisc.js'
import { routeIntents } from './intent-route.js'
import { statsIntents } from './intent-stats.js'
import { tcIntents } from './intent-tc.js'

const vectors = new Map([...requestVectors().values()].flat().map(vector => [vector.command, vector]))
const intents: readonly (readonly [string, Request<unknown>])[] = [
  ...actionIntents,
  ...bridgeIntents,
  ...filterIntents,
  ...linkIntents,
  ...qdiscIntents,
  ...routeIntents,
  ...statsIntents,
  ...l3Intents,
]
const NLM_F_ACK = 4
const RTM_DELADDR = 21
const RTM_DELNEIGH = 29
const RTM_NEWRULE = 32
const RTM_NEWQDISC = 36
const RTM_GETTCLASS = 42
const RTM_NEWACTION = 48
const RTM_DELACTION = 49
const RTM_SETNEIGHTBL = 67
const RTM_GETNEXTHOP = 106
const RTM_NEWLINKPROP = 108

type Dict = Record<string, unknown>

/** Fills in what the transport would: indexes of named links, and iproute2's own descriptor of a namespace. */
function filled(request: Request<unknown>, vector: Vector, theirs: Message): Uint8Array {
  const bytes = request.bytes.slice()
  const view = new DataView(bytes.buffer)
  for (const fixUp of request.fixUps) {
    expect(view.getUint32(fixUp.offset, true)).toBe(0)
    const attrs = theirs.attrs as Dict
    const value = fixUp.kind === 'link' ? indexOf(vector, fixUp.name) : (attrs['netNsFd'] ?? attrs['fd'])
    if (typeof value !== 'number') throw new Error(`nothing is known of ${fixUp.fieldPath}`)
    view.setUint32(fixUp.offset, value, true)
  }
  return bytes
}

const indexOf = (vector: Vector, name: string): number | undefined => (name === 'lo' ? 1 : vector.links[name])

/** Is what differs on purpose, each with its reason; `ours` and `theirs` are changed where a difference is allowed. */
const diff: Readonly<Record<string, (ours: Dict, theirs: Dict, vector: Vector) => boolean>> = {
  // DESIGN section 3: what a library adds is static, what ip adds is boot.
  'protocol static, not boot': (ours, theirs) =>
    replaced(...both(ours, theirs, 'header'), 'protocol', 'static', 'boot'),
  // The same of rules, where ip sends none at all.
  'protocol static of a rule': (ours, theirs) => {
    const [mine, others] = both(ours, theirs, 'attrs')
    if (ours['type'] !== RTM_NEWRULE || others['protocol'] !== undefined) return false
    return replaced(mine, others, 'protocol', 'static', undefined)
  },
  // `from all` is nothing, not an empty address.
  'no empty address': (ours, theirs) => replaced(...both(ours, theirs, 'attrs'), 'src', undefined, ''),
  // The kernel looks at no state when it deletes (neigh_delete, net/core/neighbour.c).
  'no state in a delete': (ours, theirs) =>
    ours['type'] === RTM_DELNEIGH && replaced(...both(ours, theirs, 'header'), 'state', 0, 128),
  // neightbl_set (net/core/neighbour.c) looks at no flag.
  'no REPLACE for neighbour tables': (ours, theirs) =>
    ours['type'] === RTM_SETNEIGHTBL && replaced(ours, theirs, 'flags', 1, 0x101),
  // A kernel before 6.9 does not know the attribute, and no flags are what it has.
  'no flags of a get that asks for nothing': (ours, theirs) =>
    ours['type'] === RTM_GETNEXTHOP && replaced(...both(ours, theirs, 'attrs'), 'opFlags', undefined, 0),
  // A name that the message can carry saves a look-up, and a race.
  'the name of the link, not its index': (ours, theirs, vector) => {
    const [header, others] = both(ours, theirs, 'header')
    const [attrs, theirAttrs] = both(ours, theirs, 'attrs')
    const name = attrs['name']
    if (typeof name !== 'string' || theirAttrs['name'] === name || indexOf(vector, name) !== others['index'])
      return false
    delete attrs['name']
    header['index'] = others['index']
    return true
  },
  // IFA_FLAGS wins where it is there; an old kernel that does not know it finds the flags that fit in the header.
  'flags of an address in the header too': (ours, theirs) => {
    const [mine, others] = both(ours, theirs, 'header')
    return (ours['attrs'] as Dict)['flags'] !== undefined && replaced(mine, others, 'flags', 2, 0)
  },
  // Where ip deletes an address of any length (and warns), the library deletes what it was told: a host address.
  'no wildcard in a delete of an address': (ours, theirs) =>
    ours['type'] === RTM_DELADDR && replaced(...both(ours, theirs, 'attrs'), 'address', '192.0.2.2', undefined),
  // A length of 0 says it all (fib6_config has zeros already).
  'no address of default': (ours, theirs) => replaced(...both(ours, theirs, 'attrs'), 'dst', undefined, '::'),
  // rtnl_linkprop (net/core/rtnetlink.c) looks at no flag.
  'no APPEND for names': (ours, theirs) =>
    ours['type'] === RTM_NEWLINKPROP && replaced(ours, theirs, 'flags', 0x601, 0xe01),
  // iproute2 says `bridge_slave` in IFLA_INFO_KIND; IFLA_INFO_SLAVE_KIND is where the kernel itself says it.
  'the slave kind in its own attribute': (ours, theirs) => {
    const mine = (ours['attrs'] as Dict)['linkinfo'] as Dict | undefined
    const others = (theirs['attrs'] as Dict)['linkinfo'] as Dict | undefined
    const kind = mine?.['slaveKind']
    if (kind === undefined || others?.['kind'] !== `${kind}_slave`) return false
    delete mine?.['slaveKind']
    delete others['kind']
    return true
  },
  // The kernel makes nothing of options without content.
  'no empty options of a qdisc': (ours, theirs) => {
    const { kind, options } = theirs['attrs'] as Dict
    const empty = typeof options === 'object' && Object.keys(options as Dict).join() === 'kind'
    if (ours['type'] !== RTM_NEWQDISC || !empty || (options as Dict)['kind'] !== kind) return false
    if ((ours['attrs'] as Dict)['options'] === undefined) delete (theirs['attrs'] as Dict)['options']
    return (theirs['attrs'] as Dict)['options'] === undefined
  },
  // Behind the struct iproute2 has room for an option that no kernel knows (tc/q_prio.c).
  'no tail of prio': (ours, theirs) => {
    const options = (theirs['attrs'] as Dict)['options'] as Dict | undefined
    return ours['type'] === RTM_NEWQDISC && options?.['$tail'] !== undefined && delete options['$tail']
  },
  // What an action is not told is 0 (act_ct.c, act_ctinfo.c, act_tunnel_key.c).
  'no zeros in actions': (ours, theirs) => {
    const [mine, others] = both(ours, theirs, 'attrs')
    return ours['type'] === RTM_NEWACTION && withoutZeros(mine, others)
  },
  // The echo says how many actions there were.
  'an echo of a flush of actions': (ours, theirs) =>
    ours['type'] === RTM_DELACTION && replaced(ours, theirs, 'flags', 0x109, 0x101),
  // Beyond 32 bits tc computes tables, and tbf's bursts in ticks, of what is left of the rate. The kernel reads neither: it has
  // the rate in 64 bits and the burst in bytes (tbf_change, htb_change_class).
  'tables of a rate of more than 32 bits': (ours, theirs) => {
    const [mine, others] = both(ours, theirs, 'attrs').map(attrs => (attrs['options'] ?? {}) as Dict) as [Dict, Dict]
    const wide = mine['rate64'] !== undefined || mine['ceil64'] !== undefined
    if (!wide || (mine['kind'] !== 'tbf' && mine['kind'] !== 'htb')) return false
    for (const key of ['rtab', 'ctab', 'ptab']) if (others[key] !== undefined) mine[key] = others[key]
    const [parms, theirParms] = both(mine, others, 'parms')
    if (mine['kind'] === 'tbf') Object.assign(parms, { buffer: theirParms['buffer'], mtu: theirParms['mtu'] })
    return true
  },
  // The kernel looks for a qdisc of the parent's major number (tc_dump_tclass_qdisc): at the root tc shows nothing.
  'classes of all qdiscs, of which those at the root are taken': (ours, theirs) =>
    ours['type'] === RTM_GETTCLASS && replaced(...both(ours, theirs, 'header'), 'parent', 0, 0xffff_ffff),
  // tca_action_flush looks at the kind alone.
  'no dump flags in a flush of actions': (ours, theirs) => {
    const others = theirs['attrs'] as Dict
    if (ours['type'] !== RTM_DELACTION || others['flags'] === undefined) return false
    delete others['flags']
    return true
  },
}

/** Takes zeros out of what iproute2 says where we say nothing. */
function withoutZeros(ours: Dict | undefined, theirs: Dict): boolean {
  let any = false
  for (const [key, value] of Object.entries(theirs)) {
    const mine = ours?.[key] as Dict | undefined
    if (value === 0 && mine === undefined) any = delete theirs[key]
    else if (typeof value === 'object' && value !== null) any = withoutZeros(mine, value as Dict) || any
  }
  return any
}

function both(ours: Dict, theirs: Dict, key: string): [Dict, Dict] {
  return [ours[key] as Dict, theirs[key] as Dict]
}

function replaced(mine: Dict, others: Dict, key: string, ours: unknown, theirs: unknown): boolean {
  if (mine[key] !== ours || others[key] !== theirs) return false
  if (theirs === undefined) delete mine[key]
  else mine[key] = theirs
  return true
}

/** Decodes to plain objects, whose keys have no order: attributes in any order are equal. */
function plain(bytes: Uint8Array): Dict {
  const { type, flags, header, attrs } = decodeMessage(bytes)
  return structuredClone({ type, flags: flags & ~NLM_F_ACK, header, attrs })
}

describe('the builders say what iproute2 says', () => {
  const used = new Set<string>()

  test('in more than 250 commands', () => {
    expect(new Set(intents.map(([command]) => command)).size).toBe(intents.length)
    expect(intents.length).toBeGreaterThan(250)
  })

  test.each([...intents, ...tcIntents])('%s', (command, request) => {
    const vector = vectors.get(command)
    if (vector === undefined) throw new Error('no such command in requests/')
    const bytes = fromHex(vector.hex)
    const theirs = plain(bytes)
    const built = filled(request, vector, decodeMessage(bytes))
    const ours = plain(built)
    for (const [name, allow] of Object.entries(diff)) if (allow(ours, theirs, vector)) used.add(name)
    expect(ours).toEqual(theirs)
    expect(encodeMessage(decodeMessage(built))).toStrictEqual(built)
  })

  test('but for differences that all occur', () => {
    expect([...used].sort()).toEqual(Object.keys(diff).sort())
  })
})
