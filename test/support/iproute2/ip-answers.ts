// `ip` with a kernel of our making: it prints the messages that it is given (ip-answers.c), so that its JSON can be had for what
// no kernel at hand sends.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { align4, viewOf } from '../../../src/wire/nlmsghdr.js'
import { otherIp } from './ip-version.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const library = join(root, 'build/ip-answers.so')

let lacks: string | undefined | false = false

/** Skips the test where `ip` cannot be run so: another version, no C compiler. */
export function requireIpAnswers(context: TestContext): void {
  lacks = lacks === false ? prepare() : lacks
  if (lacks !== undefined) context.skip(lacks)
}

function prepare(): string | undefined {
  const other = otherIp()
  if (other !== undefined) return other
  mkdirSync(join(root, 'build'), { recursive: true })
  const source = join(root, 'test/support/iproute2/ip-answers.c')
  const made = spawnSync('cc', ['-O1', '-shared', '-fPIC', '-o', `${library}.${process.pid}`, source, '-ldl'], {
    encoding: 'utf8',
  })
  if (made.error !== undefined) return 'cc is not installed'
  if (made.status !== 0) throw new Error(made.stderr)
  execFileSync('mv', [`${library}.${process.pid}`, library])
  return existsSync(library) ? undefined : `${library} was not made`
}

/** Runs `ip -d -j` with the words of a line over a kernel that sends these messages. */
export function ipPrints(line: string, messages: readonly Uint8Array[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'ip-answers-'))
  try {
    const file = join(directory, 'messages')
    writeFileSync(file, Buffer.concat(messages.map(padded)))
    const env = { ...process.env, LD_PRELOAD: library, IP_ANSWERS: file }
    const done = spawnSync('ip', ['-d', '-j', ...line.split(' ')], { env, encoding: 'utf8', maxBuffer: 1 << 28 })
    if (done.status !== 0) throw new Error(`ip ${line}: ${done.signal ?? done.status} ${done.stderr.slice(0, 300)}`)
    return done.stdout
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  const made = new Uint8Array(align4(bytes.length))
  made.set(bytes)
  return made
}

const NLMSG_HDRLEN = 16

/**
 * Clears NLA_F_NESTED of the attributes of a message, or of what lies in those of one type: the kernel sends some nests
 * without it, and `ip` overlooks those that have it.
 */
export function plainNests(bytes: Uint8Array, header: number, within?: number): Uint8Array {
  const view = viewOf(bytes)
  const clear = (start: number, end: number, deep: boolean): void => {
    for (let at = start; at + 4 <= end; at += align4(view.getUint16(at, le))) {
      const type = view.getUint16(at + 2, le)
      const own = type & 0x3fff
      if (within !== undefined && !deep && own !== within) continue
      view.setUint16(at + 2, own, le)
      if (within !== undefined && type !== own) clear(at + 4, at + view.getUint16(at, le), true)
    }
  }
  clear(NLMSG_HDRLEN + header, bytes.length, false)
  return bytes
}
