/** Network namespaces: `import * as netns from 'rtnetlink/netns'`. Everything here is synchronous. */
export { current, type Namespace, open } from './netns/handle.js'
export { list, type NamespaceInfo } from './netns/list.js'
export { attach, create, remove as delete } from './netns/named.js'
export { id } from './netns/nsid.js'
export { type NamespaceSpawnOptions, spawn, worker } from './netns/process.js'
export { run, sysctl } from './netns/run.js'
export { type Tuntap, type TuntapOptions, tuntap } from './netns/tuntap.js'
export type { NamespaceRef } from './request/request.js'
