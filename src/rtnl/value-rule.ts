/** What the value of an option or of a filter must be, and how that is said. */
export interface Rule {
  readonly holds: (value: unknown) => boolean
  readonly text: string
}
