import type { OfFamilies } from './every-family.js'
import { family, lazyTable } from './families.js'
import { objectFamilies, objectNames } from './verbs.js'

/** Builders of requests, by object. */
export interface Requests extends OfFamilies<'requests'> {}

/**
 * Builds requests without sending them, one builder a verb: for `rt.bulk`, for keeping, for looking at the bytes. A builder rejects
 * a bad value with ERR_NETLINK_BAD_VALUE (`fieldPath` names it), a wrong call with a TypeError.
 *
 * @example
 * const result = await rt.bulk(prefixes.map(dst => request.route.add({ dst, dev: 'v0' })))
 */
export const request = lazyTable<Requests>(objectNames, object => family(objectFamilies[object]).requests[object])
