package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// run is what one run of a workload has taken, and what it has done.
type run struct {
	ns, cpu     int64
	items, lost int
}

// clock measures until stop.
type clock struct {
	began time.Time
	cpu   int64
}

func processor() (int64, int64) {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return syscall.TimevalToNsec(usage.Utime) + syscall.TimevalToNsec(usage.Stime), usage.Maxrss
}

func start() clock {
	cpu, _ := processor()
	return clock{time.Now(), cpu}
}

func (c clock) stop(items int) run {
	ns := time.Since(c.began).Nanoseconds()
	cpu, _ := processor()
	return run{ns: ns, cpu: cpu - c.cpu, items: items}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers each line of stdin with one run: "nanoseconds cpu-nanoseconds items lost rss-kib".
func serve(works map[string]func(size int) run) {
	work, size := works[os.Args[1]], 0
	if work == nil {
		os.Exit(2)
	}
	if len(os.Args) > 2 {
		size, _ = strconv.Atoi(os.Args[2])
	}
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		done := work(size)
		_, rss := processor()
		fmt.Println(done.ns, done.cpu, done.items, done.lost, rss)
	}
}
