// Fuzzes a decoder of your own with the library's generators: `node fuzz-codec.js 500`. Needs fast-check.
import fc from 'fast-check'
import { attributes, encodeMessage, messages } from 'rtnetlink/codec'
import { arbitraryDatagram, arbitraryMessage, fuzzOne, messageTypes } from 'rtnetlink/testing'

const [runs = '500'] = process.argv.slice(2)
const RTM_NEWADDR = 20
const IFADDRMSG = 8
const IFA_LABEL = 3

/** The decoder under test: the labels of all addresses of a datagram. */
function labelsOf(datagram: Uint8Array): string[] {
  const addresses = [...messages(datagram)].filter(
    ({ type, payload }) => type === RTM_NEWADDR && payload.length >= IFADDRMSG,
  )
  return addresses.flatMap(({ payload }) =>
    [...attributes(payload.subarray(IFADDRMSG))].flatMap(({ type, data }) =>
      type === IFA_LABEL ? [new TextDecoder().decode(data)] : [],
    ),
  )
}

const known = fc.sample(arbitraryMessage(fc, RTM_NEWADDR), 50).map(encodeMessage)
const datagram = arbitraryDatagram(fc, { types: messageTypes('addr'), messages: known })
fc.assert(
  fc.property(datagram, bytes => fuzzOne(bytes, { decoders: [labelsOf] })),
  { numRuns: Number(runs), verbose: true },
)
console.log(`${runs} datagrams: the decoder throws nothing unexpected and writes nothing`)
