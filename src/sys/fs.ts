/**
 * Is `node:fs`, as far as it is loaded. An import of it would read all of its exports, for which Node loads its streams, and one of
 * `node:worker_threads` does too: 2 to 4 of the 40 ms to the first list of links.
 */
export const fs = process.getBuiltinModule('node:fs')
