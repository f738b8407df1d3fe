// github.com/vishvananda/netlink: one handle, reused. Usage: vishvananda WORKLOAD [N]
package main

import (
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
)

var handle *netlink.Handle
var device int

func route(number int) *netlink.Route {
	return &netlink.Route{
		LinkIndex: device,
		Scope:     netlink.SCOPE_LINK,
		Protocol:  netlink.RouteProtocol(4),
		Dst:       &net.IPNet{IP: net.IPv4(10, byte(number>>16), byte(number>>8), byte(number)), Mask: net.CIDRMask(32, 32)},
	}
}

func changeRoutes(size int) run {
	began := start()
	for i := 0; i < size; i++ {
		must(handle.RouteAdd(route(i)))
	}
	for i := 0; i < size; i++ {
		must(handle.RouteDel(route(i)))
	}
	return began.stop(size * 2)
}

func deletePairs(size int) run {
	for i := 0; i < size; i++ {
		must(handle.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("p%d", i)}, PeerName: fmt.Sprintf("q%d", i)}))
	}
	began := start()
	for i := 0; i < size; i++ {
		must(handle.LinkDel(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("p%d", i)}}))
	}
	return began.stop(size)
}

// The subscription reads in a goroutine of its own: what is queued is drained as fast as the channel takes it.
var updates chan netlink.RouteUpdate

// Closed, it ends the subscription of the run before: who sends would go on filling its queue.
var done chan struct{}

func subscribe(size int) {
	if done != nil {
		close(done)
	}
	done = make(chan struct{})
	updates = make(chan netlink.RouteUpdate, 1024)
	must(netlink.RouteSubscribeWithOptions(updates, done, netlink.RouteSubscribeOptions{
		ErrorCallback:          func(error) {},
		ReceiveBufferSize:      size,
		ReceiveBufferForceSize: true,
	}))
}

func listen(size int) run {
	subscribe(size << 20)
	began := start()
	fmt.Println("listening")
	items := 0
	timer := time.NewTimer(time.Minute)
	for {
		select {
		case _, more := <-updates:
			// The library ends the subscription at its first ENOBUFS.
			if !more {
				return began.stop(items)
			}
			items++
			timer.Reset(time.Second)
		case <-timer.C:
			return began.stop(items)
		}
	}
}

func main() {
	var err error
	handle, err = netlink.NewHandle(syscall.NETLINK_ROUTE)
	must(err)
	if link, err := handle.LinkByName("b0"); err == nil {
		device = link.Attrs().Index
	}
	serve(map[string]func(int) run{
		"dump-route": func(int) run {
			began := start()
			four, err := handle.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{Table: syscall.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE)
			must(err)
			return began.stop(len(four))
		},
		"dump-link": func(int) run {
			began := start()
			all, err := handle.LinkList()
			must(err)
			return began.stop(len(all))
		},
		"dump-addr": func(int) run {
			began := start()
			all, err := handle.AddrList(nil, netlink.FAMILY_ALL)
			must(err)
			return began.stop(len(all))
		},
		"dump-neigh": func(int) run {
			began := start()
			all, err := handle.NeighList(0, netlink.FAMILY_ALL)
			must(err)
			return began.stop(len(all))
		},
		"change-routes": changeRoutes,
		"delete-pairs":  deletePairs,
		"listen":        listen,
	})
}
