/** What one caller or one device may cause: requests and bytes over time. */

import { createTokenBucket, type Stopwatch } from '../socket/token-bucket.ts'

/** Rates and how far they may be exceeded for a moment. */
export interface Allowance {
  readonly perSecond: number
  readonly burst: number
  readonly bytesPerSecond: number
  readonly bytesBurst: number
}

/** One allowance over time. */
export interface Budget {
  /** Takes one request. @returns 0, or the milliseconds after which to try again when there is none to take */
  enter(): number
  /** Bytes that were moved; what goes over is owed, and nobody enters before it is paid off. */
  spend(bytes: number): void
}

/** Nothing used yet. */
export const createBudget = (allowance: Allowance, stopwatch: Stopwatch): Budget => {
  const requests = createTokenBucket(allowance.perSecond, allowance.burst, stopwatch)
  const bytes = createTokenBucket(allowance.bytesPerSecond, allowance.bytesBurst, stopwatch)
  return {
    enter() {
      const debt = bytes.take(0)
      if (debt > 0) return debt
      const wait = requests.take(1)
      // Whoever is turned away has used nothing, so that asking too often does not make the wait longer.
      if (wait > 0) requests.take(-1)
      return wait
    },
    spend: (moved) => void bytes.take(moved),
  }
}
