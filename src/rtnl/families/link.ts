import { RTM_DELLINK, RTM_NEWLINK } from '../../generated/constants.gen.js'
import { decodeLink, linkMessages } from '../../generated/link.decode.gen.js'
import { happenings } from '../happenings.js'
import { linkRequests } from '../link.js'
import { link } from '../verbs/link.js'

export { supports } from '../link-operations.js'

export const messages = linkMessages
export const requests = { link: linkRequests }
export const verbs = { link }
export const events = happenings('link', RTM_NEWLINK, RTM_DELLINK, decodeLink)
export const decoders = { decodeLink }
