/* What C peers keep: every attribute of routes, addresses and neighbours, and of links all but AF_SPEC, in structs.
   Who includes it says before how attributes are walked: EACH(a, first, length), TYPE, DATA, SIZE, u8, u16, u32. */
#ifndef OBJECTS_H
#define OBJECTS_H
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/neighbour.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct hop { int ifindex; uint8_t flags, hops, family, gateway[16]; };

struct route {
  struct rtmsg header;
  uint8_t dst[16], src[16], gateway[16], prefsrc[16], newdst[16];
  uint32_t table, oif, iif, priority, mark, flow, uid, expires, nh_id, encap_type, via_family;
  struct rta_cacheinfo cache;
  uint8_t via[16], pref, ttl_propagate;
  uint16_t sport, dport;
  uint8_t ip_proto;
  uint32_t extras; /* which of them, from 1; 0 for none */
};

/* What few routes have: in all of them it would make a list twice as long, and a fifth slower. */
struct extras {
  uint32_t metrics[RTAX_MAX + 1];
  uint8_t hop_count;
  struct hop hops[8];
};

/* Those of the routes that are kept; who lists anew begins with 0 of them. */
static struct extras *extras;
static size_t extras_used, extras_room;

static struct extras *extras_of(struct route *r) {
  if (!r->extras) {
    if (extras_used == extras_room) {
      extras_room = extras_room ? extras_room * 2 : 64;
      extras = realloc(extras, extras_room * sizeof *extras);
    }
    memset(&extras[extras_used], 0, sizeof *extras);
    r->extras = (uint32_t)++extras_used;
  }
  return &extras[r->extras - 1];
}

struct addr {
  struct ifaddrmsg header;
  uint8_t address[16], local[16], broadcast[16], anycast[16];
  char label[16];
  uint32_t flags, rt_priority;
  int target_netnsid;
  uint8_t proto;
  struct ifa_cacheinfo cache;
};

struct neigh {
  struct ndmsg header;
  uint8_t dst[16], lladdr[32], lladdr_len, protocol;
  struct nda_cacheinfo cache;
  uint32_t probes, vni, ifindex, master, flags_ext, nh_id, src_vni;
  uint16_t vlan, port;
  int link_netnsid;
};

struct link {
  struct ifinfomsg header;
  char name[16], qdisc[16], kind[16], slave_kind[16], alias[256], phys_port_name[32];
  uint8_t address[32], broadcast[32], perm_address[32], address_len;
  uint32_t mtu, min_mtu, max_mtu, link, master, txqlen, group, promiscuity, allmulti, num_tx, num_rx, gso_max_segs, gso_max_size,
      gro_max_size, tso_max_size, tso_max_segs, gso_ipv4_max_size, gro_ipv4_max_size, carrier_changes, carrier_up, carrier_down,
      ext_mask, num_vf, netns_immutable, headroom, tailroom;
  uint64_t max_pacing_offload_horizon;
  int link_netnsid, new_netnsid, target_netnsid, new_ifindex;
  uint8_t operstate, linkmode, carrier, proto_down, xdp_attached, weight;
  struct rtnl_link_stats stats;
  struct rtnl_link_stats64 stats64;
  struct rtnl_link_ifmap map;
  uint32_t data[64];
  uint8_t data_len;
};

static inline void copy(void *to, size_t room, const struct nlattr *a) {
  size_t n = SIZE(a);
  memcpy(to, DATA(a), n < room ? n : room);
}

static inline void text(char *to, size_t room, const struct nlattr *a) {
  copy(to, room - 1, a);
}

static void parse_hops(struct extras *r, const struct nlattr *a) {
  int left = (int)SIZE(a);
  for (struct rtnexthop *h = DATA(a); RTNH_OK(h, left) && r->hop_count < 8; left -= NLMSG_ALIGN(h->rtnh_len), h = RTNH_NEXT(h)) {
    struct hop *hop = &r->hops[r->hop_count++];
    hop->ifindex = h->rtnh_ifindex;
    hop->flags = h->rtnh_flags;
    hop->hops = h->rtnh_hops;
    EACH(n, RTNH_DATA(h), h->rtnh_len - (int)sizeof *h)
      if (TYPE(n) == RTA_GATEWAY) copy(hop->gateway, 16, n);
  }
}

