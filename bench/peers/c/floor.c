/* The floor: a raw socket and nothing between it and the kernel. gcc -O2. Usage: floor WORKLOAD [N] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Attributes, by hand. */
#define TYPE(a) ((a)->nla_type & NLA_TYPE_MASK)
#define DATA(a) ((void *)((char *)(a) + NLA_HDRLEN))
#define SIZE(a) ((size_t)(a)->nla_len - NLA_HDRLEN)
#define EACH(a, first, length)                                                                              \
  for (struct nlattr *a = (void *)(first), *a##_end = (void *)((char *)(first) + (length));                  \
       (char *)a + NLA_HDRLEN <= (char *)a##_end && a->nla_len >= NLA_HDRLEN && (char *)a + a->nla_len <= (char *)a##_end; \
       a = (void *)((char *)a + NLA_ALIGN(a->nla_len)))
static inline unsigned u32(const struct nlattr *a) { unsigned x = 0; memcpy(&x, DATA(a), SIZE(a) < 4 ? SIZE(a) : 4); return x; }
static inline unsigned short u16(const struct nlattr *a) { return (unsigned short)u32(a); }
static inline unsigned char u8(const struct nlattr *a) { return (unsigned char)u32(a); }
#include "objects.h"
#include "peer.h"

static int sock;
static uint32_t seq;
static int count;
static char in[65536] __attribute__((aligned(8)));

static int open_socket(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), one = 1;
  struct sockaddr_nl any = {.nl_family = AF_NETLINK};
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
  setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
  if (bind(fd, (void *)&any, sizeof any)) die("bind");
  return fd;
}

/* A request under construction. */
struct request { struct nlmsghdr n; char rest[2048]; };

static void put(struct request *r, unsigned type, const void *data, size_t size) {
  struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->n.nlmsg_len));
  a->rta_type = (unsigned short)type;
  a->rta_len = (unsigned short)RTA_LENGTH(size);
  memcpy(RTA_DATA(a), data, size);
  r->n.nlmsg_len = NLMSG_ALIGN(r->n.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

static struct rtattr *nest(struct request *r, unsigned type) {
  struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->n.nlmsg_len));
  put(r, type, "", 0);
  return a;
}

static void close_nest(struct request *r, struct rtattr *a) {
  a->rta_len = (unsigned short)((char *)r + r->n.nlmsg_len - (char *)a);
}

static void *start(struct request *r, unsigned type, unsigned flags, size_t header) {
  memset(r, 0, sizeof *r);
  r->n.nlmsg_type = (unsigned short)type;
  r->n.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags);
  r->n.nlmsg_seq = ++seq;
  r->n.nlmsg_len = NLMSG_LENGTH((unsigned)header);
  return NLMSG_DATA(&r->n);
}

static void transmit(const void *bytes, size_t size) {
  if (send(sock, bytes, size, 0) != (ssize_t)size) die("send");
}

/* Waits for the ACK of a sequence number; an error in it ends the program. */
static void acked(uint32_t wanted) {
  for (;;) {
    ssize_t n = recv(sock, in, sizeof in, 0);
    if (n < 0) die("recv");
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
      struct nlmsgerr *e = NLMSG_DATA(h);
      if (h->nlmsg_type != NLMSG_ERROR) continue;
      if (e->error) { errno = -e->error; die("refused"); }
      if (h->nlmsg_seq == wanted) return;
    }
  }
}

/* Dumps. */
static void *kept;
static size_t room;

#define DUMP(name, object, header_type, get, new, parse)                                                        \
  static void dump_##name(struct run *run) {                                                                    \
    struct request r;                                                                                           \
    header_type *m = start(&r, get, NLM_F_DUMP, sizeof *m);                                                     \
    struct object *all = kept;                                                                                  \
    size_t found = 0;                                                                                           \
    (void)m;                                                                                                    \
    extras_used = 0;                                                                                            \
    begin(run);                                                                                                 \
    transmit(&r, r.n.nlmsg_len);                                                                                \
    for (int done = 0; !done;) {                                                                                \
      ssize_t n = recv(sock, in, 32768, 0);                                                                     \
      if (n < 0) die("recv");                                                                                   \
      for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {                             \
        if (h->nlmsg_type == NLMSG_DONE) { done = 1; break; }                                                   \
        if (h->nlmsg_type == NLMSG_ERROR) die("dump");                                                          \
        if (h->nlmsg_type != new) continue;                                                                     \
        if (found == room) { room = room ? room * 2 : 1024; kept = all = realloc(all, room * sizeof *all); }    \
        parse(&all[found++], h);                                                                                \
      }                                                                                                         \
    }                                                                                                           \
    end(run, found);                                                                                            \
  }

DUMP(route, route, struct rtmsg, RTM_GETROUTE, RTM_NEWROUTE, parse_route)
DUMP(link, link, struct ifinfomsg, RTM_GETLINK, RTM_NEWLINK, parse_link)
DUMP(addr, addr, struct ifaddrmsg, RTM_GETADDR, RTM_NEWADDR, parse_addr)
DUMP(neigh, neigh, struct ndmsg, RTM_GETNEIGH, RTM_NEWNEIGH, parse_neigh)

