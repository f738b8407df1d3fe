// A host of its own: an HTTP server in the namespace in which this Worker was constructed, and requests from there.
import { createServer, get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

createServer((request, response) => {
  response.end(`hello ${request.socket.remoteAddress?.replace('::ffff:', '')}, this is ${workerData}`)
}).listen(80, () => parentPort?.postMessage('listening'))

parentPort?.on('message', (url: string) => {
  const answer = (text: string) => parentPort?.postMessage(text)
  get(url, response => {
    let body = ''
    response.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    response.on('end', () => answer(`${response.statusCode} ${body}`))
  }).on('error', error => answer(error.message))
})
