import { EnumTable } from '../../codec/enum-table.js'
import type { Codec } from '../../codec/table.js'
import { quote } from '../../codec/text/quote.js'
import { littleEndian } from '../../wire/endian.js'
import { NLA_F_NESTED } from '../../wire/nlattr.js'

const le = littleEndian

// IEEE_8021QAZ_APP_SEL_ from 1 on, and DCB_APP_SEL_PCP (include/uapi/linux/dcbnl.h).
const standard = ['ethertype', 'stream', 'dgram', 'any', 'dscp'] as const
const PCP = 255
type Name = (typeof standard)[number] | 'pcp'
const selectors = new EnumTable<Name>(
  Object.fromEntries([...standard.map((name, index) => [name, index + 1]), ['pcp', PCP]]) as Record<Name, number>,
)

/** What of a packet the priority is derived from: `ethertype`, `dscp`, … */
export type DcbSelector = Name | number

const DCB_ATTR_IEEE_APP = 1
const DCB_ATTR_DCB_APP = 2

/** The attribute that holds a selector: those of 802.1Qaz and PCP stand under different ones (net/dcb/dcbnl.c). */
const attributeOf = (selector: number): number => (selector === PCP ? DCB_ATTR_DCB_APP : DCB_ATTR_IEEE_APP)

/** DCB_ATTR_DCB_APP_TRUST_TABLE: a nest of u8 selectors whose order counts, across both attributes that hold them. */
export const dcbAppTrust: Codec = {
  decode(bytes, view, start, length) {
    const table: DcbSelector[] = []
    for (let at = start; at < start + length; at += 8) {
      if (start + length - at < 8 || view.getUint16(at, le) !== 5) return undefined
      const selector = bytes[at + 4] ?? 0
      if (view.getUint16(at + 2, le) !== attributeOf(selector)) return undefined
      table.push(selectors.name(selector))
    }
    return table
  },
  encode(encoder, attr, value) {
    const { writer } = encoder
    if (encoder.request) writer.view.setUint16(writer.end - 2, attr.id | NLA_F_NESTED, le)
    if (!Array.isArray(value)) throw encoder.fail('must be an array of selectors')
    for (const [index, selector] of value.entries()) {
      encoder.at({ index }, () => {
        const number = typeof selector === 'string' ? selectors.value(selector) : selector
        if (number === undefined)
          throw encoder.fail(`${quote(selector)} is none of ${Object.keys(selectors.names).join(', ')}`)
        const at = writer.beginAttribute(attributeOf(number))
        encoder.value('u8', {}, number)
        writer.endAttribute(at)
      })
    }
  },
}