/* Messages out of a file, one behind another: `count` of them are parsed, over and over, into objects that are kept for a while. */
static char *memory;
static size_t memory_size;

static void load(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f) die(path);
  memory = malloc(1 << 24);
  memory_size = fread(memory, 1, 1 << 24, f);
  fclose(f);
}

#define DECODE(name, parse)                                                                                     \
  static void decode_##name(struct run *run) {                                                                  \
    static struct name all[64];                                                                                 \
    struct nlmsghdr *h = (void *)memory;                                                                        \
    size_t left = memory_size;                                                                                  \
    begin(run);                                                                                                 \
    for (int i = 0; i < count; i++) {                                                                           \
      if (!NLMSG_OK(h, left)) { h = (void *)memory; left = memory_size; }                                       \
      if (!(i & 63)) extras_used = 0;                                                                           \
      parse(&all[i & 63], h);                                                                                   \
      __asm__ volatile("" ::: "memory");                                                                        \
      h = NLMSG_NEXT(h, left);                                                                                  \
    }                                                                                                           \
    end(run, (uint64_t)count);                                                                                  \
  }

DECODE(route, parse_route)
DECODE(link, parse_link)
DECODE(addr, parse_addr)
DECODE(neigh, parse_neigh)

/* Routes 10.x.y.z/32 by number, over the link b0. */
static unsigned device;

static size_t route(struct request *r, unsigned type, unsigned flags, int number) {
  struct rtmsg *m = start(r, type, flags, sizeof *m);
  uint32_t dst = htonl(0x0a000000u + (uint32_t)number);
  m->rtm_family = AF_INET;
  m->rtm_dst_len = 32;
  m->rtm_table = RT_TABLE_MAIN;
  m->rtm_protocol = RTPROT_STATIC;
  m->rtm_scope = RT_SCOPE_LINK;
  m->rtm_type = RTN_UNICAST;
  put(r, RTA_DST, &dst, 4);
  put(r, RTA_OIF, &device, 4);
  return r->n.nlmsg_len;
}

static void change_routes(struct run *run) {
  struct request r;
  begin(run);
  for (int way = 0; way < 2; way++)
    for (int i = 0; i < count; i++) {
      transmit(&r, route(&r, way ? RTM_DELROUTE : RTM_NEWROUTE, NLM_F_ACK | (way ? 0 : NLM_F_CREATE | NLM_F_EXCL), i));
      acked(seq);
    }
  end(run, (uint64_t)count * 2);
}

/* The same without ACKs, as this library does it: when send returns the kernel has refused, or the change is made. */
static void change_routes_unacked(struct run *run) {
  struct request r;
  begin(run);
  for (int way = 0; way < 2; way++)
    for (int i = 0; i < count; i++) {
      transmit(&r, route(&r, way ? RTM_DELROUTE : RTM_NEWROUTE, way ? 0 : NLM_F_CREATE | NLM_F_EXCL, i));
      if (recv(sock, in, sizeof in, MSG_DONTWAIT) >= 0) { errno = 0; die("refused"); }
      if (errno != EAGAIN) die("recv");
    }
  end(run, (uint64_t)count * 2);
}

/* 64 requests a send, an ACK for the last. */
static void batch(unsigned type, unsigned flags, int from, int to) {
  static char out[64 * 64];
  for (int i = from; i < to;) {
    size_t size = 0;
    int stop = i + 64 < to ? i + 64 : to;
    for (; i < stop; i++) {
      struct request r;
      size_t n = route(&r, type, flags | (i + 1 == stop ? NLM_F_ACK : 0), i);
      memcpy(out + size, &r, n);
      size += NLMSG_ALIGN(n);
    }
    transmit(out, size);
    acked(seq);
  }
}

static void bulk_routes(struct run *run) {
  begin(run);
  batch(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, 0, count);
  batch(RTM_DELROUTE, 0, 0, count);
  end(run, (uint64_t)count * 2);
}

/* veth pairs p0…, q0…. */
static void make_pairs(unsigned group) {
  for (int i = 0; i < count; i++) {
    struct request r;
    char name[16], peer[16];
    struct ifinfomsg header = {0};
    start(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, sizeof header);
    snprintf(name, sizeof name, "p%d", i);
    snprintf(peer, sizeof peer, "q%d", i);
    put(&r, IFLA_IFNAME, name, strlen(name) + 1);
    if (group) put(&r, IFLA_GROUP, &group, 4);
    struct rtattr *info = nest(&r, IFLA_LINKINFO);
    put(&r, IFLA_INFO_KIND, "veth", 5);
    struct rtattr *data = nest(&r, IFLA_INFO_DATA);
    struct rtattr *other = nest(&r, VETH_INFO_PEER);
    memcpy((char *)&r + r.n.nlmsg_len, &header, sizeof header);
    r.n.nlmsg_len += sizeof header;
    put(&r, IFLA_IFNAME, peer, strlen(peer) + 1);
    close_nest(&r, other);
    close_nest(&r, data);
    close_nest(&r, info);
    transmit(&r, r.n.nlmsg_len);
    acked(seq);
  }
}