static void parse_route(struct route *r, const struct nlmsghdr *n) {
  const struct rtmsg *m = NLMSG_DATA(n);
  memset(r, 0, sizeof *r);
  r->header = *m;
  r->table = m->rtm_table;
  EACH(a, (char *)m + NLMSG_ALIGN(sizeof *m), (int)n->nlmsg_len - (int)NLMSG_LENGTH(sizeof *m)) switch (TYPE(a)) {
    case RTA_DST: copy(r->dst, 16, a); break;
    case RTA_SRC: copy(r->src, 16, a); break;
    case RTA_IIF: r->iif = u32(a); break;
    case RTA_OIF: r->oif = u32(a); break;
    case RTA_GATEWAY: copy(r->gateway, 16, a); break;
    case RTA_PRIORITY: r->priority = u32(a); break;
    case RTA_PREFSRC: copy(r->prefsrc, 16, a); break;
    case RTA_METRICS: {
      struct extras *e = extras_of(r);
      EACH(x, DATA(a), SIZE(a))
        if (TYPE(x) <= RTAX_MAX) e->metrics[TYPE(x)] = u32(x);
      break;
    }
    case RTA_MULTIPATH: parse_hops(extras_of(r), a); break;
    case RTA_FLOW: r->flow = u32(a); break;
    case RTA_CACHEINFO: copy(&r->cache, sizeof r->cache, a); break;
    case RTA_TABLE: r->table = u32(a); break;
    case RTA_MARK: r->mark = u32(a); break;
    case RTA_VIA: copy(r->via, 16, a); break;
    case RTA_NEWDST: copy(r->newdst, 16, a); break;
    case RTA_PREF: r->pref = u8(a); break;
    case RTA_ENCAP_TYPE: r->encap_type = u16(a); break;
    case RTA_EXPIRES: r->expires = u32(a); break;
    case RTA_UID: r->uid = u32(a); break;
    case RTA_TTL_PROPAGATE: r->ttl_propagate = u8(a); break;
    case RTA_IP_PROTO: r->ip_proto = u8(a); break;
    case RTA_SPORT: r->sport = u16(a); break;
    case RTA_DPORT: r->dport = u16(a); break;
    case RTA_NH_ID: r->nh_id = u32(a); break;
  }
}

static void parse_addr(struct addr *r, const struct nlmsghdr *n) {
  const struct ifaddrmsg *m = NLMSG_DATA(n);
  memset(r, 0, sizeof *r);
  r->header = *m;
  r->flags = m->ifa_flags;
  EACH(a, (char *)m + NLMSG_ALIGN(sizeof *m), (int)n->nlmsg_len - (int)NLMSG_LENGTH(sizeof *m)) switch (TYPE(a)) {
      case IFA_ADDRESS: copy(r->address, 16, a); break;
      case IFA_LOCAL: copy(r->local, 16, a); break;
      case IFA_LABEL: text(r->label, 16, a); break;
      case IFA_BROADCAST: copy(r->broadcast, 16, a); break;
      case IFA_ANYCAST: copy(r->anycast, 16, a); break;
      case IFA_CACHEINFO: copy(&r->cache, sizeof r->cache, a); break;
      case IFA_FLAGS: r->flags = u32(a); break;
      case IFA_RT_PRIORITY: r->rt_priority = u32(a); break;
      case IFA_TARGET_NETNSID: r->target_netnsid = (int)u32(a); break;
      case IFA_PROTO: r->proto = u8(a); break;
    }
}

static void parse_neigh(struct neigh *r, const struct nlmsghdr *n) {
  const struct ndmsg *m = NLMSG_DATA(n);
  memset(r, 0, sizeof *r);
  r->header = *m;
  EACH(a, (char *)m + NLMSG_ALIGN(sizeof *m), (int)n->nlmsg_len - (int)NLMSG_LENGTH(sizeof *m)) switch (TYPE(a)) {
      case NDA_DST: copy(r->dst, 16, a); break;
      case NDA_LLADDR: copy(r->lladdr, 32, a); r->lladdr_len = (uint8_t)SIZE(a); break;
      case NDA_CACHEINFO: copy(&r->cache, sizeof r->cache, a); break;
      case NDA_PROBES: r->probes = u32(a); break;
      case NDA_VLAN: r->vlan = u16(a); break;
      case NDA_PORT: r->port = u16(a); break;
      case NDA_VNI: r->vni = u32(a); break;
      case NDA_IFINDEX: r->ifindex = u32(a); break;
      case NDA_MASTER: r->master = u32(a); break;
      case NDA_LINK_NETNSID: r->link_netnsid = (int)u32(a); break;
      case NDA_SRC_VNI: r->src_vni = u32(a); break;
      case NDA_PROTOCOL: r->protocol = u8(a); break;
      case NDA_NH_ID: r->nh_id = u32(a); break;
      case NDA_FLAGS_EXT: r->flags_ext = u32(a); break;
    }
}

static void parse_info(struct link *r, const struct nlattr *info) {
  EACH(a, DATA(info), SIZE(info)) switch (TYPE(a)) {
    case IFLA_INFO_KIND: text(r->kind, 16, a); break;
    case IFLA_INFO_SLAVE_KIND: text(r->slave_kind, 16, a); break;
    case IFLA_INFO_DATA:
    case IFLA_INFO_SLAVE_DATA: {
      EACH(x, DATA(a), SIZE(a))
        if (TYPE(x) < 64) r->data[TYPE(x)] = u32(x), r->data_len++;
      break;
    }
  }
}

