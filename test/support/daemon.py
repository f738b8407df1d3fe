"""Does in its network namespace what daemons do around rtnetlink. Each line of its standard input is a command, answered by `ok`:

    router4 LINK…          makes it a multicast router (MRT_INIT), with a virtual interface for each link, and a cache entry for
                           239.1.1.1 from 192.0.2.7: in by the first, out by the others from a TTL of 2 on
    router6 LINK…          the same for ff05::1 from 2001:db8::7
    packet LINK FROM TO    puts a UDP packet of IPv4 on a link
    advertise LINK         sends a router advertisement: the prefix 2001:db8:7::/64 (valid 600 s, preferred 300 s) and a name server

At the end of the input the sockets close, and with them goes the routing.
"""
import socket
import struct
import sys

INIT, ADD_VIF, ADD_MFC = 200, 202, 204
VIFF_USE_IFINDEX = 8
kept = []


def router4(*links):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
    kept.append(sock)
    sock.setsockopt(socket.IPPROTO_IP, INIT, struct.pack('=I', 1))
    for vif, link in enumerate(links):
        index = socket.if_nametoindex(link)
        sock.setsockopt(socket.IPPROTO_IP, ADD_VIF, struct.pack('=HBBIi4s', vif, VIFF_USE_IFINDEX, 1, 0, index, bytes(4)))
    ttls = bytes(2 if 0 < vif < len(links) else 0 for vif in range(32))
    origin, group = socket.inet_aton('192.0.2.7'), socket.inet_aton('239.1.1.1')
    sock.setsockopt(socket.IPPROTO_IP, ADD_MFC, struct.pack('=4s4sH32s2x3Ii', origin, group, 0, ttls, 0, 0, 0, 0))


def router6(*links):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    kept.append(sock)
    sock.setsockopt(socket.IPPROTO_IPV6, INIT, struct.pack('=I', 1))
    for mif, link in enumerate(links):
        index = socket.if_nametoindex(link)
        sock.setsockopt(socket.IPPROTO_IPV6, ADD_VIF, struct.pack('=HBBH2xI', mif, 0, 1, index, 0))

    def address(text):
        return struct.pack('=HHI16sI', socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, text), 0)

    outgoing = sum(1 << mif for mif in range(1, len(links)))
    entry = address('2001:db8::7') + address('ff05::1') + struct.pack('=H2x8I', 0, outgoing, *[0] * 7)
    sock.setsockopt(socket.IPPROTO_IPV6, ADD_MFC, entry)


def packet(link, source, group):
    data = struct.pack('!HHHH', 1000, 2000, 12, 0) + b'mcst'
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(data), 1, 0, 9, 17, 0, socket.inet_aton(source), socket.inet_aton(group))
    total = sum(struct.unpack('!10H', head))
    total = (total & 0xffff) + (total >> 16)
    head = head[:10] + struct.pack('!H', ~((total & 0xffff) + (total >> 16)) & 0xffff) + head[12:]
    low = socket.inet_aton(group)
    frame = bytes([1, 0, 0x5e, low[1] & 0x7f, low[2], low[3]]) + bytes([2, 0, 0, 0, 0, 9]) + b'\x08\x00' + head + data
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((link, 0))
        sock.send(frame)


def advertise(link):
    prefix = struct.pack('!BBBBIII16s', 3, 4, 64, 0xc0, 600, 300, 0, socket.inet_pton(socket.AF_INET6, '2001:db8:7::'))
    server = struct.pack('!BBHI16s', 25, 3, 0, 1200, socket.inet_pton(socket.AF_INET6, '2001:db8::53'))
    message = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, 0, 0, 0) + prefix + server
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sock:
        index = socket.if_nametoindex(link)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sock.sendto(message, ('ff02::1', 0, 0, index))


for line in sys.stdin:
    word, *args = line.split()
    try:
        {'router4': router4, 'router6': router6, 'packet': packet, 'advertise': advertise}[word](*args)
        print('ok', flush=True)
    except OSError as error:
        print(error.strerror, flush=True)
