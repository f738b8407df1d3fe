/** How a network namespace is named: a name in /run/netns, a process, a path, an open descriptor, or a handle of `rtnetlink/netns`. */
export type NamespaceRef = string | { readonly pid: number } | { readonly path: string } | { readonly fd: number }
