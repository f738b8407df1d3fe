import type { Failure } from '../engine/exchange.js'
import { errnoName } from '../errors/errno.js'
import type { ExtAck } from '../errors/ext-ack.js'
import { NetlinkError, type RequestInfo } from '../errors/netlink-error.js'
import { flagsOfRequest, typeOfRequest } from '../request/build.js'
import type { BulkResult } from '../request/operation.js'
import type { Protocol } from '../request/protocol.js'
import type { FieldLocation, Request } from '../request/request.js'
import { NLM_F_DUMP_INTR } from '../wire/nlmsghdr.js'

const EPERM = -1
const CAPABILITY = 'CAP_NET_ADMIN may be missing in the user namespace that owns the network namespace'
const noLocation: FieldLocation = { attrPath: undefined, fieldPath: undefined }

/** Describes a request for an error or a diagnostics message. */
export function requestInfo(request: Request<unknown>, seq: number): RequestInfo {
  return { type: typeOfRequest(request), flags: flagsOfRequest(request), seq, text: request.summary }
}

/** Makes the error of a request that the kernel refused. */
export function kernelError(
  request: Request<unknown>,
  seq: number,
  errno: number,
  extAck: ExtAck | undefined,
): NetlinkError {
  const text = extAck?.message
  const { attrPath, fieldPath } = locationOf(request, extAck)
  // With words of its own the kernel means something else: an action that a filter uses is EPERM too. An option of a bond may be
  // without any.
  const detail = text ?? (errno === EPERM ? CAPABILITY : undefined)
  return new NetlinkError({
    reason: 'kernel',
    code: errnoName(errno),
    detail,
    extAck,
    attrPath,
    fieldPath,
    request: requestInfo(request, seq),
  })
}

function locationOf(request: Request<unknown>, extAck: ExtAck | undefined): FieldLocation {
  if (extAck === undefined) return noLocation
  // The offset is the kernel's claim, and an error must not be lost because it cannot be placed.
  try {
    if (extAck.missingType !== undefined) return request.missing(extAck.missingType, extAck.missingNest)
    if (extAck.offset !== undefined) return request.locate(extAck.offset)
  } catch {}
  return noLocation
}

/** Makes the error of a request that ended without the kernel's word. */
export function failureError(request: Request<unknown>, seq: number, failure: Failure): NetlinkError {
  const info = requestInfo(request, seq)
  if (failure === 'overrun') {
    return new NetlinkError({
      reason: 'protocol',
      code: 'ERR_NETLINK_OUTCOME_UNKNOWN',
      detail: 'the kernel dropped answers (ENOBUFS): the request may have been executed',
      request: info,
    })
  }
  if (failure === 'gap') {
    return new NetlinkError({
      reason: 'protocol',
      code: 'ERR_NETLINK_OVERRUN',
      detail: 'the kernel lost part of the answer (NLMSG_OVERRUN)',
      request: info,
    })
  }
  if (failure === 'truncated') {
    return new NetlinkError({
      reason: 'protocol',
      code: 'ERR_NETLINK_OUTCOME_UNKNOWN',
      detail: 'the answer was longer than the receive buffer: the request may have been executed',
      request: info,
    })
  }
  return withRequest(failure, info)
}

/** Makes the error of a system call that failed for a request. */
export function syscallError(request: Request<unknown>, seq: number, syscall: string, errno: number): NetlinkError {
  return new NetlinkError({ reason: 'syscall', code: errnoName(errno), syscall, request: requestInfo(request, seq) })
}

/** Makes the error of an interface name that a request needs and nobody has; the request has not been sent. */
export function missingLink(
  request: Request<unknown>,
  name: string,
  fieldPath: string,
  errno: number,
  location: FieldLocation,
): NetlinkError {
  return new NetlinkError({
    reason: 'syscall',
    code: errnoName(errno),
    syscall: 'SIOCGIFINDEX',
    detail: `no interface '${name}'`,
    attrPath: location.attrPath,
    fieldPath,
    request: requestInfo(request, 0),
  })
}

/** Gives an error the request that it belongs to, and the field that named what failed. */
export function withRequest(error: NetlinkError, request: RequestInfo, fieldPath?: string): NetlinkError {
  if (error.request !== undefined) return error
  return new NetlinkError({
    reason: error.reason,
    code: error.code,
    detail: error.detail,
    syscall: error.syscall,
    extAck: error.extAck,
    attrPath: error.attrPath,
    fieldPath: error.fieldPath ?? fieldPath,
    request,
    partial: error.partial,
    cause: error,
  })
}

/** Makes the error of a deadline; `sent` tells whether the kernel may have executed the request. */
export function timeoutError(request: Request<unknown>, seq: number, ms: number, sent: boolean): NetlinkError {
  return new NetlinkError({
    reason: 'timeout',
    code: 'ERR_NETLINK_TIMEOUT',
    detail: sent ? `no answer within ${ms} ms: the outcome is unknown` : `not sent within ${ms} ms`,
    request: requestInfo(request, seq),
  })
}

/** Makes the error of a bulk's deadline; `running` tells that its last chunk is unanswered. */
export function bulkTimeoutError(
  request: Request<unknown> | undefined,
  seq: number,
  ms: number,
  running: boolean,
  result: BulkResult,
): NetlinkError {
  const end = running ? ': the outcome of the last of them is unknown' : ''
  return new NetlinkError({
    reason: 'timeout',
    code: 'ERR_NETLINK_TIMEOUT',
    detail: `a bulk was not done within ${ms} ms, ${result.sent} of its requests were sent${end}`,
    request: request === undefined ? undefined : requestInfo(request, seq),
    partial: [result],
  })
}

/** Makes the error of a client, a dump or a monitor that is closed. */
export function closedError(request?: Request<unknown>, seq = 0): NetlinkError {
  return new NetlinkError({
    reason: 'closed',
    code: 'ERR_NETLINK_CLOSED',
    detail: 'the client is closed',
    request: request === undefined ? undefined : requestInfo(request, seq),
  })
}

/** Throws when a request is of another netlink family than its client: RTM_DELNEIGH is XFRM_MSG_FLUSHPOLICY of NETLINK_XFRM. */
export function requireProtocol(spoken: Protocol, requested: Protocol): void {
  if (spoken.id === requested.id) return
  throw new NetlinkError({
    reason: 'unsupported',
    code: 'ERR_NETLINK_UNSUPPORTED',
    detail: `the client is of netlink family ${spoken.id}, which has raw and monitor alone`,
  })
}

/** Makes the error of what is under way when something is thrown that nobody has foreseen. */
export function unforeseenError(cause: unknown): NetlinkError {
  return new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_OUTCOME_UNKNOWN',
    detail: 'the client was interrupted: the request may have been executed',
    cause,
  })
}

/** Makes the error of a GET whose answer is no object that the request asked for. */
export function unexpectedReply(request: Request<unknown>, seq: number): NetlinkError {
  return new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_UNEXPECTED_REPLY',
    detail: 'the answer holds no object of the kind asked for',
    request: requestInfo(request, seq),
  })
}

/** Makes the error of a dump during which the kernel's tables changed. */
export function interruptedError(
  request: Request<unknown>,
  seq: number,
  partial: readonly unknown[] | undefined,
): NetlinkError {
  return new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_DUMP_INTERRUPTED',
    detail: 'the tables changed while they were read',
    request: requestInfo(request, seq),
    partial,
  })
}

/** Tells whether the flags of a message say that its dump was interrupted. */
export function isInterrupted(flags: number): boolean {
  return (flags & NLM_F_DUMP_INTR) !== 0
}
