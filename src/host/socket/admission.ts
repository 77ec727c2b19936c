/** Who may connect: counts connections, in all and by address, and those that have yet to log in. */

import {
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_WAITING_CONNECTIONS,
  MAX_WAITING_PER_ADDRESS,
  WAITING_GRACE,
} from '../limits.ts'
import type { Stopwatch } from './token-bucket.ts'

/** A connection's place among all. */
export interface Place {
  /** It has logged in. */
  settle(): void
  /** It is gone. */
  leave(): void
}

/** See the module's doc. An address that is undefined (this machine) has no share of its own to keep to. */
export interface Admission {
  isFull(address: string | undefined): boolean
  /**
   * Takes a place. Asked only when not full.
   * @param evict called when the connection has waited too long and another needs its place
   */
  enter(address: string | undefined, evict: () => void): Place
  /** Connections that have a place. */
  size(): number
}

interface Waiting {
  readonly since: number
  readonly evict: () => void
}

/** Connections of one address. */
interface Share {
  all: number
  waiting: number
}

/** All places free. */
export const createAdmission = (stopwatch: Stopwatch): Admission => {
  const shares = new Map<string, Share>()
  /** Oldest first. */
  const waiting = new Set<Waiting>()
  let all = 0

  const change = (address: string | undefined, by: Share): void => {
    all += by.all
    if (address === undefined) return
    const share = shares.get(address) ?? { all: 0, waiting: 0 }
    share.all += by.all
    share.waiting += by.waiting
    if (share.all > 0) shares.set(address, share)
    else shares.delete(address)
  }
  const isShareUsed = (address: string | undefined): boolean => {
    const share = address === undefined ? undefined : shares.get(address)
    return share !== undefined && (share.all >= MAX_CONNECTIONS_PER_ADDRESS || share.waiting >= MAX_WAITING_PER_ADDRESS)
  }
  /** One that may have to make room, when that is needed. */
  const overdue = (): Waiting | undefined => {
    const [oldest] = waiting
    return oldest && stopwatch() - oldest.since >= WAITING_GRACE ? oldest : undefined
  }
  return {
    isFull: (address) =>
      all >= MAX_CONNECTIONS ||
      isShareUsed(address) ||
      (waiting.size >= MAX_WAITING_CONNECTIONS && overdue() === undefined),
    enter(address, evict) {
      if (waiting.size >= MAX_WAITING_CONNECTIONS) overdue()?.evict()
      const own: Waiting = { since: stopwatch(), evict }
      waiting.add(own)
      change(address, { all: 1, waiting: 1 })
      return createPlace(
        () => waiting.delete(own),
        (by) => change(address, by),
      )
    },
    size: () => all,
  }
}

/** @param stopWaiting @returns false when it waits no longer */
const createPlace = (stopWaiting: () => boolean, change: (by: Share) => void): Place => {
  let isHere = true
  const settle = (): void => {
    if (stopWaiting()) change({ all: 0, waiting: -1 })
  }
  return {
    settle,
    leave() {
      if (!isHere) return
      isHere = false
      settle()
      change({ all: -1, waiting: 0 })
    },
  }
}
