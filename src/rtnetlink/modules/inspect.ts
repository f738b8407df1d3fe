// No family, but loaded like one: few programs look into messages.
export { decodeCapture } from '../../inspect/capture.js'
export { hexdump } from '../../inspect/hexdump.js'
