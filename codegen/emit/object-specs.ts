/** What the model does not say: the flat objects of DESIGN.md section 2, and which attributes are interface indexes. */

export interface ObjectSpec {
  /** The interface: `Link`; its written form is `LinkSpec`. */
  readonly name: string
  readonly family: string
  /** The message whose header and set the object is made of. */
  readonly message: string
  /** Header members that the object shows, in order. */
  readonly members: readonly string[]
  /** Attributes under another field name, by C name; '' leaves an attribute out. */
  readonly fields?: Readonly<Record<string, string>>
  /** Attributes that are prefixes with the length in a header member, by C name. */
  readonly prefixes?: Readonly<Record<string, string>>
  /** Attributes that its messages never have, by C name: should one come all the same, it goes to `$unknown`. */
  readonly without?: readonly string[]
  /** Only the kernel makes it: there is no written form. */
  readonly readOnly?: true
  /** Fields that are always there, with what stands in when the bytes lack them. */
  readonly required?: Readonly<Record<string, string>>
  /** Header members that hold a handle, which may be written as `'1:10'`. */
  readonly handles?: readonly string[]
  /** Further lines of the written interface. */
  readonly spec?: readonly string[]
  /** Hand-made parts of the decoder. */
  readonly special?: 'link' | 'addr' | 'filter' | 'chain'
}

/** What only messages about an address that a link has are made of. */
const ordinaryAddress = [
  'IFA_ADDRESS',
  'IFA_LOCAL',
  'IFA_LABEL',
  'IFA_BROADCAST',
  'IFA_FLAGS',
  'IFA_RT_PRIORITY',
  'IFA_PROTO',
]

