// Attributes that requests and replies write differently: IFLA_INET_CONF, the trust table of DCB and its answers of one byte.
import { describe, expect, test } from 'vitest'
import { decodeDcb, decodeLink, decodeMessage, encodeMessage, type Message, request } from '../../../src/codec.js'
import { RTM_NEWLINK, RTM_SETDCB } from '../../../src/constants.js'
import { NetlinkError } from '../../../src/index.js'
import { fromHex, toHex } from '../../support/vector-bytes.js'

const hex = (...lines: readonly string[]): string =>
  lines.map(line => line.replace(/#.*/, '').replace(/\s/g, '')).join('')

function rejection(make: () => unknown): NetlinkError {
  try {
    make()
  } catch (error) {
    if (NetlinkError.is(error)) return error
  }
  throw new Error('nothing was refused')
}

/** An RTM_NEWLINK with IFLA_AF_SPEC > AF_INET > IFLA_INET_CONF, as Linux 6.18 sends it, cut to three values. */
const reply = hex(
  '38000000 1000 0000 00000000 00000000 # nlmsghdr: 56 bytes, RTM_NEWLINK',
  '00 00 0100 02000000 00000000 00000000 # ifinfomsg: link 2',
  '1800 1a00 # IFLA_AF_SPEC, 24 bytes, without NLA_F_NESTED',
  '1400 0200 # AF_INET',
  '1000 0100 # IFLA_INET_CONF, 16 bytes: an array',
  '01000000 00000000 02000000 # forwarding 1, mc_forwarding 0, proxy_arp 2',
)

/** The same attribute of a request: a nest. */
const change = hex(
  '2400 1a80 # IFLA_AF_SPEC, NLA_F_NESTED',
  '2000 0280 # AF_INET, NLA_F_NESTED',
  '1400 0180 # IFLA_INET_CONF, NLA_F_NESTED',
  '0800 0100 01000000 # IPV4_DEVCONF_FORWARDING 1',
  '0800 1300 02000000 # IPV4_DEVCONF_ARP_IGNORE 2',
)

describe('IFLA_INET_CONF', () => {
  test('is an array in replies, byte for byte', () => {
    const bytes = fromHex(reply)
    expect(decodeLink(bytes.subarray(16)).afSpec?.inet?.conf).toEqual([1, 0, 2])
    expect(toHex(encodeMessage(decodeMessage(bytes)))).toBe(reply)
  })

  test.each<[string, object | readonly unknown[]]>([
    ['by name', { forwarding: 1, arpIgnore: 2 }],
    ['by index, with gaps', Object.assign([], { 0: 1, 18: 2 })],
  ])('is written as a nest, %s', (_, conf) => {
    const { bytes } = request.link.set(2, { afSpec: { inet: { conf: conf as number[] } } })
    expect(toHex(bytes)).toContain(change.replace('24001a80', '1c001a80').replace('20000280', '18000280'))
    const again = decodeMessage(bytes)
    expect((again.attrs as { afSpec: { inet: object } }).afSpec.inet).toEqual({
      conf: Object.assign([], { 0: 1, 18: 2 }),
    })
    expect(toHex(encodeMessage(again))).toBe(toHex(bytes))
  })

  test('that was read can be written', () => {
    const { afSpec } = decodeLink(fromHex(reply).subarray(16))
    const { attrs } = decodeMessage(request.link.set(2, { afSpec }).bytes)
    expect(attrs).toEqual({ afSpec: { inet: { conf: [1, 0, 2] } } })
  })

  test.each<[string, unknown, string]>([
    ['a name that is none', { forwardign: 1 }, 'afSpec.inet.conf.forwardign'],
    ['a value that does not fit', { forwarding: 2 ** 32 }, 'afSpec.inet.conf.forwarding'],
    ['an element that is no number', [1, 'x'], 'afSpec.inet.conf[1]'],
  ])('refuses %s', (_, conf, fieldPath) => {
    expect(rejection(() => request.link.set(2, { afSpec: { inet: { conf: conf as never } } }))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath,
    })
  })

  test.each([
    ['a torn array', '0f00 0100 01000000 00000000 020000 00'],
    ['a nest out of order', '1400 0180 0800 1300 02000000 0800 0100 01000000'],
    ['a nest of other widths', '0c00 0180 0600 0100 0100 0000'],
  ])('%s is kept as it is', (_, conf) => {
    const inner = fromHex(hex(conf))
    const message: Message = { type: RTM_NEWLINK, flags: 0, seq: 0, pid: 0, header: {}, attrs: {} }
    const head = toHex(encodeMessage(message))
    const wrap = (type: string, body: string): string =>
      `${Buffer.of((body.length / 2 + 4) & 255, 0).toString('hex')}${type}${body}`
    const text = head + wrap('1a80', wrap('0280', toHex(inner)))
    const bytes = fromHex(text)
    new DataView(bytes.buffer).setUint32(0, bytes.length, true)
    const decoded = decodeMessage(bytes)
    expect((decoded.attrs as { afSpec: { inet: object } }).afSpec.inet).toMatchObject({ $unknown: [{ type: 1 }] })
    expect(toHex(encodeMessage(decoded))).toBe(toHex(bytes))
  })
})

describe('DCB', () => {
  const table = hex(
    '2400 0b80 # DCB_ATTR_DCB_APP_TRUST_TABLE, 36 bytes',
    '0500 0200 ff 000000 # DCB_ATTR_DCB_APP: DCB_APP_SEL_PCP',
    '0500 0100 05 000000 # DCB_ATTR_IEEE_APP: IEEE_8021QAZ_APP_SEL_DSCP',
    '0500 0100 01 000000 # ethertype',
    '0500 0100 07 000000 # a selector that has no name',
  )
  const message = (attrs: string): Uint8Array => {
    const bytes = fromHex(hex('00000000 4f00 0000 00000000 00000000', '00 15 0000', attrs))
    new DataView(bytes.buffer).setUint32(0, bytes.length, true)
    return bytes
  }

  test('keeps the order of trust across both attributes', () => {
    const bytes = message(hex('2800 0d80', table))
    expect(decodeDcb(bytes.subarray(16))).toEqual({
      family: 'unspec',
      cmd: 'ieee-get',
      ieee: { appTrustTable: ['pcp', 'dscp', 'ethertype', 7] },
    })
    expect(toHex(encodeMessage(decodeMessage(bytes)))).toBe(toHex(bytes))
  })

  test('keeps a table whose attributes contradict its selectors', () => {
    const bytes = message(hex('2800 0d80', table.replace('05000200', '05000100')))
    expect(decodeDcb(bytes.subarray(16)).ieee).toMatchObject({ $unknown: [{ type: 11 }] })
    expect(toHex(encodeMessage(decodeMessage(bytes)))).toBe(toHex(bytes))
  })

  test('refuses a selector that is none', () => {
    const ieee = { appTrustTable: ['dscp' as const, 'ethtype' as never] }
    expect(rejection(() => request.dcb.set('v0', { ieee }))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'ieee.appTrustTable[1]',
    })
  })

  /** What a request makes of an answer whose only attribute is one byte. */
  function answered(status: string): unknown {
    const bytes = message(hex(`0500 0d00 ${status} 000000`))
    const { decode } = request.dcb.set('v0', { ieee: { appTrustTable: ['dscp'] } })
    return decode?.(RTM_SETDCB, bytes, 16, bytes.length)
  }

  test('answers a change with 0, with what the driver says, or with an errno', () => {
    expect(answered('00')).toBe(0)
    expect(answered('01')).toBe(1)
    expect(rejection(() => answered('a1'))).toMatchObject({ reason: 'kernel', code: 'EOPNOTSUPP', errno: -95 })
    expect(rejection(() => answered('fe'))).toMatchObject({ code: 'ENOENT' })
  })

  test('answers of one byte are no nests, and are kept', () => {
    const bytes = message(hex('0500 0d00 a1 000000'))
    expect(decodeMessage(bytes).attrs).toMatchObject({ $unknown: [{ type: 13, data: Uint8Array.of(0xa1) }] })
    expect(toHex(encodeMessage(decodeMessage(bytes)))).toBe(toHex(bytes))
  })

  test('finds the command of a change', () => {
    const cmdOf = (spec: Parameters<typeof request.dcb.set>[1]): unknown =>
      (decodeMessage(request.dcb.set('v0', spec).bytes).header as { cmd: unknown }).cmd
    expect(cmdOf({ ieee: { appTrustTable: [] } })).toBe('ieee-set')
    expect(cmdOf({ state: 1 })).toBe('sstate')
    expect(cmdOf({ cmd: 'pgrx-scfg', pgCfg: { bwId0: 50 } })).toBe('pgrx-scfg')
    // What a get answers with is written by its counterpart, and only what that takes.
    const read = {
      family: 'unspec' as const,
      cmd: 'ieee-get' as const,
      ifname: 'v0',
      dcbx: 9,
      ieee: { appTrustTable: [] },
    }
    expect(cmdOf(read)).toBe('ieee-set')
    expect(decodeMessage(request.dcb.set('v0', read).bytes).attrs).not.toHaveProperty('dcbx')
    expect(cmdOf({ ...read, cmd: 'gdcbx' })).toBe('sdcbx')
  })

  test.each<[string, Parameters<typeof request.dcb.set>[1]]>([
    ['nothing', {}],
    ['two things at once', { state: 1, dcbx: 9 }],
    ['what two commands take', { pgCfg: { bwId0: 50 } }],
    ['a command that changes nothing', { cmd: 'cee-get', state: 1 }],
    ['a command without what it takes', { cmd: 'sdcbx', state: 1 }],
  ])('refuses to change %s', (_, spec) => {
    expect(rejection(() => request.dcb.set('v0', spec)).code).toBe('ERR_NETLINK_BAD_VALUE')
  })

  test('asks for everything that a command knows', () => {
    const attrsOf = (query: Parameters<typeof request.dcb.get>[1]): unknown =>
      decodeMessage(request.dcb.get('v0', query).bytes).attrs
    expect(attrsOf({ cmd: 'gcap' })).toEqual({ ifname: 'v0', cap: { all: true } })
    expect(attrsOf({ cmd: 'pgtx-gcfg' })).toEqual({ ifname: 'v0', pgCfg: { tcAll: { all: true }, bwIdAll: true } })
    expect(attrsOf({ cmd: 'gapp', app: { idtype: 'ethtype', id: 0x8906 } })).toEqual({
      ifname: 'v0',
      app: { idtype: 'ethtype', id: 0x8906 },
    })
    expect(rejection(() => request.dcb.get('v0', { cmd: 'sstate' })).fieldPath).toBe('cmd')
    expect(rejection(() => request.dcb.get('a-name-of-more-than-15-bytes')).fieldPath).toBe('ifname')
  })
})
