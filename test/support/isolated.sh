#!/bin/sh
# Runs a command (npm test: vitest) where it cannot touch the host's network or /run/netns: in a network and a mount
# namespace of its own, with a tmpfs on /run. Who is not root becomes root of a user namespace; where there are no user
# namespaces the command runs all the same, and the kernel tests skip themselves and say why.
# Inside, test/support/isolate.ts gives each kernel test file a fresh pair of namespaces again.
# Where the running kernel's rtnetlink is stuck, and as `isolated.sh --uml COMMAND…`, all of it runs in User-mode Linux.
here=$(cd "$(dirname "$0")" && pwd -P) || exit 1
if [ "$(id -u)" = 0 ]; then flags=-nm; else flags=-rnm; fi

# stderr goes where stdout goes: through two consoles of the guest the lines would lose their order.
# No fallback devices of tunnels: they would turn up in every namespace while a test looks at its links.
in_uml() {
  export RIK_APPEND="fb_tunnels=none ${RIK_APPEND:-}"
  exec bash "$here/run-in-kernel.sh" "$here/../.." sh -c 'exec "$@" 2>&1' sh sh "$here/isolated.sh" "$@"
}
if [ "$1" = --uml ]; then
  shift
  in_uml "$@"
fi

# A kernel whose RTNL lock is lost holds whoever asks it for ever, beyond the reach of any signal. So the question is
# asked in the background, nobody waits for who asks, and it has none of our descriptors: a reader would wait for those.
answers=$(mktemp -d) || exit 1
{
  unshare $flags true
  echo $? >"$answers/unshare"
  ip link show lo
  : >"$answers/ip"
} </dev/null >/dev/null 2>&1 &
polls=0
until [ -e "$answers/ip" ] || [ $polls = 50 ]; do
  sleep 0.1
  polls=$((polls + 1))
done
[ -e "$answers/ip" ] && answered=yes || answered=no
unshared=$(cat "$answers/unshare" 2>/dev/null)
rm -rf "$answers"

if [ $answered = no ]; then
  stuck='rtnetlink of the running kernel does not answer'
  if [ -n "$RIK_ENGINE" ]; then
    echo "$stuck: it is $RIK_ENGINE already" >&2
    exit 1
  fi
  if [ "$(id -u)" != 0 ] || ! command -v "${RIK_UML:-linux.uml}" >/dev/null; then
    echo "$stuck: needs root and User-mode Linux (Debian packages user-mode-linux kmod iproute2) instead" >&2
    exit 1
  fi
  echo "$stuck: runs in User-mode Linux instead" >&2
  in_uml "$@"
fi

if [ "$unshared" = 0 ]; then
  exec unshare $flags sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh "$@"
fi
exec "$@"
