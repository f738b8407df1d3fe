import { describe, expect, it } from 'vitest'
import { request } from '../../../src/codec.js'
import { messageLines } from '../../../src/inspect/message-line.js'
import { rtnetlink } from '../../../src/objects/protocol.js'
import { plainProtocol } from '../../../src/request/protocol.js'
import { attr, message, newLink, text, u32 } from '../../support/vector-build.js'

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

/** An NLMSG_ERROR with a capped echo and ext-ack. */
function rejection(errno: number, ...tlvs: readonly number[][]): Uint8Array {
  const bytes = message(2, [...u32(errno >>> 0), ...new Array<number>(16).fill(0)], tlvs)
  bytes[7] = tlvs.length > 0 ? 3 : 1
  return bytes
}

describe('message lines', () => {
  it('name type, flags, header and attributes with their values', () => {
    const { bytes } = request.link.add({ name: 'v0', mtu: 1400, info: { kind: 'vlan', id: 10 } })
    const [line] = messageLines(rtnetlink, bytes)
    expect(line).toContain('RTM_NEWLINK REQUEST|EXCL|CREATE seq 0 pid 0: {"family":"unspec"')
    expect(line).toContain('"name":"v0"')
    expect(line).toContain('"mtu":1400')
    expect(line).toContain('"linkinfo":{"kind":"vlan","data":{"kind":"vlan","id":10}}')
  })

  it('tell what the kernel refuses, and with which words', () => {
    expect(messageLines(rtnetlink, rejection(-34, attr(1, [...text('too much'), 0]), attr(2, u32(36))))).toEqual([
      'NLMSG_ERROR CAPPED|ACK_TLVS seq 1 pid 2: ERANGE (-34) {"message":"too much","offset":36}',
    ])
    expect(messageLines(rtnetlink, rejection(0))).toEqual(['NLMSG_ERROR CAPPED seq 1 pid 2: ok'])
    expect(messageLines(rtnetlink, message(3, u32(0)))).toEqual(['NLMSG_DONE 0 seq 1 pid 2: ok'])
  })

  it('are one a message, up to what cannot be read', () => {
    const bytes = join(newLink(attr(3, text('a'))), message(9999, [1, 2]), new Uint8Array([1, 2]))
    const lines = messageLines(rtnetlink, join(bytes, new Uint8Array(6)))
    expect(lines).toHaveLength(3)
    expect(lines[1]).toBe('type 9999 0 seq 1 pid 2: 2 bytes')
    expect(lines[2]).toMatch(/^ERR_NETLINK_BAD_MESSAGE: /)
    expect(messageLines(rtnetlink, message(2, [1]))).toEqual([
      'ERR_NETLINK_BAD_MESSAGE: NLMSG_ERROR without an error number',
    ])
  })

  it('know no other netlink family than rtnetlink', () => {
    expect(messageLines(plainProtocol(16), message(16, [1, 2, 0, 0]))).toEqual(['type 16 0 seq 1 pid 2: 4 bytes'])
    // A dump of generic netlink is no RTM_NEW with REPLACE and EXCL.
    const dump = message(28, [1, 2, 0, 0])
    dump.set([1, 3], 6)
    expect(messageLines(plainProtocol(16), dump)).toEqual(['type 28 REQUEST|0x300 seq 1 pid 2: 4 bytes'])
    expect(messageLines(plainProtocol(16), rejection(-1))).toEqual(['NLMSG_ERROR CAPPED seq 1 pid 2: EPERM (-1)'])
  })
})
