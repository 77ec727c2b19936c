/** What all parts of one simulated network share. */
import type { Redundancy } from '../../src/core/placement/redundancy.ts'
import { pieceBytes, piecesOf } from '../../src/core/placement/redundancy.ts'
import { createDevices, type Devices } from './devices.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import { createPieces, type Pieces } from './pieces.ts'
import { DAY, SLOT } from './population.ts'
import { seededDice } from './random.ts'

/** What one run is about. */
export interface Scenario {
  readonly redundancy: Redundancy
  readonly devices: number
  /** Blocks of 256 KiB. */
  readonly items: number
  readonly days: number
  readonly seed: number
  /** Whether holders repair. */
  readonly repair: boolean
  /** Part of Chromium's devices that lose everything in the middle of the run. */
  readonly evicted: number
  /** Pieces that are placed at the beginning, when other than what the redundancy wants. */
  readonly placed?: number
}

/** Kinds of events; what `a` and `b` of each are stands behind it. */
export const Happening = {
  /** device */
  sessionBegins: 0,
  /** device, turn */
  sessionEnds: 1,
  /** device, turn */
  fallsSilent: 2,
  /** device, turn */
  evicts: 3,
  /** device */
  departs: 4,
  /** item */
  isPlaced: 5,
  /** item, device */
  wakes: 6,
  /** job */
  copied: 7,
  /** item */
  trims: 8,
  /** none */
  familyEvicts: 9,
  /** none */
  measures: 10,
} as const

/** People have habits before the first item is stored. */
export const WARM_UP = 10 * DAY

/** Items are placed in the last days of the warm-up. */
export const PLACING = 3 * DAY

/** Items of which it is looked whether they can be read. */
const MEASURED_ITEMS = 2000

/** One simulated network, its time and what happened in it. */
export interface World {
  readonly scenario: Scenario
  readonly dice: () => number
  readonly queue: EventQueue
  readonly devices: Devices
  readonly pieces: Pieces
  /** Bytes of one piece. */
  readonly pieceBytes: number
  /** Pieces of each item that count as alive. */
  readonly live: Int16Array
  /** Pieces of each item at devices that are online. */
  readonly online: Int16Array
  /** When the number of live pieces last fell. */
  readonly since: Float64Array
  readonly totals: Totals
  now: number
}

/** What is counted from the first day on. */
export interface Totals {
  repairs: number
  failures: number
  readBytes: number
  writtenBytes: number
  /** Repairs that began in each hour. */
  readonly repairsByHour: Int32Array
  /** For each item that is looked at: in how many samples it could be read then, and within the day before. */
  readonly readableNow: Int32Array
  readonly readableInADay: Int32Array
  samples: number
  /** Sum of the parts of devices that were online. */
  onlineShare: number
}

/** Places in an item's row for devices that are silent and may come back. */
const SPARE_PLACES = 12

/** An empty network. */
export const createWorld = (scenario: Scenario): World => {
  const dice = seededDice(scenario.seed)
  const { redundancy, items, days } = scenario
  return {
    scenario,
    dice,
    queue: createEventQueue(WARM_UP + days * DAY),
    devices: createDevices(scenario.devices, 0, dice),
    pieces: createPieces(items, piecesOf(redundancy) + SPARE_PLACES),
    pieceBytes: pieceBytes(redundancy, SLOT),
    live: new Int16Array(items),
    online: new Int16Array(items),
    since: new Float64Array(items),
    totals: {
      repairs: 0,
      failures: 0,
      readBytes: 0,
      writtenBytes: 0,
      repairsByHour: new Int32Array((days + 1) * 24),
      readableNow: new Int32Array(Math.min(MEASURED_ITEMS, items)),
      readableInADay: new Int32Array(Math.min(MEASURED_ITEMS, items)),
      samples: 0,
      onlineShare: 0,
    },
    now: 0,
  }
}
