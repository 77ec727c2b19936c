/**
 * The plaintext of one Noise transport message. Numbers are big-endian, positions take 6 bytes. Only `data` packets
 * are numbered, acknowledged and sent again; the others belong to the carrier they came on.
 */
import { type ByteReader, type ByteWriter, createReader, createWriter, utf8Decode, utf8Encode } from '../bytes.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { MAX_NOISE_BYTES, MAX_REASON_BYTES, NOISE_TAG_BYTES } from './wire-limits.ts'

/** First byte of a packet. */
export const PacketType = {
  /** Follower to leader, first on each carrier: which attachment it has. From leader to follower: say that again. */
  ready: 0,
  /** Leader to follower: this carrier is the one; where the leader's state stands. */
  attach: 1,
  /** Follower to leader: agreed; where the follower's state stands. */
  attached: 2,
  /** A numbered run of frames, with an acknowledgement on its back. */
  data: 3,
  /** An acknowledgement alone. */
  ack: 4,
  ping: 5,
  pong: 6,
  /** The session ends. */
  goodbye: 7,
} as const

export const INCARNATION_BYTES = 16

/** Bytes of a data packet before its frames: type, number, acknowledgement. */
export const DATA_HEADER_BYTES = 13

/** Where one side's state stands. */
export interface Position {
  /** Attachment that this belongs to; the leader counts them up. */
  readonly epoch: number
  /** Id of the sender's session state: another one means that the state was lost. */
  readonly mine: Uint8Array
  /** Id of the peer's session state as the sender knows it; zeros when it knows none. */
  readonly yours: Uint8Array
  /** Data packets received in order. */
  readonly received: number
}

export type Packet =
  | { readonly type: 'ready'; readonly epoch: number }
  | { readonly type: 'attach' | 'attached'; readonly position: Position }
  | { readonly type: 'data'; readonly seq: number; readonly ack: number; readonly frames: Uint8Array }
  | { readonly type: 'ack'; readonly ack: number }
  | { readonly type: 'ping' | 'pong' }
  | { readonly type: 'goodbye'; readonly reason: string }

/** Reads a 6-byte number at `offset`. */
const readU48 = (reader: ByteReader): number => {
  const high = reader.u8() * 256 + reader.u8()
  return high * 2 ** 32 + reader.u32()
}

const writeU48 = (writer: ByteWriter, value: number): void => {
  const high = Math.floor(value / 2 ** 32)
  writer.u8(high >>> 8)
  writer.u8(high & 0xff)
  writer.u32(value >>> 0)
}

/** Writes a 6-byte number into a packet that exists. */
const setU48 = (packet: Uint8Array, offset: number, value: number): void => {
  const view = new DataView(packet.buffer, packet.byteOffset)
  view.setUint16(offset, Math.floor(value / 2 ** 32))
  view.setUint32(offset + 2, value >>> 0)
}

/** Fills in the header of a data packet that was laid out with room for it. */
export const writeDataHeader = (packet: Uint8Array, seq: number, ack: number): void => {
  packet[0] = PacketType.data
  setU48(packet, 1, seq)
  setU48(packet, 7, ack)
}

const writeFields = (writer: ByteWriter, packet: Exclude<Packet, { type: 'data' }>): void => {
  if (packet.type === 'ready') writeU48(writer, packet.epoch)
  if (packet.type === 'ack') writeU48(writer, packet.ack)
  if (packet.type === 'goodbye') writer.bytes(utf8Encode(packet.reason.slice(0, MAX_REASON_BYTES / 4)))
  if (packet.type !== 'attach' && packet.type !== 'attached') return
  const { epoch, mine, yours, received } = packet.position
  writeU48(writer, epoch)
  writer.bytes(mine)
  writer.bytes(yours)
  writeU48(writer, received)
}

/** Every packet but data, which the session lays out itself. */
export const encodePacket = (packet: Exclude<Packet, { type: 'data' }>): Uint8Array => {
  const writer = createWriter(64)
  writer.u8(PacketType[packet.type])
  writeFields(writer, packet)
  return writer.finish()
}

const readPosition = (reader: ByteReader): Position => ({
  epoch: readU48(reader),
  mine: reader.take(INCARNATION_BYTES).slice(),
  yours: reader.take(INCARNATION_BYTES).slice(),
  received: readU48(reader),
})

const readReason = (reader: ByteReader): string => {
  if (reader.remaining() > MAX_REASON_BYTES) reader.fail('a reason too long')
  const reason = utf8Decode(reader.take(Math.min(reader.remaining(), MAX_REASON_BYTES)))
  if (reason === undefined) reader.fail('a reason that is no text')
  return reason ?? ''
}

const readData = (reader: ByteReader): Packet => ({
  type: 'data',
  seq: readU48(reader),
  ack: readU48(reader),
  frames: reader.take(reader.remaining()),
})

/** What follows each type byte. */
const readers: Record<number, (reader: ByteReader) => Packet> = {
  [PacketType.ready]: (reader) => ({ type: 'ready', epoch: readU48(reader) }),
  [PacketType.attach]: (reader) => ({ type: 'attach', position: readPosition(reader) }),
  [PacketType.attached]: (reader) => ({ type: 'attached', position: readPosition(reader) }),
  [PacketType.data]: readData,
  [PacketType.ack]: (reader) => ({ type: 'ack', ack: readU48(reader) }),
  [PacketType.ping]: () => ({ type: 'ping' }),
  [PacketType.pong]: () => ({ type: 'pong' }),
  [PacketType.goodbye]: (reader) => ({ type: 'goodbye', reason: readReason(reader) }),
}

/** Reads a packet; the frames of a data packet are read by decodeFrames. */
export const decodePacket = (bytes: Uint8Array): Result<Packet, Malformed<'packet'>> => {
  if (bytes.length > MAX_NOISE_BYTES - NOISE_TAG_BYTES) return malformed('packet', `${bytes.length} bytes`)
  const reader = createReader(bytes)
  const read = readers[reader.u8()]
  if (!read) return malformed('packet', `unknown type ${bytes[0]}`)
  const packet = read(reader)
  const reason = reader.end()
  return reason === undefined ? ok(packet) : malformed('packet', reason)
}
