// github.com/jsimonetti/rtnetlink: one connection, reused. Usage: jsimonetti WORKLOAD [N]
package main

import (
	"net"

	"github.com/jsimonetti/rtnetlink"
	"golang.org/x/sys/unix"
)

func main() {
	conn, err := rtnetlink.Dial(nil)
	must(err)
	device := uint32(0)
	if link, err := net.InterfaceByName("b0"); err == nil {
		device = uint32(link.Index)
	}
	route := func(number int) *rtnetlink.RouteMessage {
		return &rtnetlink.RouteMessage{
			Family: unix.AF_INET, Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_STATIC, Scope: unix.RT_SCOPE_LINK,
			Type: unix.RTN_UNICAST, DstLength: 32,
			Attributes: rtnetlink.RouteAttributes{
				Dst:      net.IPv4(10, byte(number>>16), byte(number>>8), byte(number)).To4(),
				OutIface: device,
			},
		}
	}
	serve(map[string]func(int) run{
		"dump-route": func(int) run {
			began := start()
			all, err := conn.Route.List()
			must(err)
			return began.stop(len(all))
		},
		"dump-link": func(int) run {
			began := start()
			all, err := conn.Link.List()
			must(err)
			return began.stop(len(all))
		},
		"dump-addr": func(int) run {
			began := start()
			all, err := conn.Address.List()
			must(err)
			return began.stop(len(all))
		},
		"dump-neigh": func(int) run {
			began := start()
			all, err := conn.Neigh.List()
			must(err)
			return began.stop(len(all))
		},
		"change-routes": func(size int) run {
			began := start()
			for i := 0; i < size; i++ {
				must(conn.Route.Add(route(i)))
			}
			for i := 0; i < size; i++ {
				must(conn.Route.Delete(route(i)))
			}
			return began.stop(size * 2)
		},
	})
}
