import { statsMessages } from '../../generated/stats.decode.gen.js'

export const messages = statsMessages
export const requests = {}
export const verbs = {}
export const events = []
export const decoders = {}
