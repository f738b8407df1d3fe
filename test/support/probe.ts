// What a kernel test needs and a machine may lack. A missing thing skips the test, with a reason that the reporter prints.
// In the kernels that run-in-kernel.sh boots nothing of it may be missing: there it fails the test.
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import type { TestContext } from 'vitest'
import { NetlinkError, openSync as openClient } from '../../src/index.js'
import { record } from './record.js'

/** The kernel that run-in-kernel.sh has booted for us: `uml` or `qemu`. */
const { RIK_ENGINE: engine = '' } = process.env

/** Link kinds that all of these kernels have. */
const promised = new Set(
  (
    'veth dummy ifb bridge bond team vlan macvlan macvtap ipvlan ipvtap vrf vxlan geneve gre gretap erspan ip6gre ' +
    'ip6gretap ip6erspan ipip sit ip6tnl vti vti6 macsec hsr nlmon vcan vxcan batadv gtp lowpan'
  ).split(' '),
)

const kinds = new Map<string, boolean>()

/** Skips the test when the kernel does not know a link kind. */
export function requireKind(context: TestContext, kind: string): void {
  let known = kinds.get(kind)
  if (known === undefined) {
    const errors = ip('link', 'add', 'name', 'probe0', 'type', kind)
    known = !errors.includes('Unknown device type')
    if (errors === '') ip('link', 'delete', 'probe0')
    kinds.set(kind, known)
  }
  if (known) return
  record('link', kind, 'missing')
  lacking(context, `the kernel has no link kind ${kind}`, promised.has(kind))
}

/** Qdiscs that only some of these kernels have. */
const unpromised: Readonly<Record<string, readonly string[]>> = {
  uml: ['ets', 'fq_pie', 'dualpi2', 'cake_mq'],
  qemu: ['dualpi2', 'cake_mq'],
}

/** Skips the test when the kernel does not know a kind of qdisc; `dev` is a link whose root may be tried. */
export function requireQdisc(context: TestContext, dev: string, kind: string): void {
  const key = `qdisc ${kind}`
  let known = kinds.get(key)
  if (known === undefined) {
    // Not by `tc`, which refuses some kinds without options before it asks.
    using rt = openClient()
    const place = { dev, parent: kind === 'ingress' || kind === 'clsact' ? kind : 'root' }
    try {
      rt.qdisc.add({ ...place, kind })
      rt.qdisc.delete(place)
      known = true
    } catch (error) {
      if (!NetlinkError.is(error)) throw error
      known = error.extAck?.message !== 'Specified qdisc kind is unknown'
    }
    kinds.set(key, known)
  }
  if (known) return
  record('qdisc', kind, 'missing')
  lacking(context, `the kernel has no qdisc ${kind}`, unpromised[engine]?.includes(kind) !== true)
}

/** Skips the test when the kernel's bridges cannot filter VLANs. */
export function requireVlanFiltering(context: TestContext): void {
  const errors = ip('link', 'add', 'name', 'probe0', 'type', 'bridge', 'vlan_filtering', '1')
  if (errors.includes('Operation not supported')) lacking(context, 'bridges without VLAN filtering', true)
  if (errors !== '') throw new Error(errors)
  ip('link', 'delete', 'probe0')
}

/** Skips the test where `ip` cannot do it either: that we are refused says nothing of the kernel. What it makes stays. */
export function requireIp(context: TestContext, line: string, reason: string): void {
  const errors = ip(...line.split(' '))
  if (errors !== '') context.skip(`${reason}: ${errors.trim()}`)
}

/** Skips the test when a program is not installed. */
export function requireTool(context: TestContext, name: string): void {
  const { PATH = '' } = process.env
  const found = PATH.split(':').some(directory => existsSync(`${directory}/${name}`))
  if (!found) context.skip(`${name} is not installed`)
}

/** Skips the test when a device file cannot be opened. */
export function requireDevice(context: TestContext, path: string): void {
  try {
    closeSync(openSync(path, 'r+'))
  } catch (error) {
    lacking(context, `${path}: ${(error as NodeJS.ErrnoException).code}`, true)
  }
}

/** Skips the test when a condition of the kernel or the machine does not hold. */
export function requireThat(context: TestContext, holds: boolean, reason: string): void {
  if (!holds) context.skip(reason)
}

/** Skips the test, or fails it where `always` says that a kernel of run-in-kernel.sh has what is lacking. */
export function lacking(context: TestContext, reason: string, always: boolean): void {
  if (always && engine !== '') throw new Error(`${reason}, and ${engine} should have it`)
  context.skip(reason)
}

/** Runs `ip` and gives what it writes to stderr. */
function ip(...args: readonly string[]): string {
  try {
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    return ''
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error)
  }
}
