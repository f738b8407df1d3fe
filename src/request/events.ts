import type { MonitorEvent } from '../rtnetlink/events.js'
import type { Several } from './request.js'

/** Makes an event, or several, of a notification whose payload lies between two offsets; `undefined` when that is too short. */
export type Make = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
) => MonitorEvent | Several<MonitorEvent> | undefined

/** Makes the events of an object: `new` for one message type, `delete` for the other, if there is one. */
export function happenings<T>(
  type: string,
  added: number,
  removed: number | undefined,
  decode: (bytes: Uint8Array, view: DataView, start: number, end: number) => T | undefined,
): readonly (readonly [number, Make])[] {
  const make =
    (action: 'new' | 'delete'): Make =>
    (bytes, view, start, end) => {
      const object = decode(bytes, view, start, end)
      return object === undefined ? undefined : ({ type, action, [type]: object } as unknown as MonitorEvent)
    }
  const makers: [number, Make][] = [[added, make('new')]]
  if (removed !== undefined) makers.push([removed, make('delete')])
  return makers
}
