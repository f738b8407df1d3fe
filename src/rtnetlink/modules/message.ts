// No family, but loaded like one: what decodes and encodes by tables is loaded with the first family too.
export { decodeMessage, encodeMessage } from '../../request/message.js'
