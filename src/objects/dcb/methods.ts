import type { Dcb, DcbSpec } from '../../generated/dcb/types.gen.js'
import type { Blocking, MethodTable } from '../../request/operation.js'
import { type CallOptions, call } from '../../request/operation.js'
import { type DcbQuery, dcbRequests } from './requests.js'

/** Data Center Bridging: what `dcb` does, and what dcbtool did. */
export interface DcbMethods {
  /**
   * Gets the IEEE 802.1Qaz configuration of a link, or what another command asks for; rejects with EOPNOTSUPP where the
   * driver has none.
   * @example const { ieee } = await rt.dcb.get('eth0')
   */
  get(dev: string, query?: DcbQuery, options?: CallOptions): Promise<Dcb>
  /**
   * Changes the configuration of a link, one command at a time: what was read with a command is written with its counterpart.
   * Answers with 0, or for commands of CEE with what the driver says (1 is mostly a refusal).
   * @example await rt.dcb.set('eth0', { ieee: { appTable: { ieeeApp: [{ selector: 'dscp', protocol: 46, priority: 6 }] } } })
   */
  set(dev: string, spec: DcbSpec, options?: CallOptions): Promise<number>
  /**
   * Deletes entries of the APP and rewrite tables; rejects with ENOENT when there is no such entry.
   * @example await rt.dcb.delete('eth0', { ieee: { appTable: { ieeeApp: [{ selector: 'dscp', protocol: 46, priority: 6 }] } } })
   */
  delete(dev: string, spec: Pick<DcbSpec, 'ieee'>, options?: CallOptions): Promise<number>
}

/** The blocking twin of `DcbMethods`. */
export interface BlockingDcbMethods extends Blocking<DcbMethods> {}

/** The tasks of `DcbMethods`, which both clients run. */
export const dcbMethods: MethodTable<DcbMethods> = {
  get: (dev, query, options) => call(dcbRequests.get(dev, query), options),
  set: (dev, spec, options) => call(dcbRequests.set(dev, spec), options),
  delete: (dev, spec, options) => call(dcbRequests.delete(dev, spec), options),
}
