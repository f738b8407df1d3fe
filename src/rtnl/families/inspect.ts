// No family, but loaded like one: few programs look into messages.
export { decodeCapture } from '../capture.js'
export { hexdump } from '../hexdump.js'
