// No family, but loaded like one: few programs that decode messages print them as `ip` does.
export { ipJson } from '../ip-json-commands.js'