export const objects: readonly ObjectSpec[] = [
  {
    name: 'Link',
    family: 'link',
    message: 'newlink',
    members: ['family', 'type', 'index', 'flags'],
    fields: {
      IFLA_IFNAME: 'name',
      IFLA_LINKINFO: '',
      IFLA_NET_NS_PID: '',
      IFLA_NET_NS_FD: '',
      IFLA_TARGET_NETNSID: '',
      IFLA_NEW_NETNSID: '',
    },
    required: { name: "''" },
    special: 'link',
    spec: [
      '/** IFF_UP: brings the link up or down. */',
      'up?: boolean | undefined',
      '/** IFF_PROMISC: takes packets to other hosts too. */',
      'promisc?: boolean | undefined',
      '/** IFF_ALLMULTI: takes all multicast packets. A number is the count that was read (IFLA_ALLMULTI), which is the kernel’s. */',
      'allmulti?: boolean | number | undefined',
      '/** Not IFF_NOARP: looks for neighbours. */',
      'arp?: boolean | undefined',
      '/** IFF_MULTICAST: multicast is sent and taken. */',
      'multicast?: boolean | undefined',
      '/** Where the link is made or moved to: a namespace, or its id here (IFLA_NET_NS_FD, IFLA_NET_NS_PID, IFLA_TARGET_NETNSID). */',
      'netns?: NamespaceRef | { readonly nsid: number } | undefined',
    ],
  },
  {
    name: 'Addr',
    family: 'addr',
    message: 'newaddr',
    members: ['family', 'flags', 'scope', 'index'],
    fields: { IFA_ADDRESS: '', IFA_LOCAL: '' },
    required: { address: "''" },
    special: 'addr',
    spec: [
      '/** The local address with its prefix length; without one it is a host address. */',
      'address?: string | undefined',
      '/** The other end of a point-to-point link, with the prefix length. */',
      'peer?: string | undefined',
      '/** The link, by name or index (ifa_index). */',
      'dev?: string | number | undefined',
    ],
  },
  {
    name: 'Route',
    family: 'route',
    message: 'newroute',
    members: ['family', 'tos', 'table', 'protocol', 'scope', 'type', 'flags'],
    prefixes: { RTA_DST: 'dstLen', RTA_SRC: 'srcLen' },
    required: { dst: "'default'" },
    spec: ['/** The output link, by name or index (RTA_OIF). */', 'dev?: string | number | undefined'],
  },
  {
    name: 'Neigh',
    family: 'neigh',
    message: 'newneigh',
    members: ['family', 'ifindex', 'state', 'flags', 'type'],
    fields: { NDA_IFINDEX: 'viaIfindex' },
    spec: ['/** The link, by name or index (ndm_ifindex). */', 'dev?: string | number | undefined'],
  },
  {
    name: 'Fdb',
    family: 'neigh',
    message: 'newneigh',
    members: ['family', 'ifindex', 'state', 'flags'],
    fields: {
      NDA_IFINDEX: 'viaIfindex',
      NDA_PROBES: '',
      NDA_PROTOCOL: '',
      NDA_NDM_STATE_MASK: '',
      NDA_NDM_FLAGS_MASK: '',
    },
    required: { lladdr: "''" },
    spec: [
      '/** The port, vxlan or bridge that has the entry, by name or index (ndm_ifindex). */',
      'dev?: string | number | undefined',
    ],
  },
  {
    name: 'NeighTable',
    family: 'neigh',
    message: 'newneightbl',
    members: ['family'],
    required: { name: "''" },
  },
  {
    name: 'Rule',
    family: 'rule',
    message: 'newrule',
    members: ['family', 'tos', 'table', 'action', 'flags'],
    prefixes: { FRA_DST: 'dstLen', FRA_SRC: 'srcLen' },
    // The kernel says nothing of 0 (fib_nl_fill_rule), and takes a rule without one for one that it may place itself.
    required: { priority: '0' },
  },
  { name: 'Nsid', family: 'nsid', message: 'newnsid', members: ['family'] },
  {
    // `Nexthop` is a hop of a multipath route.
    name: 'NexthopObject',
    family: 'route',
    message: 'newnexthop',
    members: ['family', 'scope', 'protocol', 'flags'],
    without: ['NHA_GROUPS', 'NHA_MASTER', 'NHA_RES_BUCKET'],
    required: { id: '0' },
    spec: ['/** The output link, by name or index (NHA_OIF). */', 'dev?: string | number | undefined'],
  },
  {
    name: 'NexthopBucket',
    family: 'route',
    message: 'newnexthopbucket',
    members: ['flags'],
    without: [
      'NHA_GROUP',
      'NHA_GROUP_TYPE',
      'NHA_BLACKHOLE',
      'NHA_OIF',
      'NHA_GATEWAY',
      'NHA_ENCAP_TYPE',
      'NHA_ENCAP',
      'NHA_GROUPS',
      'NHA_MASTER',
      'NHA_FDB',
      'NHA_RES_GROUP',
      'NHA_OP_FLAGS',
      'NHA_GROUP_STATS',
      'NHA_HW_STATS_ENABLE',
      'NHA_HW_STATS_USED',
      'NHA_DST_PORT',
    ],
    readOnly: true,
    required: { id: '0' },
  },
  {
    name: 'AddrLabel',
    family: 'l3',
    message: 'newaddrlabel',
    members: ['family', 'flags', 'index'],
    prefixes: { IFAL_ADDRESS: 'prefixlen' },
    required: { address: "'default'" },
    spec: [
      '/** The link that the label is for, by name or index (ifal_index). */',
      'dev?: string | number | undefined',
    ],
  },
  {
    name: 'Netconf',
    family: 'l3',
    message: 'newnetconf',
    members: ['family'],
    readOnly: true,
    required: { ifindex: '0' },
  },
  {
    name: 'PrefixInfo',
    family: 'l3',
    message: 'newprefix',
    members: ['family', 'ifindex', 'type', 'flags'],
    prefixes: { PREFIX_ADDRESS: 'len' },
    readOnly: true,
  },
  {
    name: 'NdUserOpt',
    family: 'l3',
    message: 'newnduseropt',
    members: ['family', 'ifindex', 'icmpType', 'icmpCode'],
    readOnly: true,
  },
  { name: 'CacheReport', family: 'l3', message: 'newcachereport', members: ['family'], readOnly: true },
  {
    name: 'McAddr',
    family: 'addr',
    message: 'newmulticast',
    members: ['family', 'flags', 'scope', 'index'],
    without: [...ordinaryAddress, 'IFA_ANYCAST'],
    readOnly: true,
    required: { multicast: "''" },
  },
  {
    name: 'AcAddr',
    family: 'addr',
    message: 'newanycast',
    members: ['family', 'flags', 'scope', 'index'],
    without: [...ordinaryAddress, 'IFA_MULTICAST', 'IFA_MC_USERS'],
    readOnly: true,
    required: { anycast: "''" },
  },
  {
    name: 'Qdisc',
    family: 'tc',
    message: 'newqdisc',
    members: ['ifindex', 'handle', 'parent', 'info'],
    required: { kind: "''" },
    handles: ['handle', 'parent'],
    spec: ['/** The link, by name or index (tcm_ifindex). */', 'dev?: string | number | undefined'],
  },
  {
    name: 'Class',
    family: 'tc',
    message: 'newtclass',
    members: ['ifindex', 'handle', 'parent', 'info'],
    required: { kind: "''" },
    handles: ['handle', 'parent'],
    spec: ['/** The link, by name or index (tcm_ifindex). */', 'dev?: string | number | undefined'],
  },
  {
    name: 'Filter',
    family: 'tc',
    message: 'newtfilter',
    members: ['ifindex', 'handle', 'parent'],
    without: ['TCA_DUMP_FLAGS'],
    required: { kind: "''" },
    handles: ['handle', 'parent'],
    special: 'filter',
    spec: ['/** The link, by name or index (tcm_ifindex). */', 'dev?: string | number | undefined'],
  },
  {
    name: 'Chain',
    family: 'tc',
    message: 'newchain',
    members: ['ifindex', 'parent'],
    without: ['TCA_STATS', 'TCA_XSTATS', 'TCA_RATE', 'TCA_STATS2', 'TCA_HW_OFFLOAD', 'TCA_DUMP_FLAGS'],
    required: { chain: '0' },
    handles: ['parent'],
    special: 'chain',
    spec: ['/** The link, by name or index (tcm_ifindex). */', 'dev?: string | number | undefined'],
  },
  { name: 'Stats', family: 'stats', message: 'newstats', members: ['family', 'ifindex', 'filterMask'], readOnly: true },
  { name: 'Dcb', family: 'dcb', message: 'getdcb', members: ['family', 'cmd'] },
]

