#!/usr/bin/perl
# Runs a command in which every AF_NETLINK socket fails with EAFNOSUPPORT: where the RTNL lock of the running kernel is
# lost, whoever asks for interfaces or addresses (npm at its start, apt, getaddrinfo) would hang beyond the reach of any
# signal; refused a socket, they all go on without. It is a seccomp filter, so that it needs no privilege and holds for
# all children. Perl, since its base is part of every Debian and nothing else is there before the first install.
use strict;
use warnings;

my %numbers = (x86_64 => { prctl => 157, socket => 41 }, aarch64 => { prctl => 167, socket => 198 });
chomp(my $machine = `uname -m`);
my $number = $numbers{$machine} or die "without-netlink: does not know the system calls of $machine\n";
my ($PR_SET_NO_NEW_PRIVS, $PR_SET_SECCOMP, $SECCOMP_MODE_FILTER) = (38, 22, 2);
my ($AF_NETLINK, $EAFNOSUPPORT, $RET_ALLOW, $RET_ERRNO) = (16, 97, 0x7fff0000, 0x00050000);

# struct sock_filter { u16 code; u8 jt, jf; u32 k } over struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6] }.
my $program = join '',
    pack('SCCL', 0x20, 0, 0, 0),                       # load nr
    pack('SCCL', 0x15, 0, 3, $number->{socket}),       # socket? else allow
    pack('SCCL', 0x20, 0, 0, 16),                      # load the low half of args[0]
    pack('SCCL', 0x15, 0, 1, $AF_NETLINK),             # AF_NETLINK? else allow
    pack('SCCL', 0x06, 0, 0, $RET_ERRNO | $EAFNOSUPPORT),
    pack('SCCL', 0x06, 0, 0, $RET_ALLOW);
my $fprog = pack('Sx6P', 6, $program);

syscall($number->{prctl}, $PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 or die "without-netlink: no new privileges: $!\n";
syscall($number->{prctl}, $PR_SET_SECCOMP, $SECCOMP_MODE_FILTER, $fprog, 0, 0) == 0 or die "without-netlink: seccomp: $!\n";
exec { $ARGV[0] } @ARGV or die "without-netlink: $ARGV[0]: $!\n";
