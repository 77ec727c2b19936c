/** How long to wait before the next attempt: doubling, with jitter, so that a host that restarts is not overrun. */

import type { Random } from '../../core/ports.ts'

/** The first wait and the longest, milliseconds. */
export const MIN_WAIT = 500
export const MAX_WAIT = 15_000

/** The wait after a host has said no, milliseconds. */
export const REFUSED_WAIT = 60_000

/** Counts failures in a row. */
export interface BackOff {
  /** Milliseconds until the next attempt: between half and all of what the failures so far ask for. */
  next(): number
  reset(): void
}

/** No failures yet. `min` is the first wait and `max` the longest, milliseconds. */
export const createBackOff = (random: Random, { min, max } = { min: MIN_WAIT, max: MAX_WAIT }): BackOff => {
  let failures = 0
  return {
    next() {
      const whole = Math.min(max, min * 2 ** failures)
      failures += 1
      return Math.round(withJitter(whole, random))
    },
    reset() {
      failures = 0
    },
  }
}

/** Somewhere between half of a time and all of it. */
export const withJitter = (milliseconds: number, random: Random): number => {
  const [byte] = random.bytes(1)
  return milliseconds * (0.5 + byte! / 510)
}
