import { openSync } from 'rtnetlink'

/** Asks the kernel once, in a process that may be given up; says in one line what it was refused. */
export function probe(): number {
  try {
    using rt = openSync()
    rt.link.list()
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}
