/* libmnl: its sockets, its walk over messages and attributes, the structs of objects.h. gcc -O2 -lmnl. Usage: mnl WORKLOAD [N] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <sys/socket.h>

#define TYPE(a) mnl_attr_get_type(a)
#define DATA(a) mnl_attr_get_payload(a)
#define SIZE(a) mnl_attr_get_payload_len(a)
#define EACH(a, first, length)                                                                                        \
  for (struct nlattr *a = (void *)(first), *a##_end = (void *)((char *)(first) + (length));                            \
       mnl_attr_ok(a, (int)((char *)a##_end - (char *)a)); a = mnl_attr_next(a))
#define u8(a) mnl_attr_get_u8(a)
#define u16(a) mnl_attr_get_u16(a)
#define u32(a) mnl_attr_get_u32(a)
#include "objects.h"
#include "peer.h"

static struct mnl_socket *sock;
static unsigned seq, port, device;
static int count;
static char in[65536], out[2048];

static void *kept;
static size_t room, found;

#define DUMP(name, object, header_type, get, parse)                                                                   \
  static int one_##name(const struct nlmsghdr *n, void *data) {                                                       \
    (void)data;                                                                                                       \
    if (found == room) { room = room ? room * 2 : 1024; kept = realloc(kept, room * sizeof(struct object)); }          \
    parse(&((struct object *)kept)[found++], n);                                                                      \
    return MNL_CB_OK;                                                                                                 \
  }                                                                                                                   \
  static void dump_##name(struct run *run) {                                                                          \
    struct nlmsghdr *n = mnl_nlmsg_put_header(out);                                                                   \
    n->nlmsg_type = get;                                                                                              \
    n->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;                                                                      \
    n->nlmsg_seq = ++seq;                                                                                             \
    mnl_nlmsg_put_extra_header(n, sizeof(header_type));                                                               \
    found = extras_used = 0;                                                                                          \
    begin(run);                                                                                                       \
    if (mnl_socket_sendto(sock, n, n->nlmsg_len) < 0) die("send");                                                    \
    for (int more = 1; more > 0;) {                                                                                   \
      ssize_t size = mnl_socket_recvfrom(sock, in, 32768);                                                            \
      if (size < 0) die("recv");                                                                                      \
      more = mnl_cb_run(in, (size_t)size, seq, port, one_##name, NULL);                                               \
      if (more < 0) die("dump");                                                                                      \
    }                                                                                                                 \
    end(run, found);                                                                                                  \
  }

DUMP(route, route, struct rtmsg, RTM_GETROUTE, parse_route)
DUMP(link, link, struct ifinfomsg, RTM_GETLINK, parse_link)
DUMP(addr, addr, struct ifaddrmsg, RTM_GETADDR, parse_addr)
DUMP(neigh, neigh, struct ndmsg, RTM_GETNEIGH, parse_neigh)

static void change(int type, int flags, int number) {
  struct nlmsghdr *n = mnl_nlmsg_put_header(out);
  n->nlmsg_type = (uint16_t)type;
  n->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
  n->nlmsg_seq = ++seq;
  struct rtmsg *m = mnl_nlmsg_put_extra_header(n, sizeof *m);
  m->rtm_family = AF_INET;
  m->rtm_dst_len = 32;
  m->rtm_table = RT_TABLE_MAIN;
  m->rtm_protocol = RTPROT_STATIC;
  m->rtm_scope = RT_SCOPE_LINK;
  m->rtm_type = RTN_UNICAST;
  mnl_attr_put_u32(n, RTA_DST, htonl(0x0a000000u + (uint32_t)number));
  mnl_attr_put_u32(n, RTA_OIF, device);
  if (mnl_socket_sendto(sock, n, n->nlmsg_len) < 0) die("send");
  ssize_t size = mnl_socket_recvfrom(sock, in, sizeof in);
  if (size < 0 || mnl_cb_run(in, (size_t)size, seq, port, NULL, NULL) < 0) die("refused");
}

static void change_routes(struct run *run) {
  begin(run);
  for (int i = 0; i < count; i++) change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, i);
  for (int i = 0; i < count; i++) change(RTM_DELROUTE, 0, i);
  end(run, (uint64_t)count * 2);
}

static int event(const struct nlmsghdr *n, void *data) {
  static struct route last[64];
  (void)data;
  if (n->nlmsg_type == RTM_NEWROUTE || n->nlmsg_type == RTM_DELROUTE) parse_route(&last[found++ % 64], n);
  return MNL_CB_OK;
}

static void drain_events(struct run *run) {
  static struct mnl_socket *listener;
  if (!listener) {
    int group = RTNLGRP_IPV4_ROUTE, size = 256 << 20;
    listener = mnl_socket_open2(NETLINK_ROUTE, SOCK_NONBLOCK);
    if (!listener || mnl_socket_bind(listener, 0, MNL_SOCKET_AUTOPID)) die("listen");
    if (setsockopt(mnl_socket_get_fd(listener), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) die("SO_RCVBUFFORCE");
    if (mnl_socket_setsockopt(listener, NETLINK_ADD_MEMBERSHIP, &group, sizeof group)) die("join");
  }
  for (int i = 0; i < count / 2; i++) change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, i);
  for (int i = 0; i < count / 2; i++) change(RTM_DELROUTE, 0, i);
  found = extras_used = 0;
  begin(run);
  for (;;) {
    ssize_t size = mnl_socket_recvfrom(listener, in, sizeof in);
    if (size < 0 && errno == EAGAIN) break;
    if (size < 0 && errno == ENOBUFS) { run->lost++; continue; }
    if (size < 0 || mnl_cb_run(in, (size_t)size, 0, 0, event, NULL) < 0) die("events");
  }
  end(run, found);
}

int main(int argc, char **argv) {
  static const struct { const char *name; void (*work)(struct run *); } works[] = {
      {"dump-route", dump_route}, {"dump-link", dump_link},         {"dump-addr", dump_addr},
      {"dump-neigh", dump_neigh}, {"change-routes", change_routes}, {"drain-events", drain_events},
  };
  count = argc > 2 ? atoi(argv[2]) : 0;
  device = if_nametoindex("b0");
  sock = mnl_socket_open(NETLINK_ROUTE);
  if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID)) die("socket");
  port = mnl_socket_get_portid(sock);
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    if (argc > 1 && !strcmp(works[i].name, argv[1])) return serve(works[i].work);
  return 2;
}