/** Attributes that hold an interface index: a name may be written, the client looks it up. */
export const linkAttributes: ReadonlySet<string> = new Set([
  'IFLA_LINK',
  'IFLA_MASTER',
  'IFLA_BOND_ACTIVE_SLAVE',
  'IFLA_BOND_PRIMARY',
  'IFLA_BRPORT_BACKUP_PORT',
  'IFLA_GRE_LINK',
  'IFLA_IPTUN_LINK',
  'IFLA_VTI_LINK',
  'IFLA_VXLAN_LINK',
  'IFLA_XFRM_LINK',
  'IFLA_HSR_SLAVE1',
  'IFLA_HSR_SLAVE2',
  'IFLA_HSR_INTERLINK',
  'IFLA_AMT_LINK',
  'IFLA_DSA_CONDUIT',
  'NHA_OIF',
  'NHA_MASTER',
  'RTA_IIF',
  'RTA_OIF',
  'LWT_XFRM_LINK',
  'SEG6_LOCAL_IIF',
  'SEG6_LOCAL_OIF',
  'NDA_IFINDEX',
  'NDA_MASTER',
  'NDTPA_IFINDEX',
  'MDBE_ATTR_IFINDEX',
  'IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX',
  'IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX',
  'IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX',
  'IFLA_BRIDGE_CFM_MEP_CREATE_IFINDEX',
  'NETCONFA_IFINDEX',
])

