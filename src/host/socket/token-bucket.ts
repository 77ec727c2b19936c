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
  /** Takes tokens only if they are there. @returns whether they were */
  spend(tokens: number): boolean
}

/** A full bucket. */
export const createTokenBucket = (perSecond: number, burst: number, stopwatch: Stopwatch): TokenBucket => {
  let tokens = burst
  let last = stopwatch()
  const fill = (): void => {
    const now = stopwatch()
    tokens = Math.min(burst, tokens + ((now - last) * perSecond) / 1000)
    last = now
  }
  return {
    take(taken) {
      fill()
      tokens -= taken
      return tokens >= 0 ? 0 : (-tokens * 1000) / perSecond
    },
    spend(taken) {
      fill()
      if (tokens < taken) return false
      tokens -= taken
      return true
    },
  }
}
