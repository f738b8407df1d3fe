import { l3Messages } from '../../generated/l3.decode.gen.js'

export const messages = l3Messages
export const requests = {}
export const verbs = {}
export const events = []
export const decoders = {}
