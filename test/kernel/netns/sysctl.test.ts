// Sysctls of a namespace: read and written inside only, as sysctl -w writes them.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as netns from '../../../src/netns.js'

beforeEach(() => netns.create('blue').close())
afterEach(() => netns.delete('blue'))

it('reads and writes inside only', () => {
  const read = () => netns.sysctl('blue', 'net.ipv4.ip_forward')
  const here = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim()
  expect(read()).toBe('0')
  expect(netns.sysctl('blue', 'net.ipv4.ip_forward', true)).toBe('1')
  expect(read()).toBe('1')
  expect(execFileSync('nsenter', ['--net=/run/netns/blue', 'cat', '/proc/sys/net/ipv4/ip_forward']).toString()).toBe(
    '1\n',
  )
  expect(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim()).toBe(here)
  expect(netns.sysctl('blue', 'net/ipv4/conf/lo/rp_filter', 2)).toBe('2')
  // Group 0 alone: a user namespace may map no other.
  expect(netns.sysctl('blue', 'net.ipv4.ping_group_range', '0 0')).toBe('0\t0')
  // Emptied, as sysctl -w does it.
  expect(netns.sysctl('blue', 'net.ipv4.ip_local_reserved_ports', '8080,9000')).toBe('8080,9000')
  expect(netns.sysctl('blue', 'net.ipv4.ip_local_reserved_ports', '')).toBe('')
  expect(read()).toBe('1')
  // Write-only.
  expect(netns.sysctl('blue', 'net.ipv4.route.flush', 1)).toBe('1')
})

it.each([
  ['net.ipv4.no_such', undefined, 'ENOENT'],
  ['net.ipv4.ip_forward', 'maybe', 'EINVAL'],
  ['net.ipv4.ip_forward', '', 'EINVAL'],
  ['kernel.hostname', undefined, 'ERR_NETLINK_BAD_VALUE'],
  ['net/../kernel/hostname', undefined, 'ERR_NETLINK_BAD_VALUE'],
  ['net..ipv4', undefined, 'ERR_NETLINK_BAD_VALUE'],
  ['', undefined, 'ERR_NETLINK_BAD_VALUE'],
])('refuses %j = %j', (key, value, code) => {
  expect(() => netns.sysctl('blue', key, value)).toThrow(expect.objectContaining({ name: 'NetlinkError', code }))
})