/** Attributes that hold a class: `'1:10'` may be written. */
export const handleAttributes: ReadonlySet<string> = new Set([
  'TCA_BASIC_CLASSID',
  'TCA_BPF_CLASSID',
  'TCA_FLOW_BASECLASS',
  'TCA_FLOWER_CLASSID',
  'TCA_FW_CLASSID',
  'TCA_MATCHALL_CLASSID',
  'TCA_ROUTE4_CLASSID',
  'TCA_U32_CLASSID',
])
/** Members of structs that hold an interface index, in the same way: struct and member. */
export const linkMembers: ReadonlySet<string> = new Set(['tc_mirred.ifindex', 'br_mdb_entry.ifindex'])

/** Attributes that hold a handle of the u32 classifier: `'800:'` or `'800:1:2'` may be written. */
export const u32HandleAttributes: ReadonlySet<string> = new Set(['TCA_U32_HASH', 'TCA_U32_LINK'])

/** Tells whether an attribute that is a number may be written as text. */
export function takesText(cName: string): boolean {
  return linkAttributes.has(cName) || handleAttributes.has(cName) || u32HandleAttributes.has(cName)
}

/** Attributes of one byte that are no switches: a boolean would say a number that nobody meant. */
export const plainNumbers: ReadonlySet<string> = new Set([
  'FRA_DSCP',
  'FRA_DSCP_MASK',
  'FRA_IP_PROTO',
  'LWTUNNEL_IP6_HOPLIMIT',
  'LWTUNNEL_IP6_TC',
  'LWTUNNEL_IP_TOS',
  'LWTUNNEL_IP_TTL',
  'MPLS_IPTUNNEL_TTL',
  'RTA_IP_PROTO',
])

/** How many bytes a string may have, where a wrong length is found before sending (IFNAMSIZ − 1, ALTIFNAMSIZ − 1). */
export const stringLimits: Readonly<Record<string, number>> = {
  IFLA_IFNAME: 15,
  IFLA_ALT_IFNAME: 127,
  TCA_FLOWER_INDEV: 15,
  TCA_FW_INDEV: 15,
  TCA_U32_INDEV: 15,
  DCB_ATTR_IFNAME: 15,
}

/** The object's spelling of attributes, for error paths; '' where the object holds the nest's members itself. */
export const fieldNames: Readonly<Record<string, string>> = {
  IFLA_IFNAME: 'name',
  IFLA_LINKINFO: '',
  IFLA_INFO_KIND: 'info.kind',
  IFLA_INFO_DATA: 'info',
  IFLA_INFO_SLAVE_KIND: 'slave.kind',
  IFLA_INFO_SLAVE_DATA: 'slave',
  IFLA_NET_NS_PID: 'netns',
  IFLA_NET_NS_FD: 'netns',
  IFLA_TARGET_NETNSID: 'netns',
  IFA_LOCAL: 'address',
  NDA_IFINDEX: 'viaIfindex',
  TCA_ROOT_TAB: 'actions',
  MDBA_SET_ENTRY: '',
  MDBA_SET_ENTRY_ATTRS: '',
  MDBA_GET_ENTRY: '',
  MDBA_GET_ENTRY_ATTRS: '',
  BRIDGE_VLANDB_ENTRY: '',
  BRIDGE_VLANDB_ENTRY_INFO: '',
  BRIDGE_VLANDB_GLOBAL_OPTIONS: '',
  VXLAN_VNIFILTER_ENTRY: '',
}

/**
 * Where an attribute's selector may be missing: a sibling that then tells, behind a suffix. iproute2 writes a port's data
 * under IFLA_INFO_KIND `bridge_slave` (ip/iplink.c), and the kernel goes by the master alone.
 */
export const selectorFallbacks: Readonly<Record<string, { readonly attr: string; readonly suffix: string }>> = {
  slaveKind: { attr: 'kind', suffix: '_slave' },
}

/** Types of what `writers` in src/codec/shaping.ts take beside a set's attributes; `fields` are attributes that they type themselves. */
export const shapes: Readonly<Record<string, { readonly type: string; readonly fields?: readonly string[] }>> = {
  tbf: { type: 'TbfShape' },
  'htb-class': { type: 'HtbClassShape' },
  'htb-qdisc': { type: 'HtbQdiscShape' },
  police: { type: 'PoliceShape', fields: ['rate', 'peakrate'] },
  stab: { type: 'StabShape' },
}
