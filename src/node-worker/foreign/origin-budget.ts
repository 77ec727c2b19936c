/** How much is asked of one server that others named, so that nobody's word makes many nodes a flood. Rule FS10. */
import type { Clock } from '../../core/ports.ts'

/** Requests to one origin at once, and that come back a second. */
export const ORIGIN_BURST = 128
export const ORIGIN_PER_SECOND = 2
/** What a request that brought nothing costs in all. */
export const FAILURE_COST = 8
/** Origins that are remembered; more are not asked until the first are full again. */
export const MAX_ORIGINS = 64

/** See the module's doc. */
export interface OriginBudget {
  /** Whether one request may be sent now; it is then paid for. */
  take(origin: string): boolean
  /** It brought nothing, or what it should not. */
  failed(origin: string): void
}

interface Purse {
  left: number
  at: number
}

/** Full for everyone. */
export const createOriginBudget = (clock: Clock): OriginBudget => {
  const purses = new Map<string, Purse>()

  const refill = (purse: Purse): Purse => {
    const now = clock.now()
    const seconds = Math.max(0, now - purse.at) / 1000
    purse.left = Math.min(ORIGIN_BURST, purse.left + seconds * ORIGIN_PER_SECOND)
    purse.at = now
    return purse
  }
  const purseOf = (origin: string): Purse | undefined => {
    const held = purses.get(origin)
    if (held) return refill(held)
    for (const [name, purse] of purses) if (refill(purse).left >= ORIGIN_BURST) purses.delete(name)
    if (purses.size >= MAX_ORIGINS) return undefined
    const purse = { left: ORIGIN_BURST, at: clock.now() }
    purses.set(origin, purse)
    return purse
  }
  return {
    take(origin) {
      const purse = purseOf(origin)
      if (!purse || purse.left < 1) return false
      purse.left -= 1
      return true
    },
    failed(origin) {
      const purse = purses.get(origin)
      if (purse) purse.left -= FAILURE_COST - 1
    },
  }
}
