/** Container networks: what `docker network create`, `connect`, `disconnect` and `rm` do to the kernel. */
export type { Attachment, ConnectOptions, ContainerRoute, NetworkCallOptions } from './network/attachment.js'
export type { NetworkOptions } from './network/host.js'
export { createLab, type Lab, type LabNode } from './network/lab.js'
export type { LabEnd, LabHost, LabLink, LabRoute, LabShape, LabSpec, LabSwitch } from './network/lab-plan.js'
export type { NetworkContainer } from './network/lease.js'
export { createNetwork, listNetworks, openNetwork, type RemoveNetworkOptions, removeNetwork } from './network/manage.js'
export type {
  DisconnectOptions,
  Network,
  NetworkInfo,
} from './network/network.js'
export { NetworkError, type NetworkErrorInit } from './network/network-error.js'
export type { NetworkEvent, WatchedContainer } from './network/pending-events.js'
export { type BridgePort, bridgePorts, orphanedVeths, type VethPeer, vethPeer } from './network/ports.js'
export type { NetworkDriver, NetworkMode, NetworkSettings, NetworkSpec, NetworkSubnet } from './network/settings.js'
export type { StepMessage } from './network/step.js'
export type { NetworkWatch } from './network/watch.js'
