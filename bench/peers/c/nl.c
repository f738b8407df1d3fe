/* libnl-route: its caches hold what is dumped as its own objects. gcc -O2 -lnl-3 -lnl-route-3. Usage: nl WORKLOAD [N] */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include "peer.h"

static struct nl_sock *sock;
static int count, device;

static void check(int result, const char *what) {
  if (result < 0) {
    fprintf(stderr, "%s: %s\n", what, nl_geterror(result));
    exit(1);
  }
}

#define DUMP(name, fill)                          \
  static void dump_##name(struct run *run) {      \
    static struct nl_cache *cache;                \
    if (cache) nl_cache_free(cache);              \
    cache = NULL;                                 \
    begin(run);                                   \
    check(fill, "dump");                          \
    end(run, (uint64_t)nl_cache_nitems(cache));   \
  }

DUMP(route, rtnl_route_alloc_cache(sock, AF_UNSPEC, 0, &cache))
DUMP(link, rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache))
DUMP(addr, rtnl_addr_alloc_cache(sock, &cache))
DUMP(neigh, rtnl_neigh_alloc_cache(sock, &cache))

static void change(int adding, int number) {
  uint32_t bytes = htonl(0x0a000000u + (uint32_t)number);
  struct nl_addr *dst = nl_addr_build(AF_INET, &bytes, 4);
  struct rtnl_route *route = rtnl_route_alloc();
  struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
  nl_addr_set_prefixlen(dst, 32);
  rtnl_route_set_dst(route, dst);
  rtnl_route_set_scope(route, RT_SCOPE_LINK);
  rtnl_route_set_protocol(route, RTPROT_STATIC);
  rtnl_route_nh_set_ifindex(hop, device);
  rtnl_route_add_nexthop(route, hop);
  check(adding ? rtnl_route_add(sock, route, NLM_F_EXCL) : rtnl_route_delete(sock, route, 0), "change");
  rtnl_route_put(route);
  nl_addr_put(dst);
}

static void change_routes(struct run *run) {
  begin(run);
  for (int i = 0; i < count; i++) change(1, i);
  for (int i = 0; i < count; i++) change(0, i);
  end(run, (uint64_t)count * 2);
}

static uint64_t seen;

static void parsed(struct nl_object *object, void *data) {
  (void)object;
  (void)data;
  seen++;
}

static int event(struct nl_msg *message, void *data) {
  nl_msg_parse(message, parsed, data);
  return NL_OK;
}

static void drain_events(struct run *run) {
  static struct nl_sock *listener;
  if (!listener) {
    int size = 256 << 20;
    listener = nl_socket_alloc();
    nl_socket_disable_seq_check(listener);
    nl_socket_modify_cb(listener, NL_CB_VALID, NL_CB_CUSTOM, event, NULL);
    check(nl_connect(listener, NETLINK_ROUTE), "connect");
    check(nl_socket_set_nonblocking(listener), "nonblocking");
    if (setsockopt(nl_socket_get_fd(listener), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) die("SO_RCVBUFFORCE");
    check(nl_socket_add_memberships(listener, RTNLGRP_IPV4_ROUTE, 0), "join");
  }
  for (int i = 0; i < count / 2; i++) change(1, i);
  for (int i = 0; i < count / 2; i++) change(0, i);
  seen = 0;
  begin(run);
  for (;;) {
    int result = nl_recvmsgs_default(listener);
    if (result == -NLE_AGAIN) break;
    if (result == -NLE_NOMEM) { run->lost++; continue; }
    check(result, "events");
  }
  end(run, seen);
}

int main(int argc, char **argv) {
  static const struct { const char *name; void (*work)(struct run *); } works[] = {
      {"dump-route", dump_route}, {"dump-link", dump_link},         {"dump-addr", dump_addr},
      {"dump-neigh", dump_neigh}, {"change-routes", change_routes}, {"drain-events", drain_events},
  };
  count = argc > 2 ? atoi(argv[2]) : 0;
  device = (int)if_nametoindex("b0");
  sock = nl_socket_alloc();
  check(nl_connect(sock, NETLINK_ROUTE), "connect");
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    if (argc > 1 && !strcmp(works[i].name, argv[1])) return serve(works[i].work);
  return 2;
}
