import * as c from '../../../generated/constants.gen.js'
import { decodeClass } from '../../../generated/tc/decode.gen.js'
import { classAttrs, classOptionsSub } from '../../../generated/tc/tables.gen.js'
import type { Class, ClassSpec } from '../../../generated/tc/types.gen.js'
import { badField, type Draft, objectOf } from '../../../request/build.js'
import { checkFields, checkFilter } from '../../../request/check-filter.js'
import { text } from '../../../request/check-options.js'
import type { Request } from '../../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL } from '../../../wire/nlmsghdr.js'
import type { ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { onLink } from '../../on-link.js'
import { attributesOf, handleNumber, members } from '../handles.js'

/** Which classes a list or dump gives: the kernel filters by link and by qdisc. */
export interface ClassFilter {
  readonly dev: string | number
  /** The qdisc, `'1:'`, whose classes are wanted; or the class, `'1:10'`, directly below which they are, or `'root'` of those below none. */
  readonly parent?: number | string | undefined
  readonly kind?: string | undefined
}

/** Where a class is; of what kind it is tells its qdisc. */
export type ClassRef = Pick<ClassSpec, 'dev' | 'ifindex' | 'handle' | 'parent'>

function draftOf(what: string, type: number, spec: ClassRef, attrs: Record<string, unknown>, flags = 0): Draft<never> {
  const context: ErrorContext = { what, spec }
  const handle = handleNumber(context, 'handle', spec.handle)
  const parent = handleNumber(context, 'parent', spec.parent)
  return {
    type,
    flags,
    header: { handle: handle ?? 0, parent: parent ?? 0 },
    attrs,
    ...onLink(context, spec),
    what,
    spec,
  }
}

/** A message that makes or changes a class. */
function change(what: string, spec: ClassSpec, flags: number): Draft<never> {
  const { kind, options, handle } = objectOf(spec, what)
  // drr and qfq would make a class 0, which nobody finds.
  if ((flags & NLM_F_CREATE) !== 0 && (handle === undefined || handle === 0))
    throw badField(what, spec, 'handle', 'is missing: no kind of qdisc chooses one')
  const attrs = attributesOf(spec)
  // Every kind refuses a change without options, which may be empty.
  if (options === undefined && kind !== undefined && classOptionsSub.byName(kind) !== undefined)
    attrs['options'] = { kind }
  return draftOf(what, c.RTM_NEWTCLASS, spec, attrs, flags)
}

/** A message about a class that is there. */
const refDraft = (what: string, type: number, ref: ClassRef): Draft<never> =>
  draftOf(what, type, checkFields(what, ref, members, classAttrs), {})

const CREATE = NLM_F_CREATE | NLM_F_EXCL
const echo = { decode: decodeClass, reply: c.RTM_NEWTCLASS }

/** Requests about classes of classful queueing disciplines. */
export const classRequests = {
  /** Gives a class; rejects with ENOENT when there is none. */
  get(ref: ClassRef): Request<Class> {
    // The kernel answers a get by a notification, of which the asker has a copy by NLM_F_ECHO only.
    return build({ ...refDraft('class get', c.RTM_GETTCLASS, ref), flags: NLM_F_ECHO, ...echo })
  },

  /** Lists classes of a link. */
  dump(filter: ClassFilter): Request<Class> {
    checkFilter('class list', filter, { dev: true, parent: true, kind: text })
    const context: ErrorContext = { what: 'class list', spec: filter }
    const parent = handleNumber(context, 'parent', filter.parent)
    const { kind } = filter
    // Of the parent the kernel looks at the major number, to find the qdisc: there is none of root's.
    const exact = parent !== undefined && (parent & 0xffff) !== 0
    return build<Class>({
      type: c.RTM_GETTCLASS,
      flags: NLM_F_DUMP,
      header: { parent: parent === undefined || parent === c.TC_H_ROOT ? 0 : parent },
      ...onLink(context, filter),
      ...context,
      decode: decodeClass,
      matches: row => (kind === undefined || row.kind === kind) && (!exact || row.parent === parent),
    })
  },

  /** Adds a class, whose `handle` must be given; rejects with EEXIST when there is one of this handle. */
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
  delete: (ref: ClassRef): Request => build(refDraft('class delete', c.RTM_DELTCLASS, ref)),
} as const
