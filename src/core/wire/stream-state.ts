/** One stream as the session sees it, and what its messages cost in credit. */
import type { ByteWriter } from '../bytes.ts'
import type { Priority } from './frames.ts'
import type { StreamEnd } from './wire-errors.ts'
import { MESSAGE_OVERHEAD_BYTES, STREAM_WINDOW_BYTES } from './wire-limits.ts'

/** A message on its way out. */
export interface OutMessage {
  readonly bytes: Uint8Array
  /** Told once: whether the whole message went out. */
  readonly accepted: (sent: boolean) => void
  /** Bytes that went out. */
  offset: number
  /** Whether its overhead was paid. */
  begun: boolean
}

export interface StreamState {
  readonly id: number
  readonly kind: string
  readonly priority: Priority
  /** Whether this side opened it. */
  readonly local: boolean
  readonly outbox: OutMessage[]
  /** What this side may still send. */
  credit: number
  /** What the peer may still send. */
  allowance: number
  /** What was handled but not handed back as credit yet. */
  owed: number
  /** Bytes that came of the message that is coming in; undefined between messages. */
  incomingBytes: number | undefined
  /** Those bytes, unless this side ended the stream and wants them no more. */
  incoming: ByteWriter | undefined
  /** How this side ends it, once the outbox is empty. */
  ending: StreamEnd | undefined
  endSent: boolean
  endReceived: boolean
}

export const createStreamState = (id: number, kind: string, priority: Priority, local: boolean): StreamState => ({
  id,
  kind,
  priority,
  local,
  outbox: [],
  credit: STREAM_WINDOW_BYTES,
  allowance: STREAM_WINDOW_BYTES,
  owed: 0,
  incomingBytes: undefined,
  incoming: undefined,
  ending: undefined,
  endSent: false,
  endReceived: false,
})

/** Credit that a message takes. */
export const messageCost = (bytes: number): number => bytes + MESSAGE_OVERHEAD_BYTES

/** Whether the stream has anything that it may send now. */
export const isSendable = (stream: StreamState): boolean => {
  if (stream.endSent) return false
  const [head] = stream.outbox
  if (!head) return stream.ending !== undefined
  return stream.credit >= (head.begun ? 1 : messageCost(Math.min(1, head.bytes.length)))
}

/** Gives up what has not gone out. */
export const dropOutbox = (stream: StreamState): void => {
  for (const message of stream.outbox.splice(0)) message.accepted(false)
}
