// Exports counters of links for Prometheus: `node prometheus.js 9100`, then GET http://127.0.0.1:9100/metrics
import { createServer } from 'node:http'
import { type Link, open } from 'rtnetlink'

const [port = '9100'] = process.argv.slice(2)

const metrics: Readonly<Record<string, (link: Link) => bigint | number | undefined>> = {
  rtnetlink_link_up: link => (link.operstate === 'up' ? 1 : 0),
  rtnetlink_receive_bytes_total: link => link.stats64?.rxBytes,
  rtnetlink_receive_packets_total: link => link.stats64?.rxPackets,
  rtnetlink_receive_drop_total: link => link.stats64?.rxDropped,
  rtnetlink_transmit_bytes_total: link => link.stats64?.txBytes,
  rtnetlink_transmit_packets_total: link => link.stats64?.txPackets,
  rtnetlink_transmit_drop_total: link => link.stats64?.txDropped,
}

/** Escapes a label value: an interface name can contain quotes. */
const escaped = (text: string): string => text.replace(/[\\"\n]/g, each => (each === '\n' ? '\\n' : `\\${each}`))

const rt = await open()
const server = createServer(async (_, response) => {
  const links = await rt.link.list()
  const lines = Object.entries(metrics).flatMap(([name, read]) => [
    `# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
    ...links.map(link => `${name}{device="${escaped(link.name)}"} ${read(link) ?? 0}`),
  ])
  response.setHeader('content-type', 'text/plain; version=0.0.4')
  response.end(`${lines.join('\n')}\n`)
})
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/metrics`))
process.once('SIGTERM', async () => {
  server.close()
  server.closeAllConnections()
  await rt.close()
})
