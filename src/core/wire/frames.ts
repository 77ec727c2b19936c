/** The frames inside a data packet: what happens to streams. Numbers are big-endian. */
import { type ByteReader, createReader } from '../bytes.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { STREAM_ENDS, type StreamEnd } from './wire-errors.ts'
import { MAX_STREAM_KIND_CHARS } from './wire-limits.ts'

/** First byte of a frame; a stream id (4 bytes) follows each. */
export const FrameType = {
  /** A new stream: priority (1), length of kind (1), kind. */
  open: 0,
  /** A piece of a message, more follow: length (2), bytes. */
  part: 1,
  /** The last or only piece of a message: length (2), bytes. */
  last: 2,
  /** The peer may send this much more: amount (4). */
  credit: 3,
  /** The sender's side of the stream is over: index into STREAM_ENDS (1). */
  end: 4,
} as const

export type Priority = 'interactive' | 'bulk'
const PRIORITIES: readonly Priority[] = ['interactive', 'bulk']

/** Names of kinds: printable, without spaces. */
const KIND = /^[a-z0-9][a-z0-9/.-]*$/

/** Bytes of a part or last frame before its data. */
export const PART_HEADER_BYTES = 7

/** Most bytes in one part: its length has two bytes. */
export const MAX_PART_BYTES = 65_535

export type Frame =
  | { readonly type: 'open'; readonly stream: number; readonly priority: Priority; readonly kind: string }
  | { readonly type: 'part' | 'last'; readonly stream: number; readonly data: Uint8Array }
  | { readonly type: 'credit'; readonly stream: number; readonly amount: number }
  | { readonly type: 'end'; readonly stream: number; readonly end: StreamEnd }

/** Whether a kind can be sent. */
export const isStreamKind = (kind: string): boolean => kind.length <= MAX_STREAM_KIND_CHARS && KIND.test(kind)

/** Fills a buffer with frames, front to back; callers ask for room first. */
export interface FrameWriter {
  room(): number
  length(): number
  /** A control frame from {@link encodeControl}. */
  control(bytes: Uint8Array): void
  part(type: 'part' | 'last', stream: number, data: Uint8Array): void
}

/** @param start where in `buffer` the frames begin */
export const createFrameWriter = (buffer: Uint8Array, start: number): FrameWriter => {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  let offset = start
  const put = (bytes: Uint8Array): void => {
    buffer.set(bytes, offset)
    offset += bytes.length
  }
  return {
    room: () => buffer.length - offset,
    length: () => offset,
    control: put,
    part(type, stream, data) {
      buffer[offset] = FrameType[type]
      view.setUint32(offset + 1, stream)
      view.setUint16(offset + 5, data.length)
      offset += PART_HEADER_BYTES
      put(data)
    },
  }
}

const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]

/** Every frame that carries no message data. Kinds are ASCII: {@link isStreamKind}. */
export const encodeControl = (frame: Exclude<Frame, { type: 'part' | 'last' }>): Uint8Array => {
  const head = [FrameType[frame.type], ...u32(frame.stream)]
  if (frame.type === 'credit') return Uint8Array.of(...head, ...u32(frame.amount))
  if (frame.type === 'end') return Uint8Array.of(...head, STREAM_ENDS.indexOf(frame.end))
  const kind = [...frame.kind].map((char) => char.charCodeAt(0))
  return Uint8Array.of(...head, PRIORITIES.indexOf(frame.priority), kind.length, ...kind)
}

const readOpen = (reader: ByteReader, stream: number): Frame => {
  const priority = PRIORITIES[reader.u8()]
  const kind = String.fromCharCode(...reader.take(reader.u8()))
  if (!priority) reader.fail('unknown priority')
  if (!isStreamKind(kind)) reader.fail('a kind that is none')
  return { type: 'open', stream, priority: priority ?? 'bulk', kind }
}

const readEnd = (reader: ByteReader, stream: number): Frame => {
  const end = STREAM_ENDS[reader.u8()]
  if (!end) reader.fail('unknown end')
  return { type: 'end', stream, end: end ?? 'failed' }
}

const readPart = (reader: ByteReader, type: 'part' | 'last', stream: number): Frame => {
  const data = reader.take(reader.u8() * 256 + reader.u8())
  // A piece that is neither data nor an end would cost its sender nothing.
  if (type === 'part' && data.length === 0) reader.fail('an empty part')
  return { type, stream, data }
}

const readers: Record<number, (reader: ByteReader, stream: number) => Frame> = {
  [FrameType.open]: readOpen,
  [FrameType.part]: (reader, stream) => readPart(reader, 'part', stream),
  [FrameType.last]: (reader, stream) => readPart(reader, 'last', stream),
  [FrameType.credit]: (reader, stream) => ({ type: 'credit', stream, amount: reader.u32() }),
  [FrameType.end]: readEnd,
}

/** All frames of a data packet; `data` are views of `bytes`. */
export const decodeFrames = (bytes: Uint8Array): Result<Frame[], Malformed<'frame'>> => {
  const reader = createReader(bytes)
  const frames: Frame[] = []
  while (reader.remaining() > 0) {
    const type = reader.u8()
    const read = readers[type]
    if (!read) return malformed('frame', `unknown type ${type}`)
    frames.push(read(reader, reader.u32()))
    const reason = reader.failure()
    if (reason !== undefined) return malformed('frame', reason)
  }
  return ok(frames)
}
