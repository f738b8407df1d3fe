/* What every peer does: answers each line on stdin with one run of its workload: "nanoseconds cpu-nanoseconds items lost rss-kib". */
#ifndef PEER_H
#define PEER_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct run { uint64_t ns, cpu, items, lost; };

static inline uint64_t now_of(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline void begin(struct run *run) {
  run->cpu = now_of(CLOCK_PROCESS_CPUTIME_ID);
  run->ns = now_of(CLOCK_MONOTONIC);
}

static inline void end(struct run *run, uint64_t items) {
  run->ns = now_of(CLOCK_MONOTONIC) - run->ns;
  run->cpu = now_of(CLOCK_PROCESS_CPUTIME_ID) - run->cpu;
  run->items = items;
}

static inline void die(const char *what) {
  perror(what);
  exit(1);
}

/* Runs the workload once for every line that comes in. */
static inline int serve(void (*work)(struct run *)) {
  char line[64];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    struct run run = {0};
    struct rusage usage;
    work(&run);
    getrusage(RUSAGE_SELF, &usage);
    printf("%llu %llu %llu %llu %ld\n", (unsigned long long)run.ns, (unsigned long long)run.cpu, (unsigned long long)run.items,
           (unsigned long long)run.lost, usage.ru_maxrss);
    fflush(stdout);
  }
  return 0;
}
#endif
