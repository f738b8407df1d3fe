import { neighMessages } from '../../generated/neigh/decode.gen.js'
import { fdbObject } from '../../objects/bridge/fdb/object.js'
import { neighObject } from '../../objects/neigh/object.js'
import { neighTableObject } from '../../objects/neigh-table/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(neighMessages, {
  neigh: neighObject,
  neighTable: neighTableObject,
  fdb: fdbObject,
})
