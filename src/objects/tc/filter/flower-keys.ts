import { own } from '../../../codec/own-property.js'
import { quote } from '../../../codec/text/quote.js'
import { ethPEnum } from '../../../generated/common/tables.gen.js'
import * as c from '../../../generated/constants.gen.js'
import { badField } from '../../../request/build.js'
import type { ErrorContext } from '../../arguments.js'

type Options = Readonly<Record<string, unknown>>

/** What cls_flower knows of the frames that a filter is about. */
interface Frame {
  /** Has a tag; has a second one. */
  readonly vlan: boolean
  readonly cvlan: boolean
  readonly pppoe: boolean
  /** Has an IPv4 address, whatever its type. */
  readonly addressed: boolean
  /** ETH_P_ of what is inside of tags and PPPoE; 0 where nothing says it. */
  readonly type: number
  /** IPPROTO_, by the version of IP, and of both; 0 where nothing says it. */
  readonly v4: number
  readonly v6: number
  readonly proto: number
}

const [ICMP, TCP, UDP, ICMPV6, L2TP, SCTP] = [1, 6, 17, 58, 115, 132]

/** Numbers of PPP protocols, and the ETH_P_ of the same (fl_set_key_pppoe). */
const insidePpp: Readonly<Record<number, number>> = {
  33: c.ETH_P_IP,
  87: c.ETH_P_IPV6,
  641: c.ETH_P_MPLS_UC,
  643: c.ETH_P_MPLS_MC,
}

const ip = "keyEthType 'ip' or 'ipv6'"

/** What the kernel wants to know before it reads a key (fl_set_key, net/sched/cls_flower.c), and how a filter says it. */
const needs: readonly (readonly [key: string, known: (frame: Frame) => boolean, what: string])[] = [
  ['keyVlan', frame => frame.vlan, "keyEthType '8021q' or '8021ad', or keyNumOfVlans"],
  ['keyCvlan', frame => frame.cvlan, "keyVlanEthType '8021q' or '8021ad', or keyNumOfVlans above 1"],
  ['keyPpp', frame => frame.pppoe, "keyEthType 'ppp-ses'"],
  ['keyIpProto', ({ type }) => type === c.ETH_P_IP || type === c.ETH_P_IPV6, ip],
  ['keyIpTos', ({ type }) => type === c.ETH_P_IP || type === c.ETH_P_IPV6, ip],
  ['keyIpTtl', ({ type }) => type === c.ETH_P_IP || type === c.ETH_P_IPV6, ip],
  ['keyIpv6', frame => !frame.addressed, 'no IPv4 address beside it'],
  ['keyArp', ({ type }) => type === c.ETH_P_ARP || type === c.ETH_P_RARP, "keyEthType 'arp' or 'rarp'"],
  ['keyMpls', ({ type }) => type === c.ETH_P_MPLS_UC || type === c.ETH_P_MPLS_MC, "keyEthType 'mpls-uc' or 'mpls-mc'"],
  ['keyCfm', ({ type }) => type === c.ETH_P_CFM, "keyEthType 'cfm'"],
  ['keyTcp', ({ proto }) => proto === TCP, 'keyIpProto 6'],
  ['keyUdp', ({ proto }) => proto === UDP, 'keyIpProto 17'],
  ['keySctp', ({ proto }) => proto === SCTP, 'keyIpProto 132'],
  ['keyPort', ({ proto }) => proto === TCP || proto === UDP || proto === SCTP, 'keyIpProto 6, 17 or 132'],
  ['keyL2tpv3', ({ proto }) => proto === L2TP, 'keyIpProto 115'],
  ['keyIcmpv4', ({ v4 }) => v4 === ICMP, "keyEthType 'ip' and keyIpProto 1"],
  ['keyIcmpv6', ({ v6 }) => v6 === ICMPV6, "keyEthType 'ipv6' and keyIpProto 58"],
]

/** Finds what the kernel knows, in its order: with tags the type inside is what the innermost tag says. */
function frameOf(options: Options): Frame {
  const [outer, tagged, inner] = [options['keyEthType'], options['keyVlanEthType'], options['keyCvlanEthType']].map(
    typeOf,
  )
  const tags = Number(options['keyNumOfVlans'] ?? 0)
  const vlan = tags > 0 || isTag(outer)
  const cvlan = vlan && (tags > 1 || isTag(tagged))
  const carried = (cvlan ? inner : vlan ? tagged : outer) ?? 0
  const pppoe = carried === c.ETH_P_PPP_SES
  const ppp = options['keyPppProto']
  const type = !pppoe ? carried : typeof ppp === 'number' ? (insidePpp[ppp] ?? carried) : 0
  const addressed = options['keyIpv4Src'] !== undefined || options['keyIpv4Dst'] !== undefined
  const said = Number(options['keyIpProto'] ?? 0)
  const v4 = type === c.ETH_P_IP ? said : 0
  const v6 = type === c.ETH_P_IPV6 ? said : 0
  return { vlan, cvlan, pppoe, addressed, type, v4, v6, proto: v4 || v6 }
}

function typeOf(value: unknown): number | undefined {
  return typeof value === 'string' ? ethPEnum.value(value) : typeof value === 'number' ? value : undefined
}

function isTag(type: number | undefined): boolean {
  return type === c.ETH_P_8021Q || type === c.ETH_P_8021AD
}

/** Numbers of which the kernel takes the low bits alone (fl_set_key_vlan). */
const most: Readonly<Record<string, number>> = { keyVlanId: 0xfff, keyVlanPrio: 7, keyCvlanId: 0xfff, keyCvlanPrio: 7 }

const types = ['keyEthType', 'keyVlanEthType', 'keyCvlanEthType']

/** Tells whether a type or protocol that keys are judged by is none: the encoder refuses it. */
function isUnread(options: Options): boolean {
  const named = types.some(key => options[key] !== undefined && typeOf(options[key]) === undefined)
  return named || typeof options['keyIpProto'] === 'string'
}

/** Refuses keys of a flower filter that the kernel passes over without a word, or takes for others: it would not match what it says. */
export function checkFlowerKeys(context: ErrorContext, options: Options): void {
  if (isUnread(options)) return
  const frame = frameOf(options)
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue
    const limit = own(most, key)
    if (limit !== undefined && Number(value) > limit)
      throw badField(context.what, context.spec, `options.${key}`, `${quote(value)} is greater than ${limit}`)
    const need = needs.find(([start]) => key.startsWith(start))
    const what = need === undefined || need[1](frame) ? missingKey(options, key) : need[2]
    if (what !== undefined)
      throw badField(context.what, context.spec, `options.${key}`, `is looked at only with ${what}`)
  }
}

/** A mask belongs to a key. */
function missingKey(options: Options, key: string): string | undefined {
  if (!key.startsWith('key') || !key.endsWith('Mask')) return undefined
  const of = key.slice(0, -'Mask'.length)
  return options[of] === undefined ? of : undefined
}
