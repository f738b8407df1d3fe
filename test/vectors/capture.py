#!/usr/bin/env python3
"""Captures what iproute2 sends and what the kernel answers: bytes made by others, to test the codec against.

    sudo test/vectors/capture.py requests     writes iproute2.json from commands.txt
    sudo test/vectors/capture.py show WORDS   prints strace's reading of the commands that contain WORDS

Needs root, python3 (standard library), strace, util-linux's unshare and iproute2 (the stored files: 6.15.0, Linux 6.18).
Every command runs in new network and mount namespaces with a tmpfs on /run. Namespaces do not contain a kernel bug: one of
these commands has already stopped the RTNL lock of a whole machine (see `!unsent` in commands.txt). Run this in a kernel that
may be lost: user-mode Linux or a virtual machine of its own, never on a machine that others use.

Requests. Each command of commands.txt runs under strace after PREPARE; strace dumps the bytes of every send. Stored is the
last request of the command that is not a GET (iproute2 asks for names first), or the last GET where there is no other;
`!pick N` takes the Nth send instead. nlmsg_seq (bytes 8 to 12) comes from the clock and is stored as zero; nothing
else varies: a second run on the same kernel writes the same file. `kernel` is this kernel's verdict ('ok' or an errno
name); a kernel with other modules answers otherwise, with the same bytes.

`expect` is written by hand in commands.txt, from the command and the manual: never from the bytes. See its first lines.
"""
import json
import os
import re
import socket
import struct
import subprocess
import sys

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
TRACED = 'strace -f -o /run/trace -e trace=sendmsg,sendto,recvmsg -e signal=none -e write=all'
NAMES = ['NEW', 'DEL', 'GET', 'SET']
FAMILIES = {16: 'LINK', 20: 'ADDR', 24: 'ROUTE', 28: 'NEIGH', 32: 'RULE', 64: 'NEIGHTBL', 72: 'ADDRLABEL', 80: 'NETCONF',
            84: 'MDB', 88: 'NSID', 92: 'STATS', 104: 'NEXTHOP', 108: 'LINKPROP', 112: 'VLAN', 116: 'NEXTHOPBUCKET', 120: 'TUNNEL'}


def parse(text):
    """Reads commands.txt into a list of entries."""
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
            entries.append({'command': body, 'section': section, 'later': later, 'prep': section_prep, 'pick': None, 'unsent': False, 'expect': {}})
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
                    sys.exit(f'commands.txt:{number}: {path} twice')
                entries[-1]['expect'][path] = value
            if re.sub(r'[^\s=]+=(?:"[^"]*"|\S+)', '', body).strip():
                sys.exit(f'commands.txt:{number}: not understood: {body}')
    return entries


def value(text, links):
    """The value that a token of commands.txt stands for."""
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


def run(entry):
    """Runs one command; returns its stored form, or the reason why there is none."""
    # Every send is swallowed, also look-ups: such a command names no device. No answer comes, so timeout ends it.
    traced = f'{TRACED} -e inject=sendmsg,sendto:retval=1000 timeout 1' if entry['unsent'] else f'{TRACED} timeout 10'
    script = PREPARE + '\n'.join(entry['prep']) + f'\nip -o link\necho %%\nset +e\n{traced} {entry["command"]} 2>&1\ncat /run/trace\n'
    # No quoting: commands.txt lines are shell commands, in a namespace that ends with the shell.
    done = subprocess.run(['unshare', '-nm', 'sh', '-c', script], capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C'})
    before, _, trace = done.stdout.partition('%%\n')
    links = {m[2]: int(m[1]) for m in re.finditer(r'^(\d+): ([^:@\s]+)', before, re.M)}
    calls = [c for c in sends(trace) if len(c[0]) >= 16]
    if not calls:
        return None, (done.stderr + trace).strip()[-300:]
    changes = [c for c in calls if struct.unpack_from('=H', c[0], 4)[0] % 4 != 2]
    chosen = calls[entry['pick']] if entry['pick'] is not None else (changes or calls)[-1]
    data = bytearray(chosen[0])
    kind = struct.unpack_from('=H', data, 4)[0]
    data[8:12] = bytes(4)
    expect = {k: value(v, links) for k, v in entry['expect'].items()}
    mentioned = set(re.findall(r'[^\s]+', entry['command'])) | {v[1:] for v in entry['expect'].values() if v.startswith('@')}
    stored = {'section': entry['section'], **({'family': 'later'} if entry['later'] else {}), 'command': entry['command'],
              'message': f'RTM_{NAMES[kind % 4]}{FAMILIES[kind - kind % 4]}', 'links': {k: v for k, v in links.items() if k in mentioned},
              'kernel': 'unsent' if entry['unsent'] else chosen[1] or 'ok', 'expect': expect, 'hex': data.hex()}
    return stored, chosen[2]


def write(name, entries):
    """Writes entries as JSON, one a line."""
    with open(os.path.join(HERE, name), 'w', encoding='utf-8') as file:
        file.write('[\n' + ',\n'.join(json.dumps(e, ensure_ascii=False, separators=(', ', ': ')) for e in entries) + '\n]\n')


def requests(words=None):
    with open(os.path.join(HERE, 'commands.txt'), encoding='utf-8') as file:
        entries = parse(file.read())
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
        write('iproute2.json', stored)
    print(f'{len(stored)} stored, {failed} sent nothing', file=sys.stderr)


if __name__ == '__main__':
    what = sys.argv[1] if len(sys.argv) > 1 else ''
    if what == 'requests':
        requests()
    elif what == 'show':
        requests(' '.join(sys.argv[2:]))
    else:
        sys.exit(__doc__)
