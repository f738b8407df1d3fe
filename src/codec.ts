/**
 * Messages, objects and requests as values: bytes in, typed objects out, and back. No sockets, no native code, no `node:` imports; each
 * family is loaded at its first use, what families share with the first of them, by `process.getBuiltinModule`, so that it does not run
 * in browsers.
 */

export type { Via } from './codec/codecs.js'
export { flagNames } from './codec/text/flag-names.js'
export { handleText, u32HandleText } from './codec/text/handle.js'
export { jsonReplacer } from './codec/text/json-replacer.js'
export { estimator, sizeTicks, tickSize, ticks, tickTime } from './codec/text/ticks.js'
export { rate, size, time, time64 } from './codec/text/units.js'
export type { Remark, RemarkCode, UnknownAttribute, Unknowns } from './codec/trace.js'
export { NetlinkError } from './errors/netlink-error.js'
export type * from './generated/addr/types.gen.js'
export type * from './generated/bridge/types.gen.js'
export type * from './generated/common/types.gen.js'
export type * from './generated/dcb/types.gen.js'
export type * from './generated/l3/types.gen.js'
export type * from './generated/link/types.gen.js'
export type * from './generated/neigh/types.gen.js'
export type * from './generated/nsid/types.gen.js'
export type * from './generated/route/types.gen.js'
export type * from './generated/rule/types.gen.js'
export type * from './generated/stats/types.gen.js'
export type * from './generated/tc/types.gen.js'
export type { CapturedMessage } from './inspect/capture.js'
export type { IpJsonOptions, IpJsonRouteOptions, IpJsonWithLinks } from './ip-json/context.js'
export type { IpNames, NumberNames } from './ip-json/names.js'
export type { DcbSelector } from './objects/dcb/codecs.js'
export { type NdOption, ndOptions } from './objects/nd/codecs.js'
export type {
  Ioam6Trace,
  Ioam6TraceSpec,
  RplSrh,
  Seg6IptunMode,
  Seg6Srh,
  Seg6SrhSpec,
  SegmentRoutingHeader,
  SegmentRoutingHeaderSpec,
} from './objects/route/codecs/segment-routing.js'
export type { ActionControl, PeditKey, PeditSel, PeditSelSpec, SockFilter } from './objects/tc/action/codecs/pedit.js'
export { gotoChain, jump } from './objects/tc/action/control.js'
export type { Action } from './objects/tc/action/fields.js'
export { chokeOptions, redOptions } from './objects/tc/codecs/red.js'
export type {
  FramingSpec,
  HtbClassShape,
  HtbQdiscShape,
  PoliceShape,
  Rate,
  StabShape,
  TbfShape,
} from './objects/tc/codecs/shaping.js'
export type { TcOperand } from './objects/tc/ematch/codecs/attributes.js'
export type { EmatchIpt, EmatchIptSpec } from './objects/tc/ematch/codecs/ipt.js'
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
} from './objects/tc/ematch/codecs/kinds.js'
export type { Ematch, EmatchContainer, EmatchSpec } from './objects/tc/ematch/codecs/list.js'
export type { EmatchMeta, EmatchMetaSpec, TcMetaId, TcMetaValue } from './objects/tc/ematch/codecs/meta.js'
export type {
  TcU32Key,
  TcU32KeySpec,
  TcU32Pcnt,
  TcU32Sel,
  TcU32SelFlag,
  TcU32SelSpec,
} from './objects/tc/filter/codecs.js'
export type { Message } from './request/message.js'
export type { FieldLocation, FixUp, NamespaceRef, Request, Several } from './request/request.js'
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
} from './rtnetlink/decoders.js'
export { decodeCapture, hexdump } from './rtnetlink/inspect.js'
export { toIpJson } from './rtnetlink/ip-json.js'
export { decodeMessage, encodeMessage } from './rtnetlink/messages.js'
export { request } from './rtnetlink/requests.js'
export { type Ack, readAck } from './wire/ack.js'
export { attributes, type RawAttribute } from './wire/nlattr.js'
export { type MessageView, messages } from './wire/nlmsghdr.js'