static void delete_pairs(struct run *run) {
  make_pairs(0);
  begin(run);
  for (int i = 0; i < count; i++) {
    struct request r;
    char name[16];
    start(&r, RTM_DELLINK, NLM_F_ACK, sizeof(struct ifinfomsg));
    snprintf(name, sizeof name, "p%d", i);
    put(&r, IFLA_IFNAME, name, strlen(name) + 1);
    transmit(&r, r.n.nlmsg_len);
    acked(seq);
  }
  end(run, (uint64_t)count);
}

static void delete_group(struct run *run) {
  unsigned group = 0x80000001u;
  struct request r;
  make_pairs(group);
  begin(run);
  start(&r, RTM_DELLINK, NLM_F_ACK, sizeof(struct ifinfomsg));
  put(&r, IFLA_GROUP, &group, 4);
  transmit(&r, r.n.nlmsg_len);
  acked(seq);
  end(run, (uint64_t)count);
}

/* Events. */
static int listen_routes(int size) {
  int fd = open_socket(), group = RTNLGRP_IPV4_ROUTE;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) die("SO_RCVBUFFORCE");
  if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group)) die("join");
  return fd;
}

/* Reads events until there are none; counts them, and losses. */
static uint64_t drain(int fd, uint64_t *lost) {
  static struct route last[64];
  uint64_t found = 0;
  extras_used = 0;
  for (;;) {
    ssize_t n = recv(fd, in, sizeof in, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return found;
    if (n < 0 && errno == ENOBUFS) { ++*lost; continue; }
    if (n < 0) die("recv");
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n))
      if (h->nlmsg_type == RTM_NEWROUTE || h->nlmsg_type == RTM_DELROUTE) parse_route(&last[found++ % 64], h);
  }
}

static void drain_events(struct run *run) {
  static int fd = -1;
  if (fd < 0) fd = listen_routes(256 << 20);
  batch(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, 0, count / 2);
  batch(RTM_DELROUTE, 0, 0, count / 2);
  begin(run);
  uint64_t found = drain(fd, &run->lost);
  end(run, found);
}

/* The one that makes events, for those that listen: at least count of them, as fast as it can, twice a route. */
static void flap(struct run *run) {
  int done = 0;
  begin(run);
  for (; done < count; done += 128) {
    batch(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, 0, 64);
    batch(RTM_DELROUTE, 0, 0, 64);
  }
  end(run, (uint64_t)done);
}

/* Listens until a second has passed without events; COUNT is the buffer in MiB. "listening" tells when it does. */
static void listen_live(struct run *run) {
  int fd = listen_routes(count << 20);
  struct pollfd poller = {.fd = fd, .events = POLLIN};
  uint64_t found = 0, cpu = now_of(CLOCK_PROCESS_CPUTIME_ID), began = now_of(CLOCK_MONOTONIC);
  puts("listening");
  fflush(stdout);
  while (poll(&poller, 1, found ? 1000 : 60000) > 0) found += drain(fd, &run->lost);
  run->cpu = now_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  run->ns = now_of(CLOCK_MONOTONIC) - began;
  run->items = found;
  close(fd);
}

/* Independent sums that keep a core busy: how long they take tells whether somebody else has the core's other thread. */
static void spin(struct run *run) {
  uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
  begin(run);
  for (uint64_t i = 0; i < (uint64_t)count; i++) {
    a += i, b ^= i, c += 3 * i, d ^= d << 1, e += i ^ 5, f ^= i + 7, g += i, h ^= i;
    __asm__ volatile("" ::"r"(a), "r"(b), "r"(c), "r"(d), "r"(e), "r"(f), "r"(g), "r"(h));
  }
  end(run, 1);
}

int main(int argc, char **argv) {
  static const struct { const char *name; void (*work)(struct run *); } works[] = {
      {"dump-route", dump_route},     {"dump-link", dump_link},       {"dump-addr", dump_addr},
      {"dump-neigh", dump_neigh},     {"change-routes", change_routes}, {"bulk-routes", bulk_routes},
      {"change-routes-unacked", change_routes_unacked},
      {"delete-pairs", delete_pairs}, {"delete-group", delete_group}, {"drain-events", drain_events},
      {"flap", flap},                 {"listen", listen_live},        {"spin", spin},
      {"decode-route", decode_route}, {"decode-link", decode_link},   {"decode-addr", decode_addr},
      {"decode-neigh", decode_neigh},
  };
  count = argc > 2 ? atoi(argv[2]) : 0;
  if (argc > 3) load(argv[3]);
  device = if_nametoindex("b0");
  sock = open_socket();
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    if (argc > 1 && !strcmp(works[i].name, argv[1])) return serve(works[i].work);
  return 2;
}
