import { expect, it } from 'vitest'
import type { Link } from '../../../src/generated/link/types.gen.js'
import { KnownLinks, silentlyHit } from '../../../src/watch/watch-plan.js'

const UP = 1

it('of a link that tells of itself routes and rules are looked at where it may have changed some without a word', () => {
  const known = new KnownLinks()
  const link: Partial<Link> = { index: 2, name: 'v0', flags: UP, operstate: 'up', mtu: 1500 }
  const hits = (more: Partial<Link>) =>
    silentlyHit({ type: 'link', note: { action: 'new', object: { ...link, ...more } as Link, replaces: false } }, known)
  expect(hits({})).toEqual(['route', 'rule'])
  expect(hits({ txqlen: 7, master: 5, slaveKindName: 'bridge' })).toEqual([])
  for (const more of [
    { operstate: 'down' },
    { flags: 0 },
    { mtu: 1400 },
    { master: 5, slaveKindName: 'vrf' },
  ] as const) {
    expect(hits(more)).toEqual(['route'])
    expect(hits(more)).toEqual([])
    expect(hits({})).toEqual(['route'])
  }
  expect(hits({ name: 'v1' })).toEqual(['rule'])
})
