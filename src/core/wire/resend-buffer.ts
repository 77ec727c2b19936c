/**
 * The data packets that the peer has not acknowledged, in order. On a new carrier the cursor goes back to the first
 * that the peer lacks; what is handed out a second time is counted.
 */
import { MAX_UNACKED_BYTES, TARGET_CARRIER_MESSAGE_BYTES } from './wire-limits.ts'

/** What keeping a packet costs beyond its bytes, so that many small ones cannot outgrow the limit. */
const PACKET_OVERHEAD_BYTES = 64

interface Kept {
  readonly packet: Uint8Array
  sent: boolean
}

export interface ResendBuffer {
  /** Whether one more packet may be made, however large. */
  hasRoom(): boolean
  /** Number of the next packet to be made. */
  nextSeq(): number
  /** Packets acknowledged: all before this number. */
  acked(): number
  /** Keeps a new packet; it becomes the last to be handed out. */
  add(packet: Uint8Array): void
  /** The next packet that this carrier has not had, and whether an earlier one had it. */
  next(): { readonly packet: Uint8Array; readonly seq: number; readonly again: boolean } | undefined
  /** @returns false when the peer acknowledges what this carrier was never given */
  acknowledge(seq: number): boolean
  /** Begins a new carrier. @returns false when the peer's position cannot be */
  rewind(received: number): boolean
}

export const createResendBuffer = (): ResendBuffer => {
  let kept: Kept[] = []
  let first = 0
  let cursor = 0
  let bytes = 0
  const dropBefore = (seq: number): void => {
    const dropped = kept.slice(0, seq - first)
    bytes -= dropped.reduce((sum, { packet }) => sum + packet.length + PACKET_OVERHEAD_BYTES, 0)
    kept = kept.slice(seq - first)
    first = seq
  }
  return {
    hasRoom: () => bytes + TARGET_CARRIER_MESSAGE_BYTES + PACKET_OVERHEAD_BYTES <= MAX_UNACKED_BYTES,
    nextSeq: () => first + kept.length,
    acked: () => first,
    add(packet) {
      kept.push({ packet, sent: false })
      bytes += packet.length + PACKET_OVERHEAD_BYTES
    },
    next() {
      const entry = kept[cursor]
      if (!entry) return undefined
      const again = entry.sent
      entry.sent = true
      cursor += 1
      return { packet: entry.packet, seq: first + cursor - 1, again }
    },
    acknowledge(seq) {
      if (seq > first + cursor) return false
      if (seq <= first) return true
      cursor -= seq - first
      dropBefore(seq)
      return true
    },
    rewind(received) {
      if (received < first || received > first + kept.length) return false
      dropBefore(received)
      cursor = 0
      return true
    },
  }
}
