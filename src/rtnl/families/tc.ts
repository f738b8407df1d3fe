import { tcMessages } from '../../generated/tc.decode.gen.js'

export const messages = tcMessages
export const requests = {}
export const verbs = {}
export const events = []
export const decoders = {}
