#!/usr/bin/env python3
"""Captures what iproute2 sends and what the kernel answers: bytes made by others, to test the codec against.

    sudo test/vectors/capture.py requests NAME…   writes requests/NAME.json from commands/NAME.txt; all files without NAME
    sudo test/vectors/capture.py show WORDS       prints strace's reading of the commands that contain WORDS
    sudo test/vectors/capture.py dumps NAME…      writes dumps/NAME.json from setups/NAME.txt, and with `rich` errors.json

Needs root, python3 (standard library), strace, util-linux's unshare and iproute2 (the stored files: 6.15.0, Linux 6.18).
Every command runs in new network and mount namespaces with a tmpfs on /run. Namespaces do not contain a kernel bug: one of
these commands has already stopped the RTNL lock of a whole machine (see `!unsent` below). Run this in a kernel that
may be lost: user-mode Linux or a virtual machine of its own, never on a machine that others use.

Requests. Each command of commands/*.txt runs under strace after PREPARE; strace dumps the bytes of every send. Stored is the
last request of the command that is not a GET (iproute2 asks for names first), or the last GET where there is no other;
`!pick N` takes the Nth send instead. nlmsg_seq (bytes 8 to 12) comes from the clock and is stored as zero; nothing
else varies: a second run on the same kernel writes the same file. `kernel` is this kernel's verdict ('ok' or an errno
name); a kernel with other modules answers otherwise, with the same bytes.

`expect` is written by hand beside the command, from the command and the manual: never from the bytes.

A line at column 0 is a command; the indented lines below hold what it names: path=value. `[section]` groups;
`[section; later]` marks message types the library does not know yet.
  !prep CMD   runs CMD first (at column 0: for the rest of the section); !pick N takes the Nth send, from 0
  !unsent     strace swallows the request: no kernel sees it. For what is known to stop a kernel: geneve, vxlan and
              erspan options of a route (Linux 6.18 with FORTIFY_SOURCE: BUG in ip_tun_parse_opts, with the RTNL lock held)

Paths: the attribute name without its prefix in camelCase, nested with dots; `header.` for the fixed header (struct
members without prefix); an index for what repeats. IFLA_LINKINFO: linkinfo.kind, .data, .slaveKind, .slaveData.
The model's field names (codegen/model): IFLA_IFNAME is name, NDA_IFINDEX viaIfindex, IFLA_IPTUN_6RD_PREFIX sixrdPrefix.
RTA_VIA: via.family, via.addr. MPLS labels as ip prints them: dst="100", newdst=200/300. RTA_ENCAP: encap.<field>.
An SRH: srh.mode, srh.flags (8: with HMAC), srh.segments.0 … in travel order.
Only what the command names is here; what iproute2 adds by itself is not.

Values: 12 a number; 5n 64 bits; @v0 the index of v0; true a flag attribute; 0xab12 opaque bytes; "12" text; else text.
Values of an enum of the model (it makes some of #defines: bond modes, RTPROT_, ETH_P_) are the enumerator without prefix,
lower case, `_` → `-`; masks, and values without a name, are numbers. A type of service is hexadecimal to ip: tos 0x10.

Dumps. In a namespace that the commands of setups/NAME.txt have filled, a raw socket (port 4242, strict
checking) asks for each dump; stored are its datagrams, and what iproute2 says about the same namespace as JSON. Commands of
that file that this kernel refuses are printed and left out. Errors: requests that must fail, with the answers that the kernel
gives without and with NETLINK_CAP_ACK; `expect` is written by hand, and compared with what is in the answer.
"""
import errno
import json
import os
import re
import socket
import struct
import subprocess
import sys

