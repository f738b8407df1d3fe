// What answers instead of ping where that is not installed: one Worker listens, another one connects and times a line.
import { connect, createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const address = workerData as string | undefined
const report = (text: string) => parentPort?.postMessage(text)

if (address === undefined) {
  createServer(socket => socket.on('error', () => socket.destroy()).pipe(socket)).listen(7, () => report('listening'))
} else {
  const socket = connect(7, address)
  let sent = 0
  socket.setTimeout(3000, () => socket.destroy(new Error(`no answer from ${address} in 3 s`)))
  socket.on('connect', () => {
    sent = performance.now()
    socket.write('hello?')
  })
  socket.on('data', data => {
    report(`${data.length} bytes back from ${address}: time=${(performance.now() - sent).toFixed(2)} ms`)
    socket.destroy()
  })
  // Not handled: the Worker ends with it, and whoever waits is told.
}
