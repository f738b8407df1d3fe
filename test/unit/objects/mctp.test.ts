// AF_MCTP: endpoint ids of one byte where other families have addresses. No kernel of the lab has it; the layouts are those of
// mctp_rtm_newaddr and mctp_fill_addrinfo (net/mctp/device.c), mctp_route_nlparse and mctp_fill_rtinfo (route.c), neigh.c.
import { describe, expect, it } from 'vitest'
import {
  decodeAddr,
  decodeMessage,
  decodeNeigh,
  decodeRoute,
  encodeMessage,
  NetlinkError,
  request,
} from '../../../src/codec.js'
import { fuzzOne } from '../../../src/testing.js'
import { fromHex, toHex } from '../../support/vector-bytes.js'

const family = 'mctp'
/** What lies behind the nlmsghdr. */
const payload = (bytes: Uint8Array): string => toHex(bytes.subarray(16))
const withHeader = (type: number, hex: string): Uint8Array => {
  const body = fromHex(hex)
  const bytes = new Uint8Array(16 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint16(4, type, true)
  bytes.set(body, 16)
  return bytes
}

describe('endpoint ids', () => {
  it('of a link are written and read', () => {
    const { bytes } = request.addr.add({ family, address: '8', dev: 7 })
    // ifaddrmsg: family 45, length 0, index 7; IFA_LOCAL and IFA_ADDRESS of one byte.
    expect(payload(bytes)).toBe('2d00000007000000' + '0500020008000000' + '0500010008000000')
    const read = '2d00000007000000' + '0500020008000000'
    expect(decodeAddr(fromHex(read))).toEqual({ family, flags: 0, scope: 'universe', index: 7, address: '8/0' })
    expect(request.addr.delete(decodeAddr(fromHex(read))).bytes).toEqual(
      request.addr.delete({ family, address: '8', dev: 7 }).bytes,
    )
    const message = withHeader(20, read)
    expect(decodeMessage(message).attrs).toEqual({ local: '8' })
    expect(encodeMessage(decodeMessage(message))).toEqual(message)
    fuzzOne(message)
  })

  it('of a range of routes are written and read, with a gateway in a network', () => {
    const spec = { family, dst: '8/3', dev: 7, metrics: { mtu: 68 } } as const
    const { bytes } = request.route.add(spec)
    // rtmsg: family 45, three more than the first, table main, protocol static, scope universe, unicast.
    expect(payload(bytes)).toBe(
      '2d030000fe04000100000000' + '0500010008000000' + '0800040007000000' + '0c0008800800020044000000',
    )
    const read = '2d030000fd00fd0100000000' + '0500010008000000' + '0c0005000100000009000000'
    expect(decodeRoute(fromHex(read))).toMatchObject({ family, dst: '8/3', gateway: '1:9', type: 'unicast' })
    const message = withHeader(24, read)
    expect(decodeMessage(message).attrs).toEqual({ dst: '8', gateway: '1:9' })
    expect(encodeMessage(decodeMessage(message))).toEqual(message)
    fuzzOne(message)
    expect(decodeRoute(request.route.add({ ...spec, gateway: '1:9' }).bytes.subarray(16))).toMatchObject({
      dst: '8/3',
      gateway: '1:9',
    })
    expect(decodeMessage(request.route.delete({ family, dst: '8' }).bytes).header).toMatchObject({
      dstLen: 0,
      type: 'unicast',
    })
  })

  it('of neighbours are written and read', () => {
    const { bytes } = request.neigh.add({ family, dst: '9', lladdr: '1d', dev: 7 })
    const neigh = decodeNeigh(bytes.subarray(16))
    expect(neigh).toMatchObject({ family, ifindex: 7, dst: '9', lladdr: '1d' })
    const read = '2d00000007000000' + '00000000' + '0500010009000000' + '050002001d000000'
    expect(decodeNeigh(fromHex(read))).toMatchObject({ family, dst: '9', lladdr: '1d' })
    fuzzOne(withHeader(28, read))
  })

  it.each(['256', '-1', '1:256', '4294967296:8', 'x', ''])('are no %j', text => {
    let error: unknown
    try {
      request.neigh.add({ family, dst: text, dev: 7 })
    } catch (thrown) {
      error = thrown
    }
    expect(NetlinkError.is(error) && error.fieldPath).toBe('dst')
  })

  it('are of no other family', () => {
    const one = withHeader(20, '0200000007000000' + '0500020008000000')
    expect(decodeMessage(one).attrs).toMatchObject({ $unknown: [{ type: 2 }] })
    expect(() => request.addr.add({ address: '8', dev: 7 })).toThrow(/no address/)
  })
})
