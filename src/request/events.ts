import type { Several } from './request.js'

/** An event as far as every netlink family has it: `type` names the object, which stands under that name. */
export interface ObjectEvent {
  readonly type: string
}

/** Makes an event, or several, of a notification whose payload lies between two offsets; `undefined` when that is too short. */
export type MakeEvent = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
) => ObjectEvent | Several<ObjectEvent> | undefined

/** Returns the functions that make the events of an object: `new` for one message type, `delete` for the other, if there is one. */
export function objectEvents<T>(
  type: string,
  added: number,
  removed: number | undefined,
  decode: (bytes: Uint8Array, view: DataView, start: number, end: number) => T | undefined,
): readonly (readonly [number, MakeEvent])[] {
  const make =
    (action: 'new' | 'delete'): MakeEvent =>
    (bytes, view, start, end) => {
      const object = decode(bytes, view, start, end)
      return object === undefined ? undefined : { type, action, [type]: object }
    }
  const makers: [number, MakeEvent][] = [[added, make('new')]]
  if (removed !== undefined) makers.push([removed, make('delete')])
  return makers
}
