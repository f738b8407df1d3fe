// No family, but loaded like one: what few links have.
export * from '../../generated/link-rare/decode.gen.js'
export * from '../../generated/link-rare/tables.gen.js'
