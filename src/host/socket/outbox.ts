/**
 * The sending half of one connection: counts what waits, and gives up on a reader that has stopped. Nobody who sends to
 * it is held up meanwhile: what may wait is bounded where it comes from (relay/circuits.ts, index/hub.ts).
 */

import type { WebSocket } from 'ws'
import { CONGESTED_BYTES, CONGESTION_TIMEOUT, MAX_UNSENT_BYTES, MIN_TAKEN_BYTES } from '../limits.ts'

/** Where frames for one connection go. */
export interface Outbox {
  forward(frame: Uint8Array): void
  /** True while more than CONGESTED_BYTES wait. */
  congested(): boolean
  /** The connection is over. */
  close(): void
}

/** @param giveUp called when the reader has stopped, or is too far behind */
export const createOutbox = (socket: WebSocket, giveUp: (why: string) => void): Outbox => {
  let handed = 0
  let watch: NodeJS.Timeout | undefined

  const congested = (): boolean => socket.readyState === socket.OPEN && socket.bufferedAmount > CONGESTED_BYTES
  const taken = (): number => handed - socket.bufferedAmount
  /** Looks again after a time: a slow reader is left in peace, one that takes next to nothing is not. */
  const watchReader = (): void => {
    const before = taken()
    watch = setTimeout(() => {
      watch = undefined
      if (!congested()) return
      if (taken() - before < MIN_TAKEN_BYTES) giveUp('reads too slowly')
      else watchReader()
    }, CONGESTION_TIMEOUT)
  }
  return {
    congested,
    forward(frame) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) return giveUp('too much waits to be read')
      handed += frame.length
      socket.send(frame)
      if (!watch && congested()) watchReader()
    },
    close: () => clearTimeout(watch),
  }
}
