import { expect, test } from 'vitest'
import { messageCodec } from '../../../src/objects/protocol.js'
import { locationAt, missingLocation } from '../../../src/request/message.js'
import { attr, message, newLink, newRoute, text, u16, u32 } from '../../support/vector-build.js'

const action = message(
  48,
  [0, 0, 0, 0],
  [attr(1, [...attr(1, attr(1, text('gact'))), ...attr(2, attr(1, text('bpf')))])],
)
const link = newLink(
  attr(3, text('e')),
  attr(18, [...attr(1, text('vlan')), ...attr(2, attr(1, u16(5)))]),
  attr(999, u32(1)),
)
const route = newRoute(attr(9, [...u16(16), 0, 0, ...u32(1), ...attr(5, [1, 2, 3, 4])]))

test.each([
  ['an attribute of an action', action, 28, 'tab[0].kind'],
  ['an element of a nest', action, 36, 'tab[1]'],
  ['an attribute of its second element', action, 44, 'tab[1].kind'],
  ['a kind', link, 60, 'linkinfo.data(vlan).id'],
  ['a type without a name', link, 66, '999'],
  ['an attribute of a nexthop', route, 40, 'multipath[0].gateway'],
  ['a header member', link, 20, 'index'],
  ['an offset behind the message', link, 5000, undefined],
])('an offset names %s', (_, bytes, offset, path) => {
  const codec = messageCodec(new DataView(bytes.buffer).getUint16(4, true))
  expect(locationAt(codec, bytes, offset).attrPath).toBe(path)
})

test.each([
  ['of a message', link, 4, undefined, 'mtu'],
  ['of a kind', link, 2, 52, 'linkinfo.data(vlan).flags'],
  ['of an action', action, 2, 24, 'tab[0].options'],
  ['of a nexthop', route, 26, 36, 'multipath[0].ttlPropagate'],
  ['of a nest without a name', link, 3, 64, '999.3'],
  ['of what is no nest', link, 3, 32, undefined],
  ['of a header', link, 3, 20, undefined],
  ['of a nest behind the message', link, 3, 5000, undefined],
])('a type that is missing %s is named', (_, bytes, type, nest, path) => {
  const codec = messageCodec(new DataView(bytes.buffer).getUint16(4, true))
  expect(missingLocation(codec, bytes, type, nest).attrPath).toBe(path)
})
