import type { Client } from 'rtnetlink'
import type * as netns from 'rtnetlink/netns'
import type { Cleanup } from './cleanup.js'
import { addresses, bridge, loopback, namespaces, veths } from './steps-build.js'
import { lab } from './steps-lab.js'
import { move, overBridge } from './steps-more.js'
import { bridgePorts, processAddresses, spaces } from './steps-show.js'
import { http, pings } from './steps-talk.js'

/** What the steps share. */
export interface Story {
  /** The namespace that plays the machine. */
  readonly home: netns.Namespace
  /** A client in it. */
  readonly host: Client
  readonly cleanup: Cleanup
}

/** One step of the story. */
export interface Step {
  readonly title: string
  readonly run: (story: Story) => Promise<void>
}

/** The story. */
export const steps: readonly Step[] = [
  { title: 'Make two network namespaces', run: namespaces },
  { title: 'Bring their loopback interfaces up', run: loopback },
  { title: 'Make a bridge with an address', run: bridge },
  { title: 'Make veth pairs, each with its peer born inside, and enslave the ends outside', run: veths },
  { title: 'Give addresses and default routes', run: addresses },
  { title: 'Ping from container to container and to the bridge', run: pings },
  { title: 'HTTP between two servers of this one process', run: http },
  { title: 'The links of the bridge', run: bridgePorts },
  { title: 'The addresses inside the namespace of a process', run: processAddresses },
  { title: 'The network namespaces', run: spaces },
  { title: 'Move an interface out and back', run: move },
  {
    title: 'A macvlan in each namespace, on the bridge',
    run: overBridge({ kind: 'macvlan', mode: 'bridge' }, '198.51.100'),
  },
  { title: 'An ipvlan in each namespace, on the bridge', run: overBridge({ kind: 'ipvlan', mode: 'l2' }, '203.0.113') },
  { title: 'Two networks with a router between them, in one call', run: lab },
]
