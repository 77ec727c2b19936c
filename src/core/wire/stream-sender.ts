/**
 * Which stream's bytes go into the next packet: control frames first, interactive streams before bulk, streams of one
 * class in turn, each within its credit.
 */
import { encodeControl, type FrameWriter, MAX_PART_BYTES, PART_HEADER_BYTES, type Priority } from './frames.ts'
import { isSendable, messageCost, type OutMessage, type StreamState } from './stream-state.ts'

/** What a stream sends before another of its class gets its turn. */
export const FAIR_SHARE_BYTES = 16_384

/** A packet with less room than this is full: smaller pieces of a message would be mostly headers. */
const MIN_PIECE_BYTES = 256

export interface StreamSender {
  /** Queues a frame that needs no credit. */
  control(frame: Parameters<typeof encodeControl>[0]): void
  /** Looks again at what a stream may send. */
  wake(stream: StreamState): void
  forget(stream: StreamState): void
  /** Writes frames until the packet is full or nothing is left that may go. */
  fill(writer: FrameWriter, classes: readonly Priority[]): void
}

/** Pays the overhead of a message when its first byte goes. */
const begin = (stream: StreamState, message: OutMessage): void => {
  if (!message.begun) stream.credit -= messageCost(0)
  message.begun = true
}

const pieceSize = (stream: StreamState, message: OutMessage, room: number): number =>
  Math.min(message.bytes.length - message.offset, stream.credit, room - PART_HEADER_BYTES, MAX_PART_BYTES)

const writePiece = (stream: StreamState, message: OutMessage, writer: FrameWriter, size: number): void => {
  const end = message.offset + size
  const isLast = end === message.bytes.length
  writer.part(isLast ? 'last' : 'part', stream.id, message.bytes.subarray(message.offset, end))
  stream.credit -= size
  message.offset = end
  if (!isLast) return
  stream.outbox.shift()
  message.accepted(true)
}

/** Whether what is left of a message, or a piece worth sending, fits into the room. */
const fits = (message: OutMessage, room: number): boolean =>
  room >= PART_HEADER_BYTES + Math.min(message.bytes.length - message.offset, MIN_PIECE_BYTES)

/** @returns false when the packet is full */
const writeMessages = (stream: StreamState, writer: FrameWriter, share: number): boolean => {
  const stop = writer.length() + share
  while (stream.outbox[0] && isSendable(stream) && writer.length() + MIN_PIECE_BYTES <= stop) {
    const message = stream.outbox[0]
    if (!fits(message, writer.room())) return false
    begin(stream, message)
    writePiece(stream, message, writer, pieceSize(stream, message, Math.min(writer.room(), stop - writer.length())))
  }
  return true
}

/** @param onEnded called when this side's end of a stream went out */
export const createStreamSender = (onEnded: (stream: StreamState) => void): StreamSender => {
  const controls: Uint8Array[] = []
  const ready: Record<Priority, Set<StreamState>> = { interactive: new Set(), bulk: new Set() }

  const writeControls = (writer: FrameWriter): boolean => {
    while (controls[0] && controls[0].length <= writer.room()) writer.control(controls.shift()!)
    return controls.length === 0
  }
  const writeEnd = (stream: StreamState, writer: FrameWriter): boolean => {
    const frame = encodeControl({ type: 'end', stream: stream.id, end: stream.ending! })
    if (frame.length > writer.room()) return false
    writer.control(frame)
    stream.endSent = true
    onEnded(stream)
    return true
  }
  const writeTurn = (stream: StreamState, writer: FrameWriter, share: number): boolean => {
    if (!writeMessages(stream, writer, share)) return false
    return stream.outbox.length > 0 || !isSendable(stream) || writeEnd(stream, writer)
  }
  const writeClass = (streams: Set<StreamState>, writer: FrameWriter): boolean => {
    for (const stream of streams) {
      // Deleting and adding moves the stream to the end of the set's order: that is the taking of turns.
      streams.delete(stream)
      const share = streams.size > 0 ? FAIR_SHARE_BYTES : writer.room()
      const hadRoom = writeTurn(stream, writer, Math.max(share, MIN_PIECE_BYTES))
      if (isSendable(stream)) streams.add(stream)
      if (!hadRoom || writer.room() < PART_HEADER_BYTES + 1) return false
    }
    return true
  }
  return {
    control: (frame) => void controls.push(encodeControl(frame)),
    wake: (stream) => {
      if (isSendable(stream)) ready[stream.priority].add(stream)
    },
    forget: (stream) => void ready[stream.priority].delete(stream),
    fill: (writer, classes) => {
      if (!writeControls(writer)) return
      for (const priority of classes) if (!writeClass(ready[priority], writer)) return
    },
  }
}
