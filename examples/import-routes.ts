// Imports routes with progress, and removes them again after an error or Ctrl-C: `node import-routes.js DEV TABLE < routes.txt`
// Each line of the input is a prefix, perhaps with a gateway: `198.51.100.0/24 192.0.2.1`. Works for millions of lines.
import { readFileSync } from 'node:fs'
import { open, type Request } from 'rtnetlink'

const [dev = 'lo', table = '254'] = process.argv.slice(2)
const lines = readFileSync(0, 'utf8')
  .split('\n')
  .filter(line => line.trim() !== '')
const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('interrupted')))

await using rt = await open()

/** Makes requests one by one, so that a million of them need little memory. */
function* requests(method: 'add' | 'delete', count: number): Generator<Request> {
  for (const line of lines.slice(0, count)) {
    const [dst = '', gateway] = line.trim().split(/\s+/)
    yield rt.request.route[method]({ dst, gateway, dev, table: Number(table) })
  }
}

let sent = 0
let shown = 0
const onProgress = (progress: { readonly sent: number }): void => {
  sent = progress.sent
  const percent = Math.floor((100 * sent) / lines.length)
  if (percent >= shown + 25) console.log(`${percent} %`)
  if (percent >= shown + 25) shown = percent
}

let reason: string | undefined
const existing = new Set<number>()
try {
  const result = await rt.bulk(() => requests('add', lines.length), { onProgress, signal: stop.signal })
  for (const { index, error } of result.failed) {
    // A route that exists already is not ours: it stays after an undo.
    if (error.code === 'EEXIST') existing.add(index)
    else reason ??= `line ${index + 1}: ${error.message}`
  }
} catch (error) {
  reason = (error as Error).message
}

if (reason === undefined) console.log(`${lines.length - existing.size} routes added, ${existing.size} existed`)
else {
  console.error(reason)
  const undo = [...requests('delete', Math.min(lines.length, sent + 64))].filter((_, index) => !existing.has(index))
  await rt.bulk(undo)
  console.log('undone')
  process.exitCode = 1
}
