#!/bin/sh
# poor-kernel.sh COMMAND [ARG...]
#
# Stands for a machine whose kernel is built with few link kinds, as those of small virtual machines and containers are:
# no dummy, VLAN, bond, team, VRF, ipvlan, tunnels but vxlan, nor MPLS. What is left: veth, bridge, ifb, macvlan,
# macvtap, vxlan, tun, and the encapsulations ip, ip6, seg6 and bpf. There the kernel tests skip what they need and do
# not find, each with the kernel's reason, and nothing fails.
# Runs inside of run-in-kernel.sh only (npm run test:poor): it forbids the modules of a kernel, and then hides from the
# tests that it is one that should have them all.
# What it cannot take away, for it is part of modules that stay: VLAN filtering, MRP and CFM of bridges.
if [ -z "$RIK_ENGINE" ]; then
  echo 'poor-kernel.sh: forbids modules of the kernel, so it runs inside of run-in-kernel.sh only' >&2
  exit 1
fi
for module in dummy 8021q bonding team vrf ipvlan ipvtap geneve gre ip_gre ip6_gre ipip sit ip6_tunnel ip_vti ip6_vti \
  macsec hsr nlmon can can-dev vcan vxcan batman-adv gtp 6lowpan ieee802154_6lowpan mpls_router mpls_iptunnel mpls_gso \
  ila wireguard netkit xfrm_interface bareudp amt vsockmon virt_wifi rmnet ovpn; do
  echo "install $module /bin/false"
done >/etc/modprobe.d/poor-kernel.conf || exit 1
unset RIK_ENGINE
exec sh "$(dirname "$0")/isolated.sh" "$@" 2>&1