static void parse_link(struct link *r, const struct nlmsghdr *n) {
  const struct ifinfomsg *m = NLMSG_DATA(n);
  memset(r, 0, sizeof *r);
  r->header = *m;
  EACH(a, (char *)m + NLMSG_ALIGN(sizeof *m), (int)n->nlmsg_len - (int)NLMSG_LENGTH(sizeof *m)) switch (TYPE(a)) {
    case IFLA_IFNAME: text(r->name, 16, a); break;
    case IFLA_ADDRESS: copy(r->address, 32, a); r->address_len = (uint8_t)SIZE(a); break;
    case IFLA_BROADCAST: copy(r->broadcast, 32, a); break;
    case IFLA_PERM_ADDRESS: copy(r->perm_address, 32, a); break;
    case IFLA_MTU: r->mtu = u32(a); break;
    case IFLA_MIN_MTU: r->min_mtu = u32(a); break;
    case IFLA_MAX_MTU: r->max_mtu = u32(a); break;
    case IFLA_LINK: r->link = u32(a); break;
    case IFLA_MASTER: r->master = u32(a); break;
    case IFLA_QDISC: text(r->qdisc, 16, a); break;
    case IFLA_STATS: copy(&r->stats, sizeof r->stats, a); break;
    case IFLA_STATS64: copy(&r->stats64, sizeof r->stats64, a); break;
    case IFLA_MAP: copy(&r->map, sizeof r->map, a); break;
    case IFLA_TXQLEN: r->txqlen = u32(a); break;
    case IFLA_WEIGHT: r->weight = u8(a); break;
    case IFLA_OPERSTATE: r->operstate = u8(a); break;
    case IFLA_LINKMODE: r->linkmode = u8(a); break;
    case IFLA_LINKINFO: parse_info(r, a); break;
    case IFLA_IFALIAS: text(r->alias, 256, a); break;
    case IFLA_NUM_VF: r->num_vf = u32(a); break;
    case IFLA_GROUP: r->group = u32(a); break;
    case IFLA_EXT_MASK: r->ext_mask = u32(a); break;
    case IFLA_PROMISCUITY: r->promiscuity = u32(a); break;
    case IFLA_ALLMULTI: r->allmulti = u32(a); break;
    case IFLA_NUM_TX_QUEUES: r->num_tx = u32(a); break;
    case IFLA_NUM_RX_QUEUES: r->num_rx = u32(a); break;
    case IFLA_CARRIER: r->carrier = u8(a); break;
    case IFLA_CARRIER_CHANGES: r->carrier_changes = u32(a); break;
    case IFLA_CARRIER_UP_COUNT: r->carrier_up = u32(a); break;
    case IFLA_CARRIER_DOWN_COUNT: r->carrier_down = u32(a); break;
    case IFLA_LINK_NETNSID: r->link_netnsid = (int)u32(a); break;
    case IFLA_NEW_NETNSID: r->new_netnsid = (int)u32(a); break;
    case IFLA_TARGET_NETNSID: r->target_netnsid = (int)u32(a); break;
    case IFLA_NEW_IFINDEX: r->new_ifindex = (int)u32(a); break;
    case IFLA_PHYS_PORT_NAME: text(r->phys_port_name, 32, a); break;
    case IFLA_PROTO_DOWN: r->proto_down = u8(a); break;
    case IFLA_GSO_MAX_SEGS: r->gso_max_segs = u32(a); break;
    case IFLA_GSO_MAX_SIZE: r->gso_max_size = u32(a); break;
    case IFLA_GRO_MAX_SIZE: r->gro_max_size = u32(a); break;
    case IFLA_TSO_MAX_SIZE: r->tso_max_size = u32(a); break;
    case IFLA_TSO_MAX_SEGS: r->tso_max_segs = u32(a); break;
    case IFLA_GSO_IPV4_MAX_SIZE: r->gso_ipv4_max_size = u32(a); break;
    case IFLA_GRO_IPV4_MAX_SIZE: r->gro_ipv4_max_size = u32(a); break;
    /* Numbers that older headers have no names for: IFLA_MAX_PACING_OFFLOAD_HORIZON, NETNS_IMMUTABLE, HEADROOM, TAILROOM. */
    case 66: copy(&r->max_pacing_offload_horizon, 8, a); break;
    case 67: r->netns_immutable = u8(a); break;
    case 68: r->headroom = u16(a); break;
    case 69: r->tailroom = u16(a); break;
    case IFLA_XDP: {
      EACH(x, DATA(a), SIZE(a))
        if (TYPE(x) == IFLA_XDP_ATTACHED) r->xdp_attached = u8(x);
      break;
    }
  }
}
#endif
