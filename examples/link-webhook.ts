// Posts every change of a link to a webhook: `node link-webhook.js http://127.0.0.1:8080/hook`
import { open } from 'rtnetlink'
import { jsonReplacer } from 'rtnetlink/codec'

const [url] = process.argv.slice(2)
if (url === undefined) throw new Error('usage: link-webhook URL')

await using rt = await open()
await using state = rt.watch({ link: true })
let ready = false
for await (const event of state) {
  if (event.type === 'ready') {
    ready = true
    console.log('watching')
  }
  // Links that existed before the start are not news.
  if (!ready || event.type !== 'link') continue
  const { action } = event
  const link = action === 'removed' ? event.old : event.new
  const body = JSON.stringify({ action, name: link.name, operstate: link.operstate, mtu: link.mtu }, jsonReplacer)
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    console.log(action, link.name, response.status)
  } catch (error) {
    console.error(`${action} ${link.name}: ${(error as Error).message}`)
  }
}
