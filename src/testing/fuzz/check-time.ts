/** Milliseconds that anything may take, and for each byte besides: several times what it takes on a slow machine. */
const ANY = 40
const A_BYTE = 0.003
const TIMES = 3

/**
 * Checks that what is done with bytes takes time in proportion to their length. What took long is measured again, alone and in processor time: other
 * programs, a compiler at its first look at the code or a collector of garbage must not be taken for it.
 */
export function checkTime(ms: number, bytes: Uint8Array, done: readonly ((bytes: Uint8Array) => unknown)[]): void {
  const most = ANY + A_BYTE * bytes.length
  if (ms <= most) return
  for (const work of done) {
    let least = Number.POSITIVE_INFINITY
    for (let time = 0; time < TIMES && least > most; time++) {
      const before = process.cpuUsage()
      try {
        work(bytes)
      } catch {}
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, (user + system) / 1000)
    }
    if (least > most) throw new Error(`${bytes.length} bytes take ${Math.round(least)} ms: ${work.name}`)
  }
}
