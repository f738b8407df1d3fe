import type { MakeEvent } from '../../request/events.js'
import { Several } from '../../request/request.js'

/** Decodes the objects of one kind that a message holds; `undefined` when its header is cut off. */
type DecodeAll = (bytes: Uint8Array, view: DataView, start: number, end: number) => readonly object[] | undefined

/** Returns the functions that make one event of each object: the kernel groups objects in a message, also of two kinds. */
export function groupedEvents(
  added: number,
  removed: number,
  kinds: Readonly<Record<string, DecodeAll>>,
): [number, MakeEvent][] {
  const make =
    (action: 'new' | 'delete'): MakeEvent =>
    (bytes, view, start, end) => {
      const events = Object.entries(kinds).flatMap(([type, decode]) =>
        (decode(bytes, view, start, end) ?? []).map(object => ({ type, action, [type]: object })),
      )
      return events.length === 0 ? undefined : new Several(events)
    }
  return [
    [added, make('new')],
    [removed, make('delete')],
  ]
}
