import { sizeTicks } from '../../../codec/text/ticks.js'

/** How long frames are on the wire: what is added to each, what each takes at least, its link layer (TC_LINKLAYER_), the longest. */
export interface Framing {
  readonly overhead: number
  readonly mpu: number
  readonly linklayer: number
  readonly mtu: number
}

const ATM = 2
/** TC_LINKLAYER_ by name. */
const layers: Readonly<Record<string, number>> = { unaware: 0, ethernet: 1, atm: ATM }
/** Frames up to here have a time of their own when nothing is said of the longest. */
const DEFAULT_MTU = 2047

/** The number of a link layer; `undefined` for a name that is none. */
export function linkLayer(layer: string | number): number | undefined {
  return typeof layer === 'number' ? layer : layers[layer]
}

/** What a frame takes on the wire: ATM carries 48 bytes in each cell of 53. */
function wireSize(size: number, mpu: number, layer: number): number {
  const atLeast = Math.max(size, mpu)
  return layer === ATM ? Math.ceil(atLeast / 48) * 53 : atLeast
}

/**
 * Makes a table of times (TCA_TBF_RTAB, TCA_HTB_RTAB, TCA_POLICE_RATE): ticks that frames of each size take, 256 of them, each for
 * 2^cellLog sizes.
 */
export function rateTable(
  rate: number,
  framing: Pick<Framing, 'mpu' | 'linklayer' | 'mtu'>,
): { cellLog: number; table: number[] } {
  const { mpu, linklayer } = framing
  const mtu = framing.mtu || DEFAULT_MTU
  let cellLog = 0
  while (mtu / 2 ** cellLog >= 256) cellLog++
  const cell = 2 ** cellLog
  const table: number[] = []
  for (let size = cell; table.length < 256; size += cell) table.push(sizeTicks(wireSize(size, mpu, linklayer), rate))
  return { cellLog, table }
}

/** What TCA_STAB_BASE says of a table of sizes. */
export interface SizeTable extends Framing {
  readonly cellLog: number
  readonly sizeLog: number
  readonly cellAlign: number
  readonly tsize: number
}

/**
 * Lays out a table of sizes (TCA_STAB): what frames of each size take on the wire, `tsize` of them. There is none where only an
 * overhead is said: the kernel adds that itself.
 */
export function sizeTable(framing: Framing, maxSize: number): SizeTable {
  const { linklayer, mpu } = framing
  if (linklayer < ATM && mpu === 0) return { ...framing, cellLog: 0, sizeLog: 0, cellAlign: 0, mtu: 0, tsize: 0 }
  const mtu = framing.mtu || DEFAULT_MTU
  const tsize = maxSize || 512
  let cellLog = 0
  while (mtu / 2 ** cellLog >= tsize) cellLog++
  let sizeLog = 0
  const longest = wireSize(tsize * 2 ** cellLog, mpu, linklayer)
  while (longest / 2 ** sizeLog >= 65_536) sizeLog++
  return { ...framing, cellLog, sizeLog, cellAlign: -1, mtu, tsize }
}

/** Makes the sizes of a table (TCA_STAB_DATA), which the kernel wants and never gives back. */
export function sizesOf(table: Omit<SizeTable, 'cellAlign' | 'overhead' | 'mtu'>): number[] {
  const { tsize, cellLog, sizeLog, mpu, linklayer } = table
  return Array.from({ length: tsize }, (_, index) =>
    Math.floor(wireSize((index + 1) * 2 ** cellLog, mpu, linklayer) / 2 ** sizeLog),
  )
}
