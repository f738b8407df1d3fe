"""pyroute2: one IPRoute, reused. Usage: peer.py WORKLOAD [N]"""
import resource
import socket
import sys
import time

from pyroute2 import IPBatch, IPRoute

ipr = IPRoute()
device = socket.if_nametoindex('b0') if any(name == 'b0' for _, name in socket.if_nameindex()) else 0
size = int(sys.argv[2]) if len(sys.argv) > 2 else 0
listener = None


def prefix(number):
    return f'10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}/32'


def change_routes(clock):
    clock.start()
    for command in ('add', 'del'):
        for number in range(size):
            ipr.route(command, dst=prefix(number), oif=device, scope='link')
    return size * 2


def bulk_routes(clock):
    clock.start()
    for command in ('add', 'del'):
        for first in range(0, size, 64):
            batch = IPBatch()
            for number in range(first, min(first + 64, size)):
                batch.route(command, dst=prefix(number), oif=device, scope='link')
            ipr.sendto(batch.batch, (0, 0))
            for number in range(first, min(first + 64, size)):
                ipr.get()
    return size * 2


def delete_pairs(clock):
    for number in range(size):
        ipr.link('add', ifname=f'p{number}', kind='veth', peer=f'q{number}')
    clock.start()
    for number in range(size):
        ipr.link('del', ifname=f'p{number}')
    return size


def read(message):
    """Asks for each value: pyroute2 decodes an attribute when its value is asked for."""
    for slot in message.get('attrs', ()):
        value = slot[1]
        if isinstance(value, dict):
            read(value)


def dump(name):
    def run(clock):
        clock.start()
        messages = list(getattr(ipr, name)())
        for message in messages:
            read(message)
        return len(messages)
    return run


class Clock:
    def start(self):
        self.ns, self.cpu = time.monotonic_ns(), time.process_time_ns()

    def stop(self):
        return time.monotonic_ns() - self.ns, time.process_time_ns() - self.cpu


works = {'dump-route': dump('get_routes'), 'dump-link': dump('get_links'), 'dump-addr': dump('get_addr'),
         'dump-neigh': dump('get_neighbours'), 'change-routes': change_routes, 'bulk-routes': bulk_routes,
         'delete-pairs': delete_pairs}
work = works[sys.argv[1]]
print('ready', flush=True)
for _ in sys.stdin:
    clock = Clock()
    items = work(clock)
    ns, cpu = clock.stop()
    print(ns, cpu, items, 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
