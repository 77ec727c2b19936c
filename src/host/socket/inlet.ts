/** The receiving half of one connection: reading stops while any reason to wait is left. */

import type { WebSocket } from 'ws'
import { BYTES_BURST, BYTES_PER_SECOND, FRAME_COST } from '../limits.ts'
import { createTokenBucket, type Stopwatch } from './token-bucket.ts'

/** Slows a sender down without ending it. */
export interface Inlet {
  /** Counts a received frame; over the allowed rate reading waits until the debt is paid. */
  count(bytes: number): void
  /** Stops reading; call what it returns to go on. */
  hold(): () => void
  /** True while reading waits. */
  held(): boolean
}

/** @param stopwatch milliseconds */
export const createInlet = (socket: WebSocket, stopwatch: Stopwatch): Inlet => {
  const bucket = createTokenBucket(BYTES_PER_SECOND, BYTES_BURST, stopwatch)
  let holds = 0
  const hold = (): (() => void) => {
    if (holds++ === 0) socket.pause()
    let held = true
    return () => {
      if (!held) return
      held = false
      if (--holds === 0) socket.resume()
    }
  }
  return {
    hold,
    held: () => holds > 0,
    count(bytes) {
      const debt = bucket.take(bytes + FRAME_COST)
      if (debt > 0) setTimeout(hold(), debt)
    },
  }
}
