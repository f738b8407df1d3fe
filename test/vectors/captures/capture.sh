#!/bin/sh
# Makes nlmon.pcap and rtmon.bin: what tcpdump hears on an nlmon link, and what rtmon writes, while ip changes a few things.
# Needs root, iproute2 and tcpdump, and a kernel with nlmon that may be lost (test/support/run-in-kernel.sh).
cd "$(dirname "$0")" || exit 1
exec unshare -nm sh -ec '
  ip link add nlmon0 type nlmon
  ip link set nlmon0 up
  tcpdump -i nlmon0 -U -w nlmon.pcap 2>/dev/null &
  dump=$!
  rtmon file rtmon.bin &
  monitor=$!
  sleep 2
  ip link add v0 type veth peer name v1
  ip addr add 192.0.2.1/24 dev v0
  ip link set v0 up
  ip route add 203.0.113.0/24 dev v0 2>&1
  ip link add v0 type veth peer name v1 2>/dev/null || true
  ip link del v0
  sleep 2
  kill $dump $monitor
  wait
'
