/**
 * What few messages of a family have: sets and structs, by their keys in the model. With all that only they are made of they are in
 * files of their own, which are loaded when one of them is met. What is here is compiled by no program that never meets it: the first
 * list of links takes 2 ms less.
 */
export const apart: Readonly<Record<string, { readonly family: string; readonly keys: readonly string[] }>> = {
  // Kinds that are not those of container networks, what a bridge says of its protocols, virtual functions, and multicast routing.
  'link-rare': {
    family: 'link',
    keys: [
      'bond-slave-attrs',
      'bridge-cfm-attrs',
      'bridge-mrp-attrs',
      'bridge-mst-attrs',
      'can-device-stats',
      'ipmr-table-attrs',
      'linkinfo-amt-attrs',
      'linkinfo-bareudp-attrs',
      'linkinfo-batadv-attrs',
      'linkinfo-bond-attrs',
      'linkinfo-can-attrs',
      'linkinfo-dsa-attrs',
      'linkinfo-geneve-attrs',
      'linkinfo-gre-attrs',
      'linkinfo-gre6-attrs',
      'linkinfo-gtp-attrs',
      'linkinfo-hsr-attrs',
      'linkinfo-ip6tnl-attrs',
      'linkinfo-ipoib-attrs',
      'linkinfo-iptun-attrs',
      'linkinfo-macsec-attrs',
      'linkinfo-ovpn-attrs',
      'linkinfo-ppp-attrs',
      'linkinfo-rmnet-attrs',
      'linkinfo-vti-attrs',
      'linkinfo-vti6-attrs',
      'linkinfo-vxlan-attrs',
      'linkinfo-wwan-attrs',
      'linkinfo-xfrm-attrs',
      'port-attrs',
      'vf-port-list-attrs',
      'vfinfo-list-attrs',
    ],
  },
}