SOL_NETLINK, CAP_ACK, EXT_ACK, STRICT = 270, 10, 11, 12
NLMSG_ERROR, NLMSG_DONE = 2, 3
HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = """link add name v0 index 10 address 02:00:00:00:00:0a type veth peer name v1 index 11 address 02:00:00:00:00:0b
link add name br0 index 12 address 02:00:00:00:00:0c type bridge
link add name ifb0 index 13 address 02:00:00:00:00:0d type ifb
link set v0 up
link set v1 up
addr add 192.0.2.2/24 dev v0
addr add 2001:db8::2/64 dev v0 nodad
"""
PREPARE = f"""set -e
mount -t tmpfs tmpfs /run
ip -batch - <<'END' >/dev/null
{BATCH}END
ip tuntap add tap0 mode tap
"""
UNSHARE = ['unshare', '-nmpf', '--mount-proc', 'sh', '-c']
TRACED = 'strace -f -o /run/trace -e trace=sendmsg,sendto,recvmsg -e signal=none -e write=all'
GETLINK = 18
NAMES = ['NEW', 'DEL', 'GET', 'SET']
FAMILIES = {16: 'LINK', 20: 'ADDR', 24: 'ROUTE', 28: 'NEIGH', 32: 'RULE', 36: 'QDISC', 40: 'TCLASS', 44: 'TFILTER', 48: 'ACTION',
            52: 'PREFIX', 56: 'MULTICAST', 60: 'ANYCAST', 64: 'NEIGHTBL', 68: 'NDUSEROPT', 72: 'ADDRLABEL', 76: 'DCB', 80: 'NETCONF',
            84: 'MDB', 88: 'NSID', 92: 'STATS', 96: 'CACHEREPORT', 100: 'CHAIN', 104: 'NEXTHOP', 108: 'LINKPROP', 112: 'VLAN',
            116: 'NEXTHOPBUCKET', 120: 'TUNNEL'}


def parse(text, name):
    """Reads a file of commands into a list of entries."""
    section, later, section_prep, entries = '', False, [], []
    for number, line in enumerate(text.split('\n'), 1):
        body = line.strip()
        if not body or body.startswith('#'):
            continue
        if body.startswith('['):
            section, later = body.strip('[]').removesuffix('; later'), body.endswith('; later]')
            section_prep = []
        elif line[0] != ' ' and body.startswith('!prep '):
            section_prep = section_prep + [body[6:]]
        elif line[0] != ' ':
            entries.append({'command': body, 'section': section, 'later': later, 'prep': section_prep, 'pick': None,
                            'unsent': False, 'expect': {}})
        elif body.startswith('!prep '):
            entries[-1]['prep'] = entries[-1]['prep'] + [body[6:]]
        elif body == '!unsent':
            entries[-1]['unsent'] = True
        elif body.startswith('!pick '):
            entries[-1]['pick'] = int(body[6:])
        else:
            for token in re.findall(r'[^\s=]+=(?:"[^"]*"|\S+)', body):
                path, value = token.split('=', 1)
                if path in entries[-1]['expect']:
                    sys.exit(f'{name}:{number}: {path} twice')
                entries[-1]['expect'][path] = value
            if re.sub(r'[^\s=]+=(?:"[^"]*"|\S+)', '', body).strip():
                sys.exit(f'{name}:{number}: not understood: {body}')
    return entries


def value(text, links):
    """The value that a token stands for."""
    if text.startswith('"'):
        return text[1:-1]
    if text.startswith('@'):
        return links[text[1:]]
    if re.fullmatch(r'-?\d+', text):
        return int(text)
    if re.fullmatch(r'-?(\d+|0x[0-9a-f]+)n', text):
        return f'{int(text[:-1], 0)}n'
    return True if text == 'true' else text


def sends(trace):
    """The sends of a trace, as (bytes, verdict of the answers up to the next send, strace's own words)."""
    out = []
    for line in trace.split('\n'):
        call = re.match(r'\d+ +(\w+)\(', line)
        if call and call[1].startswith('send'):
            out.append([b'', None, line])
        elif line.startswith(' | ') and out:
            out[-1][0] += bytes.fromhex(line[10:60].replace(' ', ''))
        elif call and out and 'MSG_PEEK' not in line:
            error = re.search(r'(?:error=|NLMSG_DONE[^}]*}, )-(E\w+)', line)
            if error:
                out[-1][1] = error[1]
    return out


def kind_of(call):
    """The message type of a send."""
    return struct.unpack_from('=H', call[0], 4)[0]


