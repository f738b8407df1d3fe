/** INFO_DATA of CAN devices. */
import type { CanBittiming, CanBittimingConst, LinkInfo } from '../../../generated/link/types.gen.js'
import { bits, of, table, word } from '../../../ip-json/table.js'
import type { Json, JsonObject } from '../../../ip-json/text.js'

type Can = Extract<LinkInfo, { kind: 'can' }>

const modes = [
  [0x1, 'LOOPBACK'],
  [0x2, 'LISTEN-ONLY'],
  [0x4, 'TRIPLE-SAMPLING'],
  [0x8, 'ONE-SHOT'],
  [0x10, 'BERR-REPORTING'],
  [0x20, 'FD'],
  [0x80, 'FD-NON-ISO'],
  [0x40, 'PRESUME-ACK'],
  [0x100, 'CC-LEN8-DLC'],
  [0x200, 'TDC-AUTO'],
  [0x400, 'TDC-MANUAL'],
] as const

const modeNames = (mask: number): Json => bits(mask, modes, left => [left.toString(16)])

/** What a mask names, where it names anything. */
const someModes = (mask: number): Json | undefined => (mask === 0 ? undefined : modeNames(mask))

const timing = (bt: CanBittiming): JsonObject => ({
  bitrate: bt.bitrate,
  // As text, of five characters at most.
  sample_point: (bt.samplePoint / 1000).toFixed(3).slice(0, 5),
  tq: bt.tq,
  prop_seg: bt.propSeg,
  phase_seg1: bt.phaseSeg1,
  phase_seg2: bt.phaseSeg2,
  sjw: bt.sjw,
  brp: bt.brp,
})

const range = (min: number, max: number): Json => ({ min, max })

const limits = (bt: CanBittimingConst): JsonObject => ({
  name: bt.name,
  tseg1: range(bt.tseg1Min, bt.tseg1Max),
  tseg2: range(bt.tseg2Min, bt.tseg2Max),
  sjw: range(1, bt.sjwMax),
  brp: range(bt.brpMin, bt.brpMax),
  brp_inc: bt.brpInc,
})

/** Transmitter delay compensation, which belongs to the timing of the data phase. */
function tdcNow({ tdc }: Can): JsonObject {
  const { tdcv, tdco, tdcf } = tdc ?? {}
  return tdcv === undefined && tdco === undefined && tdcf === undefined ? {} : { tdc: { tdcv, tdco, tdcf } }
}

const between = (min: number | undefined, max: number | undefined): Json | undefined =>
  min === undefined || max === undefined ? undefined : { min, max }

const tdcLimits = ({ tdc }: Can): JsonObject =>
  tdc === undefined
    ? {}
    : {
        tdc: {
          tdcv: between(tdc.tdcvMin, tdc.tdcvMax),
          tdco: between(tdc.tdcoMin, tdc.tdcoMax),
          tdcf: between(tdc.tdcfMin, tdc.tdcfMax),
        },
      }

const states = {
  'error-active': 'ERROR-ACTIVE',
  'error-warning': 'ERROR-WARNING',
  'error-passive': 'ERROR-PASSIVE',
  'bus-off': 'BUS-OFF',
  stopped: 'STOPPED',
  sleeping: 'SLEEPING',
}

export const can = table<Can>({
  ctrlmode: of('ctrlmode', ({ flags }) => someModes(flags)),
  ctrlmode_supported: ({ ctrlmode, ctrlmodeExt }) =>
    ctrlmode === undefined || ctrlmodeExt?.supported === undefined ? undefined : someModes(ctrlmodeExt.supported),
  ctrlmode_static: ({ ctrlmode, ctrlmodeExt }) =>
    ctrlmode === undefined || ctrlmodeExt?.supported === undefined
      ? undefined
      : someModes(ctrlmode.flags & ~ctrlmodeExt.supported),
  state: word('state', states, () => 'UNKNOWN'),
  berr_counter: of('berrCounter', ({ txerr, rxerr }) => ({ tx: txerr, rx: rxerr })),
  restart_ms: 'restartMs',
  bittiming: ({ bittiming, bitrateConst }) =>
    bittiming === undefined || bitrateConst !== undefined ? undefined : timing(bittiming),
  bittiming_const: ({ bittimingConst, bitrateConst }) =>
    bittimingConst === undefined || bitrateConst !== undefined ? undefined : limits(bittimingConst),
  bittiming_bitrate: ({ bittiming, bitrateConst }) =>
    bitrateConst === undefined ? undefined : (bittiming?.bitrate ?? 0),
  bitrate_const: of('bitrateConst', list => [...list]),
  data_bittiming: info =>
    info.dataBittiming === undefined || info.dataBitrateConst !== undefined
      ? undefined
      : { ...timing(info.dataBittiming), ...tdcNow(info) },
  data_bittiming_const: info =>
    info.dataBittimingConst === undefined || info.dataBitrateConst !== undefined
      ? undefined
      : { ...limits(info.dataBittimingConst), ...tdcLimits(info) },
  data_bittiming_bitrate: ({ dataBittiming, dataBitrateConst }) =>
    dataBitrateConst === undefined ? undefined : (dataBittiming?.bitrate ?? 0),
  data_bitrate_const: of('dataBitrateConst', list => [...list]),
  termination: ({ termination, terminationConst }) => (terminationConst === undefined ? undefined : termination),
  termination_const: ({ termination, terminationConst }) =>
    termination === undefined || terminationConst === undefined ? undefined : [...terminationConst],
  clock: of('clock', ({ freq }) => freq),
})
