import type { Link, LinkSpec } from '../../generated/link/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, callWith, collect, stream } from '../../request/operation.js'
import { addAndGetLink, addLink, type DeleteManyResult, deleteLinks, setLink, waitForLink } from './operations.js'
import { type LinkFilter, type LinkGetOptions, type LinkRef, linkRequests } from './requests.js'

/** Network interfaces: what `ip link` and `bridge link` do. */
export interface LinkMethods {
  /**
   * Gets a link by name, altname or index; rejects with ENODEV when there is none.
   * @example const { mtu } = await rt.link.get('lo')
   */
  get(ref: LinkRef, options?: LinkGetOptions & CallOptions): Promise<Link>
  /**
   * Lists links; interrupted dumps are repeated, then it rejects with ERR_NETLINK_DUMP_INTERRUPTED.
   * @example const ports = await rt.link.list({ master: 'br0' })
   */
  list(filter?: LinkFilter, options?: CallOptions): Promise<Link[]>
  /**
   * Streams links in bounded memory.
   * @example for await (const l of rt.link.dump()) console.log(l.name)
   */
  dump(filter?: LinkFilter, options?: CallOptions): Dump<Link>
  /**
   * Creates a link; rejects with EEXIST when the name is taken, EOPNOTSUPP when the kernel lacks the kind. A veth brings its
   * peer, which cannot be born up (ERR_NETLINK_BAD_VALUE): the kernel opens it before it is connected. `slave`, `ifalias`, `afSpec`,
   * `carrier`, `protoDown`, `xdp` and the `mtu` of a macsec or hsr go in a second message, since the kernel overlooks them in the first; the
   * link goes when that fails.
   * @example await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1', netns: 'blue' } } })
   */
  add(spec: LinkSpec, options?: CallOptions): Promise<void>
  /**
   * Creates a link and answers with it; of one in another namespace (`netns`) the kernel tells nothing here, so that is refused.
   * @example const { index } = await rt.link.addAndGet({ name: 'br%d', info: { kind: 'bridge' } })
   */
  addAndGet(spec: LinkSpec, options?: CallOptions): Promise<Link>
  /**
   * Changes a link: what is given is set, all else stays. A link that was read may be given whole, then only what differs is sent.
   * So may its `info` or its `slave` alone. Options of a port (`slave`) must be of the kind of port that it is.
   * @example await rt.link.set('v0', { up: true, mtu: 1400 })
   */
  set(ref: LinkRef, spec: LinkSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a link; rejects with ENODEV when there is none, unless `missingOk`. A veth takes its peer along.
   * @example await rt.link.delete('v0', { missingOk: true })
   */
  delete(ref: LinkRef, options?: DeleteOptions): Promise<void>
  /**
   * Deletes many links at once, by a temporary group: 80 times faster than one by one. Already gone counts as deleted. Of what an abort or
   * a failure leaves the group is as before; a client that is closed meanwhile cannot see to that, and the error says which they are.
   * @example const { failed } = await rt.link.deleteMany(['v0', 'v2', 'v4'])
   */
  deleteMany(refs: readonly LinkRef[], options?: CallOptions): Promise<DeleteManyResult>
  /**
   * Waits until the predicate holds; `undefined` stands for a link that is not there. Rejects with ERR_NETLINK_TIMEOUT after
   * `timeoutMs` (5,000).
   * @example await rt.link.wait('v0', l => l?.operstate === 'up')
   */
  wait(ref: LinkRef, predicate: (link: Link | undefined) => boolean, options?: CallOptions): Promise<Link | undefined>
  /**
   * Gives a link further names of up to 127 bytes.
   * @example await rt.link.addAltname('v0', ['uplink-of-the-first-container'])
   */
  addAltname(ref: LinkRef, names: readonly string[], options?: CallOptions): Promise<void>
  /**
   * Takes further names from a link.
   * @example await rt.link.deleteAltname('v0', ['uplink-of-the-first-container'])
   */
  deleteAltname(ref: LinkRef, names: readonly string[], options?: CallOptions): Promise<void>
}

/** The blocking twin of `LinkMethods`. */
export interface BlockingLinkMethods extends Blocking<LinkMethods> {}

/** The tasks of `LinkMethods`, which both clients run. */
export const linkMethods: MethodTable<LinkMethods> = {
  get: (ref, options) => callWith(options, rest => linkRequests.get(ref, rest)),
  list: (filter, options) => collect(linkRequests.dump(filter), options),
  dump: (filter, options) => stream(linkRequests.dump(filter), options),
  add: (spec, options) => addLink(spec, options),
  addAndGet: (spec, options) => addAndGetLink(spec, options),
  set: (ref, spec, options) => setLink(ref, spec, options),
  delete: (ref, options) => remove(linkRequests.delete(ref), options, ['ENODEV']),
  deleteMany: (refs, options) => deleteLinks(refs, options),
  wait: (ref, predicate, options) => waitForLink(ref, predicate, options),
  addAltname: (ref, names, options) => call(linkRequests.addAltname(ref, names), options),
  deleteAltname: (ref, names, options) => call(linkRequests.deleteAltname(ref, names), options),
}