def run(entry):
    """Runs one command; returns its stored form, or the reason why there is none."""
    # Every send is swallowed, also look-ups: such a command names no device. No answer comes, so timeout ends it.
    traced = f'{TRACED} -e inject=sendmsg,sendto:retval=1000 timeout 1' if entry['unsent'] else f'{TRACED} timeout 10'
    script = PREPARE + '\n'.join(entry['prep']) + f'\nip -o link\necho %%\nset +e\n{traced} {entry["command"]} 2>&1\ncat /run/trace\n'
    # No quoting: the lines are shell commands, in a namespace that ends with the shell.
    done = subprocess.run([*UNSHARE, script], capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C'})
    before, _, trace = done.stdout.partition('%%\n')
    links = {m[2]: int(m[1]) for m in re.finditer(r'^(\d+): ([^:@\s]+)', before, re.M)}
    calls = [c for c in sends(trace) if len(c[0]) >= 16]
    if not calls:
        return None, (done.stderr + trace).strip()[-300:]
    changes = [c for c in calls if kind_of(c) % 4 != 2]
    questions = [c for c in calls if kind_of(c) != GETLINK]
    chosen = calls[entry['pick']] if entry['pick'] is not None else (changes or questions or calls)[-1]
    # Dump requests are sent with the buffer's unused rest; nlmsg_len ends what counts.
    data = bytearray(chosen[0][:struct.unpack_from('=I', chosen[0])[0]])
    kind = kind_of(chosen)
    data[8:12] = bytes(4)
    expect = {k: value(v, links) for k, v in entry['expect'].items()}
    mentioned = set(re.findall(r'[^\s]+', entry['command'])) | {v[1:] for v in entry['expect'].values() if v.startswith('@')}
    stored = {'section': entry['section'], **({'family': 'later'} if entry['later'] else {}), 'command': entry['command'],
              'message': f'RTM_{NAMES[kind % 4]}{FAMILIES[kind - kind % 4]}', 'links': {k: v for k, v in links.items() if k in mentioned},
              'kernel': 'unsent' if entry['unsent'] else chosen[1] or 'ok', 'expect': expect, 'hex': data.hex()}
    return stored, '\n   '.join(('* ' if c is chosen else '  ') + c[2] for c in calls)


def write(name, entries):
    """Writes entries as JSON, one a line."""
    with open(os.path.join(HERE, name), 'w', encoding='utf-8') as file:
        file.write('[\n' + ',\n'.join(json.dumps(e, ensure_ascii=False, separators=(', ', ': ')) for e in entries) + '\n]\n')


def prepare_kernel():
    """Loads what is not loaded on demand; keeps tunnel modules from adding tunl0, gre0 and so on to new namespaces."""
    for module in ['mpls_router', 'mpls_iptunnel', 'ila', 'fou']:
        subprocess.run(['modprobe', '-q', module], check=False)
    with open('/proc/sys/net/core/fb_tunnels_only_for_init_net', 'w', encoding='ascii') as file:
        file.write('2')


def names_in(folder):
    """The files of a folder, without their ending."""
    return sorted(name.rsplit('.', 1)[0] for name in os.listdir(os.path.join(HERE, folder)))


def requests(name, words=None):
    with open(os.path.join(HERE, 'commands', f'{name}.txt'), encoding='utf-8') as file:
        entries = parse(file.read(), f'{name}.txt')
    stored, failed = [], 0
    for entry in entries:
        if words and words not in entry['command']:
            continue
        result, text = run(entry)
        if words:
            print(entry['command'], '\n ', text, '\n ', json.dumps(result and result['expect']), '\n ', result and result['kernel'])
        if result:
            stored.append(result)
        else:
            failed += 1
            print(f'nothing sent: {entry["command"]}: {text}', file=sys.stderr)
    if not words:
        write(f'requests/{name}.json', stored)
    print(f'{name}: {len(stored)} stored, {failed} sent nothing', file=sys.stderr)


def attr(kind, payload):
    """One attribute, padded."""
    return struct.pack('=HH', len(payload) + 4, kind) + payload + bytes(-len(payload) % 4)


def message(kind, flags, seq, body):
    """One request (NLM_F_REQUEST is added)."""
    return struct.pack('=IHHII', len(body) + 16, kind, flags | 1, seq, 0) + body


def ask(request, strict=True, cap=True):
    """Sends a request; returns the datagrams of its answer."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        sock.setsockopt(SOL_NETLINK, STRICT, int(strict))
        sock.setsockopt(SOL_NETLINK, CAP_ACK, int(cap))
        sock.bind((4242, 0))
        sock.settimeout(5)
        sock.send(request)
        out = []
        while True:
            out.append(sock.recv(65536))
            kind, flags = struct.unpack_from('=HH', out[-1], 4)
            if kind == NLMSG_ERROR or not flags & 2 or NLMSG_DONE in kinds(out[-1]):
                return out


def kinds(datagram):
    """The message types of a datagram."""
    at, out = 0, []
    while at + 16 <= len(datagram):
        length, kind = struct.unpack_from('=IH', datagram, at)
        out.append(kind)
        at += (length + 3) & ~3
    return out


def link_body(family=0, index=0, attrs=b''):
    return struct.pack('=BxHiII', family, 0, index, 0, 0) + attrs


def route_body(family, attrs=b'', dst_len=0, table=0, scope=0):
    return struct.pack('=BBBBBBBBI', family, dst_len, 0, 0, table, 4 if dst_len else 0, scope, 1 if dst_len else 0, 0) + attrs


def neigh_body(family=0, flags=0):
    return struct.pack('=BxHiHBB', family, 0, 0, 0, flags, 0)


EXT_MASK = 29
IP = 'ip -d -j '
# What is dumped of each setup: what it is called, message type, request, what iproute2 says of the same.
DUMPS = {'rich': [
    ('link', 18, link_body(), [IP + 'link show']),
    ('link, VF and BRVLAN', 18, link_body(attrs=attr(EXT_MASK, struct.pack('=I', 3))), [IP + 'link show']),
    ('link, SKIP_STATS', 18, link_body(attrs=attr(EXT_MASK, struct.pack('=I', 8))), []),
    ('link of bridges, BRVLAN', 18, link_body(7, attrs=attr(EXT_MASK, struct.pack('=I', 2))), 
     ['bridge -d -j link show', 'bridge -j vlan show', 'bridge -j vlan tunnelshow']),
    ('link of bridges, BRVLAN_COMPRESSED', 18, link_body(7, attrs=attr(EXT_MASK, struct.pack('=I', 4))),
     ['bridge -c -j vlan show']),
    ('addr', 22, bytes(8), [IP + 'addr show']),
    ('route inet', 26, route_body(2), [IP + '-4 route show table all']),
    ('route inet6', 26, route_body(10), [IP + '-6 route show table all']),
    ('route mpls', 26, route_body(28), [IP + '-f mpls route show']),
    ('rule inet', 34, struct.pack('=B11x', 2), [IP + '-4 rule show']),
    ('rule inet6', 34, struct.pack('=B11x', 10), [IP + '-6 rule show']),
    ('neigh', 30, neigh_body(), [IP + 'neigh show nud all']),
    ('neigh proxy', 30, neigh_body(0, 8), [IP + 'neigh show proxy']),
    ('fdb', 30, neigh_body(7), ['bridge -d -j fdb show']),
    ('neightbl', 66, bytes(4), [IP + 'ntable show']),
    ('nsid', 90, bytes(4), [IP + 'netns list-id']),
],
# The JSON of tc is none where hfsc, qfq or multiq print into it: q1, q2, q21.
'qdisc': [
    ('qdisc', 38, bytes(20), [f'tc -s -d -j qdisc show dev q{n}' for n in range(30) if n not in (1, 2, 21)]),
    *((f'class of q{n}', 42, struct.pack('=iiIII', 0, 100 + n, 0, 0, 0), [f'tc -s -d -j class show dev q{n}']) for n in (0, 3, 4)),
    *((f'class of q{n}', 42, struct.pack('=iiIII', 0, 100 + n, 0, 0, 0), []) for n in (1, 2, 8, 12)),
],
# With TCA_ACT_FLAG_LARGE_DUMP_ON.
'action': [
    (kind, 50, bytes(4) + attr(1, attr(1, attr(1, kind.encode() + b'\0'))) + attr(2, struct.pack('=II', 1, 1)),
     [f'tc -s -d -j actions list action {kind}'])
    for kind in ('bpf connmark csum ct ctinfo gact gate ife mirred mpls nat pedit police sample simple skbedit skbmod '
                 'tunnel_key vlan').split()
], 'bridge': [
    ('link', 18, link_body(), [IP + 'link show']),
    ('fdb', 30, neigh_body(7), ['bridge -d -s -j fdb show']),
    ('mdb', 86, struct.pack('=BxxxI', 7, 0), ['bridge -d -s -j mdb show']),
    ('vlan', 114, struct.pack('=BxHI', 7, 0, 0), ['bridge -d -j vlan show', 'bridge -j vlan tunnelshow']),
    ('vlan, STATS', 114, struct.pack('=BxHI', 7, 0, 0) + attr(1, struct.pack('=I', 1)), ['bridge -d -s -j vlan show']),
    ('vlan, GLOBAL', 114, struct.pack('=BxHI', 7, 0, 0) + attr(1, struct.pack('=I', 2)), ['bridge -d -j vlan global show']),
    ('vni', 122, struct.pack('=BBHI', 7, 0, 0, 0), ['bridge -d -j vni show']),
    ('vni, STATS', 122, struct.pack('=BBHI', 7, 1, 0, 0), ['bridge -d -s -j vni show']),
    ('link of bridges, MST', 18, link_body(7, attrs=attr(EXT_MASK, struct.pack('=I', 128))), []),
]}
# What is asked; what must come back. attr: the path of the attribute that the answer points to.
ERRORS = [
    ('vxlan id out of range', 16, 0x604,
     link_body(attrs=attr(3, b'vx9\0') + attr(18, attr(1, b'vxlan') + attr(2, attr(1, struct.pack('=I', 1 << 24))))),
     {'code': 'ERANGE', 'message': 'VXLAN ID must be lower than 16777216', 'attr': 'linkinfo.data.id'}),
    ('unknown kind', 16, 0x604, link_body(attrs=attr(3, b'no9\0') + attr(18, attr(1, b'nosuchkind'))),
     {'code': 'EOPNOTSUPP', 'message': 'Unknown device type'}),
    ('address missing', 20, 0x604, struct.pack('=BBBBI', 2, 24, 0, 0, 1),
     {'code': 'EINVAL', 'message': 'ipv4: Local address is not supplied'}),
    ('gateway out of reach', 24, 0x604, route_body(2, attr(1, bytes([198, 51, 100, 0])) + attr(5, bytes([203, 0, 113, 1])), 24, 254),
     {'code': 'ENETUNREACH', 'message': 'Nexthop has invalid gateway'}),
    ('no such link', 16, 4, link_body(index=9999), {'code': 'ENODEV'}),
    ('mtu too short', 16, 4, link_body(index=10, attrs=attr(4, b'\5\0')),
     {'code': 'ERANGE', 'message': 'Attribute failed policy validation', 'attr': 'mtu'}),
    ('mtu too small', 16, 4, link_body(index=10, attrs=attr(4, struct.pack('=I', 1))),
     {'code': 'EINVAL', 'message': 'mtu less than device minimum'}),
    ('dscp out of range', 32, 0x604, struct.pack('=BBBBBBBBI', 2, 0, 0, 0, 100, 0, 0, 1, 0) + attr(25, b'\xff'),
     {'code': 'ERANGE', 'message': 'Error parsing msg', 'attr': 'dscp'}),
    ('unknown attribute', 18, 4, link_body(index=10, attrs=attr(500, b'')),
     {'code': 'EINVAL', 'message': 'Unknown attribute type', 'attr': '500'}),
    ('link dump with an index', 18, 0x300, link_body(index=10),
     {'code': 'EINVAL', 'message': 'Filter by device index not supported for link dumps'}),
    ('header of a dump not zero', 18, 0x300, link_body()[:12] + b'\1\0\0\0',
     {'code': 'EINVAL', 'message': 'Invalid values in header for link dump request'}),
    ('dump of a table that is not there', 26, 0x300, route_body(2, attr(15, struct.pack('=I', 4711))),
     {'code': 'ENOENT', 'message': 'ipv4: FIB table does not exist'}),
    ('success', 16, 4, link_body(index=10, attrs=attr(27, struct.pack('=I', 7))), {'code': 'ok'}),
]


def answer(reply, request):
    """What an NLMSG_ERROR or NLMSG_DONE says: code, message, offset of the attribute."""
    length, kind, flags = struct.unpack_from('=IHH', reply)
    number = struct.unpack_from('=i', reply, 16)[0] if length >= 20 else 0
    out = {'code': errno.errorcode[-number].replace('ENOTSUP', 'EOPNOTSUPP') if number else 'ok'}
    if flags & 0x200:
        at = 20 if kind == NLMSG_DONE else 36 if flags & 0x100 else 20 + (len(request) + 3 & ~3)
        while at + 4 <= length:
            size, which = struct.unpack_from('=HH', reply, at)
            body = reply[at + 4:at + size]
            if which == 1:
                out['message'] = body.rstrip(b'\0').decode()
            elif which == 2:
                out['offset'] = struct.unpack('=I', body)[0]
            elif which & 0x3fff == 4:
                out['policy'] = body.hex()
            at += (size + 3) & ~3
    return out


def inside(name):
    """Within the namespace: sets it up, prints dumps and errors as JSON."""
    with open(os.path.join(HERE, 'setups', f'{name}.txt'), encoding='utf-8') as file:
        for line in file.read().split('\n'):
            if line and not line.startswith('#'):
                done = subprocess.run(['sh', '-c', line], capture_output=True, text=True)
                if done.returncode:
                    print(f'refused: {line}: {done.stderr.strip()}', file=sys.stderr)
    dumps, errors = [], []
    for seq, (what, kind, body, commands) in enumerate(DUMPS[name], 1):
        request = message(kind, 0x300, seq, body)
        said = {c: json.loads(subprocess.run(c.split(), capture_output=True, check=True).stdout or '[]') for c in commands}
        dumps.append({'dump': what, 'request': request.hex(), 'datagrams': [d.hex() for d in ask(request)],
                      'json': said})
    for seq, (what, kind, flags, body, expect) in enumerate(ERRORS if name == 'rich' else [], 100):
        for cap in (False, True):
            request = message(kind, flags, seq, body)
            reply = ask(request, cap=cap)
            found = answer(reply[0], request)
            if {**found, **{k: v for k, v in expect.items() if k != 'attr'}} != found or ('attr' in expect) != ('offset' in found):
                print(f'not as expected: {what}: {expect} {found}', file=sys.stderr)
            errors.append({'name': what, 'capped': cap, 'request': request.hex(), 'reply': reply[0].hex(), 'expect': expect,
                           'offset': found.get('offset')})
    json.dump([dumps, errors], sys.stdout)


def dumps(name):
    script = PREPARE + f'exec {sys.executable} {__file__} inside {name}'
    done = subprocess.run([*UNSHARE, script], stdout=subprocess.PIPE, text=True, check=True)
    first, second = json.loads(done.stdout)
    write(f'dumps/{name}.json', first)
    if second:
        write('errors.json', second)
    print(f'{name}: {len(first)} dumps, {len(second)} errors', file=sys.stderr)


def main(what='', *words):
    if what == 'inside':
        inside(*words)
        return
    if what not in ('requests', 'show', 'dumps'):
        sys.exit(__doc__)
    prepare_kernel()
    if what == 'show':
        for name in names_in('commands'):
            requests(name, ' '.join(words))
    for name in () if what == 'show' else words or names_in('commands' if what == 'requests' else 'setups'):
        (requests if what == 'requests' else dumps)(name)


if __name__ == '__main__':
    main(*sys.argv[1:])
