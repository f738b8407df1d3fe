import { readdirSync, readFileSync } from 'node:fs'
import { messages } from 'rtnetlink/codec'
import { corpusBytes } from 'rtnetlink/testing'

const folder = (name: string) => new URL(`../../../test/${name}/`, import.meta.url)

/** Gives what iproute2 and the kernel have sent (test/vectors), and what was found before (test/corpus), message by message. */
export function capturedMessages(): Uint8Array[] {
  const datagrams: Uint8Array[] = []
  const json = (name: string) =>
    readdirSync(folder(name)).flatMap(file => JSON.parse(readFileSync(new URL(file, folder(name)), 'utf8')) as object[])
  for (const vector of json('vectors/requests')) datagrams.push(fromHex((vector as { readonly hex: string }).hex))
  for (const dump of json('vectors/dumps'))
    for (const hex of (dump as { readonly datagrams: readonly string[] }).datagrams) datagrams.push(fromHex(hex))
  const files = readdirSync(folder('corpus')).filter(name => name.endsWith('.hex'))
  for (const file of files) datagrams.push(corpusBytes(readFileSync(new URL(file, folder('corpus')), 'utf8')))
  // What is longer is a test of time, and takes too much of it here.
  return datagrams.flatMap(messagesOf).filter(({ length }) => length <= 65_536)
}

function messagesOf(datagram: Uint8Array): Uint8Array[] {
  try {
    return [...messages(datagram)].map(message => message.bytes.slice())
  } catch {
    return datagram.length > 16 ? [datagram] : []
  }
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}
