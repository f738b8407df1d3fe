import { bridgeMessages } from '../../generated/bridge.decode.gen.js'

export const messages = bridgeMessages
export const requests = {}
export const verbs = {}
export const events = []
export const decoders = {}
