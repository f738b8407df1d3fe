// Prints a capture of netlink with every byte annotated: `tcpdump -i nlmon0 -w FILE`, or `rtmon file FILE`, then
//   node annotate-pcap.js FILE
import { readFileSync } from 'node:fs'
import { decodeCapture, encodeMessage, hexdump, jsonReplacer } from 'rtnetlink/codec'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: annotate-pcap FILE')

let count = 0
for (const { time, to, message } of decodeCapture(readFileSync(file))) {
  count += 1
  const when = time === undefined ? 'unknown time' : new Date(Number(time / 1_000_000n)).toISOString()
  console.log(`# ${count}: ${when}, to ${to}, type ${message.type}`)
  console.log(JSON.stringify(message.attrs, jsonReplacer))
  console.log(hexdump(encodeMessage(message)))
}
console.log(`${count} messages`)
