/**
 * Messages, objects and requests as values: bytes in, typed objects out, and back. No sockets, no native code, no `node:` imports; each
 * family is loaded at its first use, what families share with the first of them, by `process.getBuiltinModule`, so that it does not run
 * in browsers.
 */
export type { ActionControl, PeditKey, PeditSel, PeditSelSpec, SockFilter } from './codec/action-codecs.js'
export type { Via } from './codec/codecs.js'
export type { DcbSelector } from './codec/dcb-trust.js'
export type { Ematch, EmatchContainer, EmatchSpec } from './codec/ematch.js'
export type { TcOperand } from './codec/ematch-attributes.js'
export type { EmatchIpt, EmatchIptSpec } from './codec/ematch-ipt.js'
export type {
  EmatchBody,
  EmatchBodySpec,
  EmatchCanid,
  EmatchCmp,
  EmatchIpset,
  EmatchNbyte,
  EmatchOther,
  EmatchText,
  EmatchU32,
  TcLayer,
} from './codec/ematch-kinds.js'
export type { EmatchMeta, EmatchMetaSpec, TcMetaId, TcMetaValue } from './codec/ematch-meta.js'
export { flagNames } from './codec/flags.js'
export { handleText, u32HandleText } from './codec/handle.js'
export { jsonReplacer } from './codec/json.js'
export { type NdOption, ndOptions } from './codec/nd-options.js'
export { chokeOptions, redOptions } from './codec/red.js'
export type {
  Ioam6Trace,
  Ioam6TraceSpec,
  RplSrh,
  Seg6IptunMode,
  Seg6Srh,
  Seg6SrhSpec,
  SegmentRoutingHeader,
  SegmentRoutingHeaderSpec,
} from './codec/segment-routing.js'
export type {
  FramingSpec,
  HtbClassShape,
  HtbQdiscShape,
  PoliceShape,
  Rate,
  StabShape,
  TbfShape,
} from './codec/shaping.js'
export { estimator, sizeTicks, tickSize, ticks, tickTime } from './codec/ticks.js'
export type { Remark, RemarkCode, UnknownAttribute, Unknowns } from './codec/trace.js'
export type { TcU32Key, TcU32KeySpec, TcU32Pcnt, TcU32Sel, TcU32SelFlag, TcU32SelSpec } from './codec/u32-selector.js'
export { rate, size, time, time64 } from './codec/units.js'
export { NetlinkError } from './errors/netlink-error.js'
export type * from './generated/addr.types.gen.js'
export type * from './generated/bridge.types.gen.js'
export type * from './generated/common.types.gen.js'
export type * from './generated/dcb.types.gen.js'
export type * from './generated/l3.types.gen.js'
export type * from './generated/link.types.gen.js'
export type * from './generated/link-rare.types.gen.js'
export type * from './generated/neigh.types.gen.js'
export type * from './generated/nsid.types.gen.js'
export type * from './generated/route.types.gen.js'
export type * from './generated/rule.types.gen.js'
export type * from './generated/stats.types.gen.js'
export type * from './generated/tc.types.gen.js'
export type * from './generated/tc-rare.types.gen.js'
export { gotoChain, jump } from './rtnl/action-control.js'
export type { Action } from './rtnl/action-fields.js'
export type { CapturedMessage } from './rtnl/capture.js'
export { decodeCapture, hexdump } from './rtnl/inspect.js'
export type { IpJsonOptions, IpJsonRouteOptions, IpJsonWithLinks } from './rtnl/ip-json/context.js'
export type { IpNames, NumberNames } from './rtnl/ip-json/names.js'
export { toIpJson } from './rtnl/ip-json.js'
export type { Message } from './rtnl/message.js'
export { decodeMessage, encodeMessage } from './rtnl/messages.js'

export {
  decodeAcAddr,
  decodeActions,
  decodeAddr,
  decodeAddrLabel,
  decodeBridgeVlanGlobals,
  decodeBridgeVlans,
  decodeCacheReport,
  decodeChain,
  decodeClass,
  decodeDcb,
  decodeFdb,
  decodeFilter,
  decodeLink,
  decodeMcAddr,
  decodeMdbEntries,
  decodeMdbRouters,
  decodeNdUserOpt,
  decodeNeigh,
  decodeNeighTable,
  decodeNetconf,
  decodeNexthopBucket,
  decodeNexthopObject,
  decodeNsid,
  decodePrefixInfo,
  decodeQdisc,
  decodeRoute,
  decodeRule,
  decodeStats,
  decodeTunnelVnis,
} from './rtnl/objects.js'

export type { FixUp, NamespaceRef, Place, Request, Several } from './rtnl/request.js'
export { request } from './rtnl/requests.js'
export { type Ack, readAck } from './wire/ack.js'
export { attributes, type RawAttribute } from './wire/nlattr.js'
export { type MessageView, messages } from './wire/nlmsghdr.js'
