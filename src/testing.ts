export { arbitraryMessage, familyNames, messageTypes } from './testing/arbitraries.js'
export { arbitraryDatagram, type DatagramOptions } from './testing/arbitrary-datagram.js'
export { arbitraryMutation } from './testing/arbitrary-mutation.js'
export { arbitraryPayload, arbitraryRepetition } from './testing/arbitrary-payload.js'
export { checkScenario } from './testing/check-scenario.js'
export { commented, corpusBytes, corpusText, uncommented } from './testing/corpus.js'
export { type FuzzOptions, fuzzOne, type OwnDecoder } from './testing/fuzz-one.js'
export { oracleMessage } from './testing/oracle.js'
export {
  arbitraryScenario,
  type MonitorScenario,
  type RequestScenario,
  type Scenario,
  type ScenarioAnswer,
  type ScenarioStep,
} from './testing/scenario.js'
export { type ScriptedHandler, ScriptedTransport } from './testing/scripted.js'
export { type ScriptedExtAck, ScriptedRequest } from './testing/scripted-request.js'
export { type ScriptedMessage, ScriptedSocket } from './testing/scripted-socket.js'
