/** Tells whether this host is little-endian: netlink headers and scalars are in host byte order. */
export const littleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
