import type { AddrLabel, AddrLabelSpec } from '../../generated/l3/types.gen.js'
import { deleteAll } from '../../request/delete-all.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, callWith, collect, type Operation, rows, stream } from '../../request/operation.js'
import { addrLabelRequests } from './requests.js'

/** Labels of address prefixes, by which source addresses are chosen (RFC 6724): what `ip addrlabel` does. */
export interface AddrLabelMethods {
  /**
   * Gives the labelled prefix that an address falls under, the longest; rejects with ESRCH when there is none.
   * @example const { label } = await rt.addrLabel.get('2001:db8::1')
   */
  get(address: string, options?: { readonly dev?: string | number | undefined } & CallOptions): Promise<AddrLabel>
  /**
   * Lists labels; a namespace begins with eight of the kernel's.
   * @example const labels = await rt.addrLabel.list()
   */
  list(options?: CallOptions): Promise<AddrLabel[]>
  /**
   * Streams labels in bounded memory.
   * @example for await (const l of rt.addrLabel.dump()) console.log(l.address, l.label)
   */
  dump(options?: CallOptions): Dump<AddrLabel>
  /**
   * Gives a prefix a label; rejects with EEXIST when it has one.
   * @example await rt.addrLabel.add({ address: '2001:db8::/32', label: 99 })
   */
  add(spec: AddrLabelSpec, options?: CallOptions): Promise<void>
  /**
   * Gives a prefix a label, in place of the one that it has.
   * @example await rt.addrLabel.replace({ address: '2001:db8::/32', label: 98 })
   */
  replace(spec: AddrLabelSpec, options?: CallOptions): Promise<void>
  /**
   * Takes the label from a prefix; rejects with ESRCH when it has none, unless `missingOk`.
   * @example await rt.addrLabel.delete({ address: '2001:db8::/32' })
   */
  delete(spec: AddrLabelSpec, options?: DeleteOptions): Promise<void>
  /**
   * Takes all labels away and answers with how many there were.
   * @example await rt.addrLabel.flush()
   */
  flush(options?: CallOptions): Promise<number>
}

/** The blocking twin of `AddrLabelMethods`. */
export interface BlockingAddrLabelMethods extends Blocking<AddrLabelMethods> {}

/** The tasks of `AddrLabelMethods`, which both clients run. */
export const addrLabelMethods: MethodTable<AddrLabelMethods> = {
  get: (address, options) => callWith(options, rest => addrLabelRequests.get(address, rest)),
  list: options => collect(addrLabelRequests.dump(), options),
  dump: options => stream(addrLabelRequests.dump(), options),
  add: (spec, options) => call(addrLabelRequests.add(spec), options),
  replace: (spec, options) => call(addrLabelRequests.replace(spec), options),
  delete: (spec, options) => remove(addrLabelRequests.delete(spec), options, ['ESRCH', 'ENODEV']),
  flush: options => flushLabels(options),
}

function* flushLabels(options?: CallOptions): Operation<number> {
  const found = yield* rows(addrLabelRequests.dump(), options)
  return yield* deleteAll(found.map(addrLabelRequests.delete), ['ESRCH', 'ENODEV'], options)
}
