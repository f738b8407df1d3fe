// No family, but loaded like one: kinds that few qdiscs, classes, filters and actions are of.
export * from '../../generated/tc-rare/decode.gen.js'
export * from '../../generated/tc-rare/tables.gen.js'
