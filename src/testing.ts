export { type ScriptedExtAck, type ScriptedHandler, ScriptedTransport } from './testing/scripted.js'
export { ScriptedRequest } from './testing/scripted-request.js'
export { type ScriptedMessage, ScriptedSocket } from './testing/scripted-socket.js'
