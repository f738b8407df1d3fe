/**
 * Tells whether this host is little-endian: netlink headers and scalars are in host byte order. A file that reads or writes makes a constant
 * `le` of its own of it: V8 knows what constants of a file are, but looks at an imported one, and whether it is true, at each use (1,000 links
 * 9 % longer, the request for a route 12 %).
 */
export const littleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
