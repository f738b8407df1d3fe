/** Whether everything was done that a case counts: fewer objects than it says would make it look fast. */
import type { BlockingClient, BulkResult, Request } from 'rtnetlink'

/** Ends the benchmark unless `size` requests were sent and every one of them was executed. */
export function executed({ sent, failed, unknown }: BulkResult, size: number): void {
  if (failed[0] !== undefined) throw failed[0].error
  if (unknown.length > 0) throw new Error(`answers to ${unknown.length} of ${size} requests were lost`)
  if (sent !== size) throw new Error(`${sent} of ${size} requests were sent`)
}

/** Sends `size` requests; the first error ends the benchmark. */
export function bulk(rt: BlockingClient, size: number, requests: () => Iterable<Request>): void {
  executed(rt.bulk(requests), size)
}

/** Ends the benchmark when fewer than `size` objects are there. */
export function present(rt: BlockingClient, family: 'route' | 'link' | 'addr' | 'neigh', size: number): void {
  let items = 0
  for (const part of rt[family].dump().chunks()) items += part.length
  if (items < size) throw new Error(`${items} of ${size} ${family} objects are there`)
}
