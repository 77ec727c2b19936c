/**
 * The websocket messages between client and host, all binary: version (1), kind (1), then by kind. Circuit bytes and
 * credit are not dag-cbor because they are most of the traffic and a host forwards them without looking in; pieces are
 * not because they are bytes.
 */

import { encodeCbor } from '../cbor.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import {
  CIRCUIT_HEADER_BYTES,
  HOST_PROTOCOL_VERSION,
  MAX_CONTROL_BYTES,
  MAX_HOST_FRAME,
  MAX_PIECE_BYTES,
  PIECE_HEADER_BYTES,
} from './host-limits.ts'
import type { CircuitNumber, ClientMessage, HostMessage, RequestNumber } from './host-protocol.ts'

/** The second byte of a frame. */
export const FrameKind = {
  /** dag-cbor of one control message follows. */
  control: 0,
  /** Circuit number (4 bytes, big-endian) and one whole message of that circuit. */
  data: 1,
  /** Circuit number and the bytes that may be sent on top of what was allowed before (4 bytes, big-endian). */
  credit: 2,
  /** Request number (4 bytes), the bytes that follow in later pieces (4 bytes), and bytes of an answer. */
  piece: 3,
} as const

/** Frames that carry relay circuits. */
export type CircuitFrame =
  | { readonly kind: 'data'; readonly circuit: CircuitNumber; readonly bytes: Uint8Array }
  | { readonly kind: 'credit'; readonly circuit: CircuitNumber; readonly bytes: number }

/** One piece of the answer to a request; `left` bytes follow in later ones. */
export interface PieceFrame {
  readonly kind: 'piece'
  readonly request: RequestNumber
  readonly left: number
  readonly bytes: Uint8Array
}

/** A frame, told apart by kind; `body` and `bytes` are views of what was received. */
export type HostFrame = { readonly kind: 'control'; readonly body: Uint8Array } | CircuitFrame | PieceFrame

/** Why a frame was refused. */
export type FrameFailure = Malformed<'host-frame'> | UnknownVersion<'host-frame'>

const CONTROL_HEADER_BYTES = 2
const CREDIT_FRAME_BYTES = CIRCUIT_HEADER_BYTES + 4
/** Version, kind, and the number of a circuit or request. */
const NUMBERED_HEADER_BYTES = 6

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** One control message as a frame. */
export const encodeControl = (message: ClientMessage | HostMessage): Uint8Array => {
  const body = encodeCbor(message)
  const frame = new Uint8Array(CONTROL_HEADER_BYTES + body.length)
  frame[0] = HOST_PROTOCOL_VERSION
  frame[1] = FrameKind.control
  frame.set(body, CONTROL_HEADER_BYTES)
  return frame
}

/** One message of a circuit as a frame. */
export const encodeCircuitData = (circuit: CircuitNumber, bytes: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(CIRCUIT_HEADER_BYTES + bytes.length)
  writeNumberedHeader(frame, FrameKind.data, circuit)
  frame.set(bytes, CIRCUIT_HEADER_BYTES)
  return frame
}

/** Leave to send `bytes` more on a circuit. */
export const encodeCredit = (circuit: CircuitNumber, bytes: number): Uint8Array => {
  const frame = new Uint8Array(CREDIT_FRAME_BYTES)
  writeNumberedHeader(frame, FrameKind.credit, circuit)
  view(frame).setUint32(CIRCUIT_HEADER_BYTES, bytes)
  return frame
}

/**
 * One piece of an answer.
 * @param left bytes of the answer that follow in later pieces
 */
export const encodePiece = (request: RequestNumber, left: number, bytes: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(PIECE_HEADER_BYTES + bytes.length)
  writeNumberedHeader(frame, FrameKind.piece, request)
  view(frame).setUint32(NUMBERED_HEADER_BYTES, left)
  frame.set(bytes, PIECE_HEADER_BYTES)
  return frame
}

/** Gives a received circuit frame its number on the other connection, in place: how a host forwards without copying. */
export const renumberCircuit = (frame: Uint8Array, circuit: CircuitNumber): void => {
  view(frame).setUint32(2, circuit)
}

const writeNumberedHeader = (frame: Uint8Array, kind: number, number: number): void => {
  frame[0] = HOST_PROTOCOL_VERSION
  frame[1] = kind
  view(frame).setUint32(2, number)
}

/** Tells a frame's kind and cuts it; the limits of each kind are checked here. */
export const decodeHostFrame = (frame: Uint8Array): Result<HostFrame, FrameFailure> => {
  if (frame.length < CONTROL_HEADER_BYTES) return malformed('host-frame', 'no version and kind')
  if (frame.length > MAX_HOST_FRAME) return malformed('host-frame', `${frame.length} bytes, at most ${MAX_HOST_FRAME}`)
  if (frame[0] !== HOST_PROTOCOL_VERSION) return unknownVersion('host-frame', frame[0]!, HOST_PROTOCOL_VERSION)
  if (frame[1] === FrameKind.control) return decodeControlFrame(frame)
  if (frame[1] === FrameKind.data || frame[1] === FrameKind.credit) return decodeCircuitFrame(frame)
  if (frame[1] === FrameKind.piece) return decodePiece(frame)
  return malformed('host-frame', `kind ${frame[1]}`)
}

const decodeControlFrame = (frame: Uint8Array): Result<HostFrame, FrameFailure> => {
  const body = frame.subarray(CONTROL_HEADER_BYTES)
  if (body.length > MAX_CONTROL_BYTES) return malformed('host-frame', `control message of ${body.length} bytes`)
  return ok({ kind: 'control', body })
}

const decodeCircuitFrame = (frame: Uint8Array): Result<HostFrame, FrameFailure> => {
  if (frame.length <= CIRCUIT_HEADER_BYTES) return malformed('host-frame', 'circuit frame without a body')
  const circuit = view(frame).getUint32(2)
  if (circuit === 0) return malformed('host-frame', 'circuit 0')
  if (frame[1] === FrameKind.data) return ok({ kind: 'data', circuit, bytes: frame.subarray(CIRCUIT_HEADER_BYTES) })
  if (frame.length !== CREDIT_FRAME_BYTES) return malformed('host-frame', 'credit that is not 4 bytes')
  return ok({ kind: 'credit', circuit, bytes: view(frame).getUint32(CIRCUIT_HEADER_BYTES) })
}

/** An answer without bytes is one empty piece; any other piece carries some, so that answers come to an end. */
const decodePiece = (frame: Uint8Array): Result<HostFrame, FrameFailure> => {
  if (frame.length < PIECE_HEADER_BYTES) return malformed('host-frame', 'a piece that is cut short')
  const bytes = frame.subarray(PIECE_HEADER_BYTES)
  const request = view(frame).getUint32(2)
  const left = view(frame).getUint32(NUMBERED_HEADER_BYTES)
  if (request === 0) return malformed('host-frame', 'request 0')
  if (bytes.length > MAX_PIECE_BYTES) return malformed('host-frame', `a piece of ${bytes.length} bytes`)
  if (bytes.length === 0 && left > 0) return malformed('host-frame', 'an empty piece before others')
  return ok({ kind: 'piece', request, left, bytes })
}
