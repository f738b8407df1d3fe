import { dcbMessages } from '../../generated/dcb.decode.gen.js'

export const messages = dcbMessages
export const requests = {}
export const verbs = {}
export const events = []
export const decoders = {}
