/**
 * The sending half of one connection: counts what waits, tells when it has drained, and gives up on a reader that has
 * stopped. Back-pressure is `pause` on those who send to it (relay/circuits.ts).
 */

import type { WebSocket } from 'ws'
import { CONGESTED_BYTES, CONGESTION_TIMEOUT, DRAINED_BYTES, MAX_UNSENT_BYTES } from '../limits.ts'

/** Where frames for one connection go. */
export interface Outbox {
  forward(frame: Uint8Array): void
  congested(): boolean
  /** Calls back when little waits, or nothing will be sent any more. */
  whenDrained(resume: () => void): void
  /** The connection is over: those who wait go on. */
  close(): void
}

/** @param giveUp called once when the reader has stopped */
export const createOutbox = (socket: WebSocket, giveUp: (why: string) => void): Outbox => {
  const waiting: (() => void)[] = []
  let deadline: NodeJS.Timeout | undefined

  const release = (): void => {
    clearTimeout(deadline)
    deadline = undefined
    for (const resume of waiting.splice(0)) resume()
  }
  const sent = (): void => {
    if (waiting.length > 0 && socket.bufferedAmount <= DRAINED_BYTES) release()
  }
  return {
    forward(frame) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) return giveUp('too much waits to be read')
      socket.send(frame, sent)
    },
    congested: () => socket.readyState === socket.OPEN && socket.bufferedAmount > CONGESTED_BYTES,
    whenDrained(resume) {
      waiting.push(resume)
      deadline ??= setTimeout(() => giveUp('reads too slowly'), CONGESTION_TIMEOUT)
    },
    close: release,
  }
}
