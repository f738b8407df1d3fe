import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { NamespaceRef } from '../index.js'
import { NetlinkError } from '../index.js'
import * as netns from '../netns.js'

/** A key below net, with slashes (names of links may have dots), and its value. */
export type Sysctl = readonly [key: string, value: number]

/**
 * Writes sysctls of a namespace in one window. Keys that the kernel does not have are passed over: without IPv6 there is nothing
 * to turn off. Answers with what was there before and differs.
 */
export function writeSysctls(ref: NamespaceRef, sysctls: readonly Sysctl[]): Sysctl[] {
  return netns.run(ref, () => {
    const before: Sysctl[] = []
    for (const [key, value] of sysctls) {
      const path = `/proc/sys/net/${key}`
      try {
        const old = Number(readFileSync(path, 'utf8'))
        if (old === value) continue
        writeFileSync(path, String(value))
        before.push([key, old])
      } catch (error) {
        const { code, syscall } = error as NodeJS.ErrnoException
        if (code === 'ENOENT') continue
        if (code === undefined) throw error
        throw new NetlinkError({ reason: 'syscall', code, syscall, detail: `sysctl net/${key}=${value}`, cause: error })
      }
    }
    return before
  })
}

/** Tells whether the kernel has IPv6: it may have been started without (ipv6.disable=1). */
export function hasIp6(ref: NamespaceRef): boolean {
  return netns.run(ref, () => existsSync('/proc/sys/net/ipv6'))
}

/** Of a bridge: nothing is tentative, nothing is learnt from routers. */
export function bridgeSysctls(link: string, hasIp6: boolean): Sysctl[] {
  return [
    [`ipv6/conf/${link}/accept_dad`, 0],
    [`ipv6/conf/${link}/accept_ra`, 0],
    ...(hasIp6 ? [[`ipv6/conf/${link}/disable_ipv6`, 0] as const] : []),
  ]
}

/**
 * Of a container's link: no duplicate address detection (the leases tell), and neighbours are told at once who has the address,
 * which another container may have had before.
 */
export function containerSysctls(link: string, hasIp6: boolean): Sysctl[] {
  return [
    [`ipv4/conf/${link}/arp_notify`, 1],
    [`ipv6/conf/${link}/ndisc_notify`, 1],
    [`ipv6/conf/${link}/accept_dad`, 0],
    ...(hasIp6 ? [[`ipv6/conf/${link}/disable_ipv6`, 0] as const] : []),
  ]
}

/** Of the whole namespace, by family. */
export const forwarding: { readonly [F in 4 | 6]: Sysctl } = {
  4: ['ipv4/ip_forward', 1],
  6: ['ipv6/conf/all/forwarding', 1],
}
