import type { MemberCodec } from '../../../codec/table.js'
import { parseIp, parseMac } from '../../../codec/text/address.js'
import { ip4Text, ip6Text, macText } from '../../../codec/text/address-text.js'
import { hexText } from '../../../codec/text/hex-text.js'

const SIZE = 20
const PROTO_AT = 16
/** Bytes of an address → its ETH_P_IP or ETH_P_IPV6; 0 stands for a link-layer address (include/uapi/linux/if_bridge.h). */
const protocols: Readonly<Record<number, number>> = { 4: 0x0800, 6: 0, 16: 0x86dd }

/**
 * br_mdb_entry.addr, a union of 16 bytes and the __be16 that says what it holds, as text: `239.1.1.1`, `ff0e::1`,
 * `01:00:5e:00:00:01`. All 20 bytes in hexadecimal stand for what is none of these.
 */
export const mdbAddr: MemberCodec = {
  what: 'group address',
  read(bytes, view, at) {
    const proto = view.getUint16(at + PROTO_AT, false)
    const length = proto === protocols[4] ? 4 : proto === protocols[16] ? 16 : proto === 0 ? 6 : SIZE
    for (let index = length; index < SIZE; index++) {
      if (bytes[at + index] !== 0 && index !== PROTO_AT && index !== PROTO_AT + 1)
        return `0x${hexText(bytes, at, SIZE)}`
    }
    if (length === 4) return ip4Text(bytes, at)
    if (length === 16) return ip6Text(bytes, at)
    return length === 6 ? macText(bytes, at, 6) : `0x${hexText(bytes, at, SIZE)}`
  },
  bytes(value) {
    if (typeof value !== 'string') return undefined
    if (/^0x[0-9a-f]{40}$/.test(value))
      return Uint8Array.from({ length: SIZE }, (_, index) =>
        Number.parseInt(value.slice(2 + 2 * index, 4 + 2 * index), 16),
      )
    const ip = parseIp(value)
    const address = ip ?? parseMac(value)
    if (address === undefined || (ip === undefined && address.length !== 6)) return undefined
    const out = new Uint8Array(SIZE)
    out.set(address)
    new DataView(out.buffer).setUint16(PROTO_AT, protocols[address.length] ?? 0, false)
    return out
  },
}
