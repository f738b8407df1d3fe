const loaded = new Map<string, unknown>()

/**
 * Gives a part of the library, a file of src/rtnetlink/modules, loading it at the first use: a program that only lists links does not pay for
 * traffic control. `require` of an ES module is synchronous, as the blocking client needs it (Node 20.19 and 22.12).
 */
export function lazyModule(name: string): unknown {
  let found = loaded.get(name)
  if (found === undefined) {
    // Seen from the bundle, in dist/shared.
    const { createRequire } = process.getBuiltinModule('node:module')
    found = createRequire(import.meta.url)(`../modules/${name}.js`)
    loaded.set(name, found)
  }
  return found
}

/** Hands over a part that has been imported: where there is no `require`, and for sources that are not built. */
export function register(name: string, module: unknown): void {
  loaded.set(name, module)
}
