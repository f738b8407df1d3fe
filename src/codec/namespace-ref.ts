export type { NamespaceRef } from '../wire/namespace-ref.js'
