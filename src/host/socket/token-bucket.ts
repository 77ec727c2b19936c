/** Limits of rate: a bucket fills at a steady pace up to a burst, and what is taken from it may not go under nothing. */

/** Milliseconds that never go back; `performance.now()` on a host. */
export type Stopwatch = () => number

/** One allowance over time. */
export interface TokenBucket {
  /**
   * Takes tokens whether they are there or not.
   * @returns milliseconds until the debt is paid off; 0 when there is none
   */
  take(tokens: number): number
}

/** A full bucket. */
export const createTokenBucket = (perSecond: number, burst: number, stopwatch: Stopwatch): TokenBucket => {
  let tokens = burst
  let last = stopwatch()
  return {
    take(taken) {
      const now = stopwatch()
      tokens = Math.min(burst, tokens + ((now - last) * perSecond) / 1000) - taken
      last = now
      return tokens >= 0 ? 0 : (-tokens * 1000) / perSecond
    },
  }
}
