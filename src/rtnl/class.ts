import * as c from '../generated/constants.gen.js'
import { decodeClass } from '../generated/tc.decode.gen.js'
import { classOptionsSub } from '../generated/tc.tables.gen.js'
import type { Class, ClassSpec } from '../generated/tc.types.gen.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL } from '../wire/nlmsghdr.js'
import { build, type Draft, objectOf } from './build.js'
import { checkFilter } from './check-filter.js'
import type { Asked } from './family.js'
import { onLink } from './on-link.js'
import type { Request } from './request.js'
import { attributesOf, handleNumber } from './tc.js'

/** Which classes a list or dump gives: those of a link, which the kernel filters by, and below `parent`. */
export interface ClassFilter {
  readonly dev: string | number
  /** The qdisc, `'1:'`, whose classes are wanted. */
  readonly parent?: number | string | undefined
  readonly kind?: string | undefined
}

/** Where a class is. */
export type ClassPlace = Pick<ClassSpec, 'dev' | 'ifindex' | 'handle' | 'parent' | 'kind'>

function draftOf(
  what: string,
  type: number,
  spec: ClassPlace,
  attrs: Record<string, unknown>,
  flags = 0,
): Draft<never> {
  const asked: Asked = { what, spec }
  const handle = handleNumber(asked, 'handle', spec.handle)
  const parent = handleNumber(asked, 'parent', spec.parent)
  return {
    type,
    flags,
    header: { handle: handle ?? 0, parent: parent ?? 0 },
    attrs,
    ...onLink(asked, spec),
    what,
    spec,
  }
}

/** A message that makes or changes a class. */
function change(what: string, spec: ClassSpec, flags: number): Draft<never> {
  const { kind, options } = objectOf(spec, what)
  const attrs = attributesOf(spec)
  // Every kind refuses a change without options, which may be empty.
  if (options === undefined && kind !== undefined && classOptionsSub.byName(kind) !== undefined)
    attrs['options'] = { kind }
  return draftOf(what, c.RTM_NEWTCLASS, spec, attrs, flags)
}

function look(what: string, type: number, place: ClassPlace): Draft<never> {
  objectOf(place, what)
  const { kind } = place
  return draftOf(what, type, place, kind === undefined || kind === '' ? {} : { kind })
}

const CREATE = NLM_F_CREATE | NLM_F_EXCL
const echo = { decode: decodeClass, reply: c.RTM_NEWTCLASS }

/** Requests about classes of classful queueing disciplines. */
export const classRequests = {
  /** Gives a class; rejects with ENOENT when there is none. */
  get(place: ClassPlace): Request<Class> {
    // The kernel answers a get by a notification, of which the asker has a copy by NLM_F_ECHO only.
    return build({ ...look('class get', c.RTM_GETTCLASS, place), flags: NLM_F_ECHO, ...echo })
  },

  /** Lists classes of a link. */
  dump(filter: ClassFilter): Request<Class> {
    checkFilter('class list', filter, { dev: true, parent: true, kind: true })
    const asked: Asked = { what: 'class list', spec: filter }
    const parent = handleNumber(asked, 'parent', filter.parent)
    const { kind } = filter
    return build<Class>({
      type: c.RTM_GETTCLASS,
      flags: NLM_F_DUMP,
      header: { parent: parent ?? 0 },
      ...onLink(asked, filter),
      ...asked,
      decode: decodeClass,
      wanted: row => kind === undefined || row.kind === kind,
    })
  },

  /** Adds a class; rejects with EEXIST when there is one of this handle. */
  add: (spec: ClassSpec): Request => build(change('class add', spec, CREATE)),

  /** Adds a class and answers with it. */
  addEcho: (spec: ClassSpec): Request<Class> => build({ ...change('class add', spec, CREATE | NLM_F_ECHO), ...echo }),

  /** Adds a class or changes it. */
  replace: (spec: ClassSpec): Request => build(change('class replace', spec, NLM_F_CREATE)),

  /** Adds or changes a class and answers with it. */
  replaceEcho: (spec: ClassSpec): Request<Class> =>
    build({ ...change('class replace', spec, NLM_F_CREATE | NLM_F_ECHO), ...echo }),

  /** Changes a class; rejects with ENOENT when there is none. */
  set: (spec: ClassSpec): Request => build(change('class set', spec, 0)),

  /** Deletes a class; rejects with ENOENT when there is none, with EBUSY while classes or filters hang on it. */
  delete: (place: ClassPlace): Request => build(look('class delete', c.RTM_DELTCLASS, place)),
} as const
