// Every attribute of every link kind, with every value that has a name: printed as `ip` prints it.
import { beforeEach, describe, test } from 'vitest'
import { linkinfoDataSub, linkinfoMemberDataSub } from '../../src/generated/link/tables.gen.js'
import { requireIpAnswers } from '../support/iproute2/ip-answers.js'
import { linkMessage, sameLinks } from '../support/iproute2/ip-json-compare.js'
import { type Expected, TableValues } from '../support/table-values.js'

beforeEach(requireIpAnswers)

const carried = ['encapFlags', 'encapSport', 'encapDport']
const endpoints = ['local', 'remote', ...carried]
const sixrd = ['sixrdPrefix', 'sixrdRelayPrefix', 'sixrdPrefixlen', 'sixrdRelayPrefixlen']
/** Timers that run for hundreds of years overflow in `ip`. */
const timer = [0n, 1n, 123n, 150000n]
const timers = Object.fromEntries(
  'helloTimer tcnTimer topologyChangeTimer gcTimer holdTimer messageAgeTimer forwardDelayTimer'
    .split(' ')
    .map(name => [name, timer]),
)
/** Neither in /etc/passwd nor in /etc/group, but root. */
const owner = [0, 4123456789]

/** What the kernel sends of each kind, and what `ip` cannot read: it looks up modes of amt and roles of gtp behind its tables. */
const kinds: Readonly<Record<string, Expected>> = {
  amt: { always: ['relayPort', 'gatewayPort', 'maxTunnels'], family: 'inet', values: { mode: ['gateway', 'relay'] } },
  bareudp: { always: ['port'] },
  bridge: { values: { ...timers } },
  gre: { always: endpoints, family: 'inet' },
  gretap: { always: endpoints, family: 'inet' },
  erspan: { always: endpoints, family: 'inet' },
  ip6gre: { always: endpoints, family: 'inet6' },
  ip6gretap: { always: endpoints, family: 'inet6' },
  ip6erspan: { always: endpoints, family: 'inet6' },
  ip6tnl: { always: endpoints, family: 'inet6' },
  ipip: { always: [...endpoints, 'pmtudisc', ...sixrd], family: 'inet', values: { sixrdPrefix: ['2001:db8::', '::'] } },
  sit: { always: [...endpoints, 'pmtudisc', ...sixrd], family: 'inet', values: { sixrdPrefix: ['2001:db8::', '::'] } },
  gtp: { always: ['role'], values: { role: ['sgsn', 'ggsn'] } },
  hsr: { always: ['slave1', 'slave2'] },
  ipoib: { always: ['pkey', 'mode', 'umcast'] },
  macvlan: { always: ['mode'] },
  macvtap: { always: ['mode'] },
  rmnet: { always: ['muxId'] },
  tun: { always: ['type'], values: { owner, group: owner } },
  vlan: { always: ['id', 'protocol'] },
  vti: { always: ['local', 'remote'], family: 'inet' },
  vti6: { always: ['local', 'remote'], family: 'inet6' },
}

describe('linkinfo.info_data of', () => {
  test.each(linkinfoDataSub.formats.map(format => [format.name, format] as const))('%s', (name, { value, set }) => {
    const datas = set === undefined ? [] : new TableValues().sets(set, kinds[name] ?? {})
    sameLinks([
      // Without INFO_DATA, which it always has, ip stumbles over gtp.
      ...(name === 'gtp' ? [] : [linkMessage({ linkinfo: { kind: value } })]),
      ...datas.map(data => linkMessage({ linkinfo: { kind: value, data: { kind: name, ...data } } })),
    ])
  })

  test('a kind that nobody knows', () => {
    sameLinks([
      linkMessage({
        linkinfo: { kind: 'nosuchkind', data: { kind: 'other', name: 'nosuchkind', data: new Uint8Array(8) } },
      }),
    ])
  })
})

describe('linkinfo.info_slave_data of a port of', () => {
  test.each(linkinfoMemberDataSub.formats.map(format => [format.name, format] as const))(
    '%s',
    (name, { value, set }) => {
      const datas = set === undefined ? [] : new TableValues().sets(set, { values: timers })
      sameLinks([
        linkMessage({ linkinfo: { slaveKind: value } }),
        ...datas.map(data =>
          linkMessage({ linkinfo: { kind: 'dummy', slaveKind: value, slaveData: { kind: name, ...data } } }),
        ),
      ])
    },
  )
})
