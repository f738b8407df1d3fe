#!/bin/sh
# Runs a command (npm test: vitest) where it cannot touch the host's network or /run/netns: in a network and a mount
# namespace of its own, with a tmpfs on /run. Who is not root becomes root of a user namespace; where there are no user
# namespaces the command runs all the same, and the kernel tests skip themselves and say why.
# Inside, test/support/isolate.ts gives each kernel test file a fresh pair of namespaces again.
if [ "$(id -u)" = 0 ]; then flags=-nm; else flags=-rnm; fi
if unshare $flags true 2>/dev/null; then
  exec unshare $flags sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh "$@"
fi
exec "$@"
