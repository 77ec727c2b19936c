/**
 * The streams of one session: opening, messages in pieces, credit, ends. Each side opens ids of its own parity,
 * counting up; each side ends a stream once, and a stream is forgotten when both ends are exchanged. What arrives out
 * of these rules is a violation that ends the session. docs/protocol/50-wire.md, rules W30 to W39.
 */
import { createWriter } from '../bytes.ts'
import { err, ok, type Result } from '../result.ts'
import type { Frame, FrameWriter, Priority } from './frames.ts'
import { createStreamSender, type StreamSender } from './stream-sender.ts'
import { createStreamState, dropOutbox, messageCost, type StreamState } from './stream-state.ts'
import type { StreamEnd } from './wire-errors.ts'
import {
  CREDIT_STEP_BYTES,
  MAX_STREAM_MESSAGE_BYTES,
  MAX_STREAMS_PER_SIDE,
  STREAM_WINDOW_BYTES,
} from './wire-limits.ts'

/** What the peer's frames mean for this side. */
export type StreamEvent =
  | { readonly type: 'opened'; readonly stream: number; readonly kind: string; readonly priority: Priority }
  | { readonly type: 'message'; readonly stream: number; readonly message: Uint8Array }
  | { readonly type: 'ended'; readonly stream: number; readonly end: StreamEnd }

/** Which rule the peer broke. */
export type Violation = string

export interface StreamTable {
  /** @returns undefined when as many are open as one side may have */
  open(kind: string, priority: Priority): number | undefined
  /** `accepted` is told once whether the whole message went out. */
  send(id: number, bytes: Uint8Array, accepted: (sent: boolean) => void): void
  /** A message of so many bytes was handled: the peer gets its credit back. */
  handled(id: number, bytes: number): void
  /** Ends this side: `done` after what is queued, anything else at once. */
  end(id: number, end: StreamEnd): void
  receive(frame: Frame): Result<StreamEvent | undefined, Violation>
  fill(writer: FrameWriter, classes: readonly Priority[]): void
  /** Fails everything that is queued; the table must not be used after it. */
  drop(): void
}

interface Table {
  readonly streams: Map<number, StreamState>
  readonly sender: StreamSender
  /** Ids of this side are 2n + parity. */
  readonly parity: 0 | 1
  nextId: number
  lastPeerId: number
}

const countOpen = (table: Table, local: boolean): number => {
  let count = 0
  for (const stream of table.streams.values()) if (stream.local === local) count += 1
  return count
}

const forgetWhenOver = (table: Table, stream: StreamState): void => {
  if (!stream.endSent || !stream.endReceived) return
  table.streams.delete(stream.id)
  table.sender.forget(stream)
}

const openLocal = (table: Table, kind: string, priority: Priority): number | undefined => {
  if (countOpen(table, true) >= MAX_STREAMS_PER_SIDE) return undefined
  const id = table.nextId
  table.nextId += 2
  table.streams.set(id, createStreamState(id, kind, priority, true))
  table.sender.control({ type: 'open', stream: id, kind, priority })
  return id
}

const endLocal = (table: Table, id: number, end: StreamEnd): void => {
  const stream = table.streams.get(id)
  if (!stream || stream.ending !== undefined) return
  stream.ending = end
  stream.incoming = undefined
  if (end !== 'done') dropOutbox(stream)
  table.sender.wake(stream)
}

const returnCredit = (table: Table, id: number, bytes: number): void => {
  const stream = table.streams.get(id)
  if (!stream || stream.ending !== undefined || stream.endReceived) return
  stream.owed += messageCost(bytes)
  if (stream.owed < CREDIT_STEP_BYTES) return
  stream.allowance += stream.owed
  table.sender.control({ type: 'credit', stream: id, amount: stream.owed })
  stream.owed = 0
}

