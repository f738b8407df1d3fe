import { channel } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from 'vitest'
import { openSync } from '../../../src/client/open.js'
import { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { littleEndian } from '../../../src/wire/endian.js'

const RTM_NEWLINK = 16
const RTM_GETLINK = 18
const remarks: unknown[] = []
const listen = (remark: unknown) => remarks.push(remark)

describe('the channel of remarks', () => {
  afterEach(() => channel('rtnetlink:remark').unsubscribe(listen))

  it('tells what is odd in a reply, and where, to who listens', () => {
    // ifinfomsg, IFLA_MTU with 2 bytes instead of 4, and an attribute that no header names.
    const payload = new Uint8Array(16 + 8 + 8)
    const view = new DataView(payload.buffer)
    view.setUint16(16, 6, littleEndian)
    view.setUint16(18, 4, littleEndian)
    view.setUint16(24, 8, littleEndian)
    view.setUint16(26, 1000, littleEndian)
    const transport = new ScriptedTransport()
    transport.on(RTM_GETLINK, request => request.reply(RTM_NEWLINK, payload))
    using rt = openSync({ transport })
    expect(rt.link.get(1).$unknown).toHaveLength(2)
    expect(remarks).toEqual([])
    channel('rtnetlink:remark').subscribe(listen)
    rt.link.get(1)
    expect(remarks).toEqual([
      { code: 'short-attribute', offset: 32, path: 'mtu' },
      { code: 'unknown-attribute', offset: 40, path: '1000' },
    ])
  })
})
