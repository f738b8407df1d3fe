/** Compiles only when `T` is `true`. */
export type Expect<T extends true> = T

/** Tells whether two types are the same, optional members and `any` included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
