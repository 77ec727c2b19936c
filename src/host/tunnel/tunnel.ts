/**
 * Requests to devices, over their websockets: each has a number and one answer, which comes in pieces or is an outcome,
 * and is given up after a time. A request that was given up keeps its place until the device has answered after all, so
 * that a device never has more to answer than it agreed to, and so that an answer nobody asked for is known as such.
 */

import { MAX_BLOCK_BYTES } from '../../core/limits.ts'
import { MAX_RECORD_BYTES } from '../../core/records/record.ts'
import type { PieceFrame } from '../../core/swarm/host-frames.ts'
import { MAX_TUNNEL_REQUESTS, TUNNEL_TIMEOUT } from '../../core/swarm/host-limits.ts'
import type {
  ReadBlock,
  ReadRecord,
  RequestNumber,
  RequestOutcome,
  TunnelRequest,
  WriteRecord,
} from '../../core/swarm/host-protocol.ts'
import type { Peer } from '../index/peer.ts'
import type { After } from '../relay/circuits.ts'

/** A request without its number. */
export type Question = Omit<ReadBlock, 'request'> | Omit<ReadRecord, 'request'> | Omit<WriteRecord, 'request'>

/** Why a device gave no answer. */
export type NoAnswer =
  /** It has MAX_TUNNEL_REQUESTS to answer, or does not read what is sent to it. */
  | 'busy'
  /** Its connection ended. */
  | 'gone'
  /** It took longer than TUNNEL_TIMEOUT. */
  | 'silent'
  /** It sent what is no answer to this question. */
  | 'broken'

/** What a request came to. */
export type Reply =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'outcome'; readonly outcome: RequestOutcome }
  | { readonly type: 'none'; readonly why: NoAnswer }

/** The requests of all devices. */
export interface Tunnel {
  ask(peer: Peer, question: Question): Promise<Reply>
  /** @returns false when it belongs to no request, or not to one like this: no honest device sends it */
  piece(peer: Peer, frame: PieceFrame): boolean
  /** @returns false as `piece` does */
  outcome(peer: Peer, request: RequestNumber, outcome: RequestOutcome): boolean
  /** The peer is gone, and answers no more. */
  leave(peer: Peer): void
  /** Requests that are not answered. */
  size(): number
}

/** The most bytes that answer a question; what is written is answered by an outcome only. */
const LIMITS: Readonly<Record<Question['type'], number>> = {
  'read-block': MAX_BLOCK_BYTES,
  'read-record': MAX_RECORD_BYTES,
  'write-record': -1,
}

/** Outcomes that both reads and writes may have, and the only other one of a read. */
const isOutcomeOf = (type: Question['type'], outcome: RequestOutcome): boolean =>
  outcome === 'failed' || (outcome === 'absent') === (type !== 'write-record')

interface Asked {
  readonly type: Question['type']
  /** Set until the caller has its reply, which may be that it was given up. */
  settle: ((reply: Reply) => void) | undefined
  /** The answer as far as it is here; not kept for a caller that was told already. */
  buffer: Uint8Array | undefined
  /** Bytes that are still to come; undefined before the first piece. */
  left: number | undefined
}

interface Seat {
  readonly asked: Map<RequestNumber, Asked>
  last: RequestNumber
}

const none = (why: NoAnswer): Reply => ({ type: 'none', why })

/** No requests yet. */
export const createTunnel = (after: After): Tunnel => {
  const seats = new Map<Peer, Seat>()

  const seatOf = (peer: Peer): Seat => {
    const seat = seats.get(peer) ?? { asked: new Map(), last: 0 }
    seats.set(peer, seat)
    return seat
  }
  const end = (peer: Peer, request: RequestNumber, reply: Reply): void => {
    const asked = seats.get(peer)?.asked
    const settle = asked?.get(request)?.settle
    asked?.delete(request)
    settle?.(reply)
  }
  /** The caller is told that it was in vain; the connection is ended by whoever hears `false`. */
  const breakOff = (peer: Peer, request: RequestNumber): false => {
    end(peer, request, none('broken'))
    return false
  }
  return {
    ask(peer, question) {
      const seat = seatOf(peer)
      if (seat.asked.size >= MAX_TUNNEL_REQUESTS || peer.congested()) return Promise.resolve(none('busy'))
      seat.last += 1
      const { promise, asked } = createAsked(question.type, after)
      seat.asked.set(seat.last, asked)
      peer.send({ ...question, request: seat.last } as TunnelRequest)
      return promise
    },
    piece(peer, { request, left, bytes }) {
      const asked = seats.get(peer)?.asked.get(request)
      if (!asked || !takePiece(asked, bytes, left)) return breakOff(peer, request)
      if (left === 0) end(peer, request, { type: 'bytes', bytes: asked.buffer ?? bytes })
      return true
    },
    outcome(peer, request, outcome) {
      const asked = seats.get(peer)?.asked.get(request)
      if (!asked || asked.left !== undefined || !isOutcomeOf(asked.type, outcome)) return breakOff(peer, request)
      end(peer, request, { type: 'outcome', outcome })
      return true
    },
    leave(peer) {
      for (const request of [...(seats.get(peer)?.asked.keys() ?? [])]) end(peer, request, none('gone'))
      seats.delete(peer)
    },
    size: () => [...seats.values()].reduce((sum, { asked }) => sum + asked.size, 0),
  }
}

const createAsked = (type: Question['type'], after: After): { promise: Promise<Reply>; asked: Asked } => {
  const asked: Asked = { type, settle: undefined, buffer: undefined, left: undefined }
  const promise = new Promise<Reply>((resolve) => {
    asked.settle = (reply) => {
      cancel()
      asked.settle = undefined
      resolve(reply)
    }
    const cancel = after(() => {
      asked.buffer = undefined
      asked.settle?.(none('silent'))
    }, TUNNEL_TIMEOUT)
  })
  return { promise, asked }
}

/** @returns false when the piece makes the answer larger than what was asked for, or than it said itself */
const takePiece = (asked: Asked, bytes: Uint8Array, left: number): boolean => {
  const size = bytes.length + left
  if (asked.left === undefined) {
    if (size > LIMITS[asked.type]) return false
    if (asked.settle) asked.buffer = new Uint8Array(size)
  } else if (asked.left !== size) return false
  // Frames are views of what the websocket reads into.
  asked.buffer?.set(bytes, asked.buffer.length - size)
  asked.left = left
  return true
}
