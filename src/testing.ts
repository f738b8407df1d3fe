export { arbitraryDatagram, type DatagramOptions } from './testing/arbitrary/datagram.js'
export { arbitraryMessage, familyNames, messageTypes } from './testing/arbitrary/message.js'
export { arbitraryMutation } from './testing/arbitrary/mutation.js'
export { arbitraryPayload, arbitraryRepetition } from './testing/arbitrary/payload.js'
export { commented, corpusBytes, corpusText, uncommented } from './testing/fuzz/corpus.js'
export { type ByteDecoder as OwnDecoder, type FuzzOptions, fuzzOne } from './testing/fuzz/fuzz-one.js'
export { oracleMessage } from './testing/fuzz/oracle.js'
export { checkScenario } from './testing/scenario/check-scenario.js'
export {
  arbitraryScenario,
  type MonitorScenario,
  type RequestScenario,
  type Scenario,
  type ScenarioAnswer,
  type ScenarioStep,
} from './testing/scenario/scenario.js'
export { type ScriptedHandler, ScriptedTransport } from './testing/scripted/scripted.js'
export { type ScriptedExtAck, ScriptedRequest } from './testing/scripted/scripted-request.js'
export { type ScriptedMessage, ScriptedSocket } from './testing/scripted/scripted-socket.js'
