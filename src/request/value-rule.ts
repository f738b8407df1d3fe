/** What the value of an option or of a filter must be, and how that is said. By itself: options have types of Node, which the codec has not. */
export interface Rule {
  readonly holds: (value: unknown) => boolean
  readonly text: string
}