const receiveOpen = (table: Table, frame: Frame & { type: 'open' }): Result<StreamEvent, Violation> => {
  const { stream: id, kind, priority } = frame
  if (id % 2 === table.parity || id <= table.lastPeerId) return err(`stream id ${id} is not the peer's next`)
  if (countOpen(table, false) >= MAX_STREAMS_PER_SIDE) return err('too many streams')
  table.lastPeerId = id
  table.streams.set(id, createStreamState(id, kind, priority, false))
  return ok({ type: 'opened', stream: id, kind, priority })
}

/** Puts pieces together; a message in one piece is copied out of its packet, which would be kept alive otherwise. */
const assemble = (stream: StreamState, data: Uint8Array, isLast: boolean): Uint8Array | undefined => {
  if (isLast && !stream.incoming) return data.slice()
  stream.incoming ??= createWriter(data.length * 2)
  stream.incoming.bytes(data)
  if (!isLast) return undefined
  const message = stream.incoming.finish()
  stream.incoming = undefined
  return message
}

const receivePart = (
  stream: StreamState,
  frame: Frame & { type: 'part' | 'last' },
): Result<StreamEvent | undefined, Violation> => {
  const { data, type } = frame
  const total = (stream.incomingBytes ?? 0) + data.length
  if (total > MAX_STREAM_MESSAGE_BYTES) return err('message too long')
  // An ended stream keeps counting: a peer that has not heard of the end yet is bound by its credit all the same.
  stream.allowance -= stream.incomingBytes === undefined ? messageCost(data.length) : data.length
  if (stream.allowance < 0) return err('more than its credit')
  stream.incomingBytes = type === 'last' ? undefined : total
  if (stream.ending !== undefined) return ok(undefined)
  const message = assemble(stream, data, type === 'last')
  return ok(message && { type: 'message', stream: stream.id, message })
}

const receiveCredit = (table: Table, stream: StreamState, amount: number): Result<undefined, Violation> => {
  stream.credit += amount
  if (stream.credit > STREAM_WINDOW_BYTES) return err('more credit than was spent')
  table.sender.wake(stream)
  return ok(undefined)
}

const receiveEnd = (table: Table, stream: StreamState, end: StreamEnd): StreamEvent | undefined => {
  stream.endReceived = true
  stream.incoming = undefined
  dropOutbox(stream)
  const wasOurs = stream.ending !== undefined
  stream.ending ??= end
  table.sender.wake(stream)
  forgetWhenOver(table, stream)
  return wasOurs ? undefined : { type: 'ended', stream: stream.id, end }
}

const receive = (table: Table, frame: Frame): Result<StreamEvent | undefined, Violation> => {
  if (frame.type === 'open') return receiveOpen(table, frame)
  const stream = table.streams.get(frame.stream)
  if (!stream || stream.endReceived) return err(`no stream ${frame.stream}`)
  if (frame.type === 'credit') return receiveCredit(table, stream, frame.amount)
  if (frame.type === 'end') return ok(receiveEnd(table, stream, frame.end))
  return receivePart(stream, frame)
}

/** @param parity 0 on the side with the smaller device key */
export const createStreamTable = (parity: 0 | 1): StreamTable => {
  const streams = new Map<number, StreamState>()
  const sender = createStreamSender((stream) => forgetWhenOver(table, stream))
  const table: Table = { streams, sender, parity, nextId: 2 + parity, lastPeerId: 0 }
  return {
    open: (kind, priority) => openLocal(table, kind, priority),
    send(id, bytes, accepted) {
      const stream = streams.get(id)
      if (!stream || stream.ending !== undefined) return accepted(false)
      stream.outbox.push({ bytes, accepted, offset: 0, begun: false })
      sender.wake(stream)
    },
    handled: (id, bytes) => returnCredit(table, id, bytes),
    end: (id, end) => endLocal(table, id, end),
    receive: (frame) => receive(table, frame),
    fill: (writer, classes) => sender.fill(writer, classes),
    drop: () => {
      for (const stream of streams.values()) dropOutbox(stream)
      streams.clear()
    },
  }
}
