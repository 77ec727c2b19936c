/** Finds dead carriers by silence, with timers alone: wall clocks jump. */
import { PING_AFTER_MS } from '../../core/wire/wire-limits.ts'
import type { Timers } from './types.ts'

/** Silent intervals, each of which asked, after which a peer is taken for dead. */
const UNANSWERED = 2

export interface Heartbeat {
  /** Something came in. */
  heard(): void
  stop(): void
}

/**
 * A silent interval ends with a question; when two were not answered by anything, the carrier is dead. A node that
 * slept through several intervals still asks first.
 */
export const startHeartbeat = (timers: Timers, ask: () => void, dead: () => void): Heartbeat => {
  let silent = 0
  let timer: unknown
  const tick = (): void => {
    silent += 1
    if (silent > UNANSWERED) {
      dead()
      return
    }
    ask()
    timer = timers.setTimeout(tick, PING_AFTER_MS)
  }
  timer = timers.setTimeout(tick, PING_AFTER_MS)
  return {
    heard: () => {
      silent = 0
    },
    stop: () => timers.clearTimeout(timer),
  }
}
