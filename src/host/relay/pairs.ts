/**
 * What one device may ask of another, per pair: whoever opens circuits or signals too fast is refused, so that the other
 * side has to answer only so much. Answers cost their sender nothing: they were forced on it.
 */

import { type MapKey, mapKey, type Peer } from '../index/peer.ts'
import {
  MAX_PAIRS,
  PAIR_OPENS_BURST,
  PAIR_OPENS_PER_SECOND,
  PAIR_SIGNALS_BURST,
  PAIR_SIGNALS_PER_SECOND,
  SIGNAL_REPLIES,
} from '../limits.ts'
import { createTokenBucket, type Stopwatch, type TokenBucket } from '../socket/token-bucket.ts'

/** The rates of all pairs of devices. They outlast connections: connecting anew gives nobody a fresh allowance. */
export interface Pairs {
  /** @returns false when `from` has opened too many circuits to `to` of late */
  mayOpen(from: Peer, to: Peer): boolean
  /** @returns false when `from` has signalled `to` too often of late */
  maySignal(from: Peer, to: Peer): boolean
  /** A signal that was paid for went from `from` to `to`, which may answer it for nothing. */
  signalled(from: Peer, to: Peer): void
  /** Uses up one free answer from `from` to the device `to`. @returns false when there is none */
  takeReply(from: Peer, to: Uint8Array): boolean
}

/** One direction of a pair. */
interface Lane {
  readonly opens: TokenBucket
  readonly signals: TokenBucket
  /** Signals that may go this way for nothing. */
  replies: number
}

/** No pair has met yet. */
export const createPairs = (stopwatch: Stopwatch): Pairs => {
  const lanes = new Map<string, Lane>()

  /** The lane moves to the end: the one that was quiet longest is the first to be forgotten. */
  const laneOf = (from: Peer, to: Peer): Lane => {
    const name = laneName(from, to.device)
    const lane = lanes.get(name) ?? createLane(stopwatch)
    lanes.delete(name)
    lanes.set(name, lane)
    const [oldest] = lanes.keys()
    if (lanes.size > MAX_PAIRS && oldest !== undefined) lanes.delete(oldest)
    return lane
  }
  return {
    mayOpen: (from, to) => laneOf(from, to).opens.spend(1),
    maySignal: (from, to) => laneOf(from, to).signals.spend(1),
    signalled(from, to) {
      laneOf(to, from).replies = SIGNAL_REPLIES
    },
    takeReply(from, to) {
      const lane = lanes.get(laneName(from, to))
      if (!lane || lane.replies === 0) return false
      lane.replies -= 1
      return true
    },
  }
}

const createLane = (stopwatch: Stopwatch): Lane => ({
  opens: createTokenBucket(PAIR_OPENS_PER_SECOND, PAIR_OPENS_BURST, stopwatch),
  signals: createTokenBucket(PAIR_SIGNALS_PER_SECOND, PAIR_SIGNALS_BURST, stopwatch),
  replies: 0,
})

/** Networks never mix, so a lane belongs to one. */
const laneName = (from: Peer, to: Uint8Array): MapKey => mapKey(from.network) + mapKey(from.device) + mapKey(to)
