import { readlinkSync } from 'node:fs'
import { open } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'
import { Cleanup } from './cleanup.js'
import { call, failure, heading, remark } from './screen.js'
import { steps } from './steps.js'

/** Tells the story in the namespaces that outside.ts has made; gives the exit status. */
export async function inside([outer, start]: readonly string[]): Promise<number> {
  // Started by hand this would change the machine's own network.
  if (process.send === undefined || outer === undefined || readlinkSync('/proc/self/ns/net') === outer) {
    console.error('demo: run it as `npm run demo`')
    return 1
  }
  process.on('disconnect', () => process.exit(1))
  process.channel?.unref()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
  }

  const cleanup = new Cleanup()
  const failed = await tell(cleanup, stop.signal)
  heading('-', 'Undo all of it, the last thing first')
  let left = 0
  await cleanup.run(call, error => {
    left++
    failure(error)
  })
  const seconds = ((Date.now() - Number(start)) / 1000).toFixed(1)
  const outcome = failed ? 'stopped early' : `${steps.length} steps`
  remark(`${outcome}, ${left === 0 ? 'all cleaned up' : `${left} not undone`}, ${seconds} s`)
  return failed || left > 0 ? 1 : 0
}

/** Runs the steps one after the other; tells whether one failed. */
async function tell(cleanup: Cleanup, signal: AbortSignal): Promise<boolean> {
  // The last step may be over when the signal comes: then nobody waits for this.
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  stopped.catch(() => undefined)
  try {
    const home = netns.current()
    cleanup.defer(() => home.close())
    const host = await open()
    cleanup.defer(() => host.close())
    for (const [index, { title, run }] of steps.entries()) {
      heading(`${index + 1}.`, title)
      await Promise.race([run({ home, host, cleanup }), stopped])
    }
    return false
  } catch (error) {
    failure(error)
    return true
  }
}
