/** Names that iproute2 ships for numbers (rt_tables, rt_protos, rt_scopes, rt_dsfield, rt_realms, group). */

/** Names of numbers, for those who print them as `ip` does on their machine. What a machine has in /etc/iproute2 can be given; what is left out has iproute2's own names. */
export interface IpNames {
  /** rt_tables. */
  readonly tables?: NumberNames | undefined
  /** rt_protos. */
  readonly protocols?: NumberNames | undefined
  /** rt_scopes. */
  readonly scopes?: NumberNames | undefined
  /** rt_realms. */
  readonly realms?: NumberNames | undefined
  /** rt_dsfield, by the whole byte. */
  readonly dsfields?: NumberNames | undefined
  /** group. */
  readonly groups?: NumberNames | undefined
  /** rt_addrprotos. */
  readonly addrProtocols?: NumberNames | undefined
  /** protodown_reasons. */
  readonly protoDownReasons?: NumberNames | undefined
  /** /etc/passwd, for the owner of a tun. */
  readonly users?: NumberNames | undefined
  /** /etc/group, for the group of a tun. */
  readonly userGroups?: NumberNames | undefined
  /** /etc/protocols. */
  readonly ipProtocols?: NumberNames | undefined
}

/** Names by number. */
export interface NumberNames {
  readonly [number: number]: string
}

/** All of the names. */
export type AllNames = { readonly [K in keyof IpNames]-?: NumberNames }

/** What iproute2 knows without a file of the machine. */
export const shippedNames: AllNames = {
  tables: { 0: 'unspec', 253: 'default', 254: 'main', 255: 'local' },
  protocols: {
    0: 'unspec',
    1: 'redirect',
    2: 'kernel',
    3: 'boot',
    4: 'static',
    8: 'gated',
    9: 'ra',
    10: 'mrt',
    11: 'zebra',
    12: 'bird',
    13: 'dnrouted',
    14: 'xorp',
    15: 'ntk',
    16: 'dhcp',
    18: 'keepalived',
    42: 'babel',
    84: 'ovn',
    99: 'openr',
    186: 'bgp',
    187: 'isis',
    188: 'ospf',
    189: 'rip',
    192: 'eigrp',
  },
  scopes: { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' },
  realms: { 0: 'cosmos' },
  dsfields: {
    0: 'default',
    32: 'CS1',
    40: 'AF11',
    48: 'AF12',
    56: 'AF13',
    64: 'CS2',
    72: 'AF21',
    80: 'AF22',
    88: 'AF23',
    96: 'CS3',
    104: 'AF31',
    112: 'AF32',
    120: 'AF33',
    128: 'CS4',
    136: 'AF41',
    144: 'AF42',
    152: 'AF43',
    160: 'CS5',
    184: 'EF',
    192: 'CS6',
    224: 'CS7',
  },
  groups: { 0: 'default' },
  addrProtocols: { 0: 'unspec', 1: 'kernel_lo', 2: 'kernel_ra', 3: 'kernel_ll' },
  protoDownReasons: {},
  users: { 0: 'root' },
  userGroups: { 0: 'root' },
  ipProtocols: {
    0: 'ip',
    1: 'icmp',
    2: 'igmp',
    3: 'ggp',
    4: 'ipencap',
    5: 'st',
    6: 'tcp',
    8: 'egp',
    9: 'igp',
    12: 'pup',
    17: 'udp',
    20: 'hmp',
    22: 'xns-idp',
    27: 'rdp',
    29: 'iso-tp4',
    33: 'dccp',
    36: 'xtp',
    37: 'ddp',
    38: 'idpr-cmtp',
    41: 'ipv6',
    43: 'ipv6-route',
    44: 'ipv6-frag',
    45: 'idrp',
    46: 'rsvp',
    47: 'gre',
    50: 'esp',
    51: 'ah',
    57: 'skip',
    58: 'ipv6-icmp',
    59: 'ipv6-nonxt',
    60: 'ipv6-opts',
    73: 'rspf',
    81: 'vmtp',
    88: 'eigrp',
    89: 'ospf',
    93: 'ax.25',
    94: 'ipip',
    97: 'etherip',
    98: 'encap',
    103: 'pim',
    108: 'ipcomp',
    112: 'vrrp',
    115: 'l2tp',
    124: 'isis',
    132: 'sctp',
    133: 'fc',
    135: 'mobility-header',
    136: 'udplite',
    137: 'mpls-in-ip',
    138: 'manet',
    139: 'hip',
    140: 'shim6',
    141: 'wesp',
    142: 'rohc',
    143: 'ethernet',
  },
}
