/**
 * Relay circuits: two connected devices exchange messages through the host, which sees only what their Noise session
 * encrypted. The receiver's credit bounds what is under way, so a reader that stops costs the host one window a circuit
 * and direction and nothing more; a sender that goes over its credit loses the circuit. Whatever one side does, it is at
 * most the circuit that ends: the other side's connection carries its other circuits on.
 */

import { renumberCircuit } from '../../core/swarm/host-frames.ts'
import {
  CIRCUIT_OPEN_TIMEOUT,
  CIRCUIT_WINDOW,
  MAX_CIRCUITS,
  MAX_CIRCUITS_PER_PAIR,
  MAX_INCOMING_CIRCUITS,
} from '../../core/swarm/host-limits.ts'
import type { CircuitNumber, CloseReason } from '../../core/swarm/host-protocol.ts'
import type { Peer } from '../index/peer.ts'
import { CONGESTED_CIRCUIT_BYTES } from '../limits.ts'
import type { Pairs } from './pairs.ts'

/** The circuits of all peers. A number that names no circuit of the peer is ignored: closing crosses with sending. */
export interface Circuits {
  /** @returns false when the number is not a new odd one, which no honest client sends */
  open(peer: Peer, number: CircuitNumber, to: Peer | undefined): boolean
  accept(peer: Peer, number: CircuitNumber): void
  /** `frame` is the whole frame as received; its number is rewritten in place. */
  data(peer: Peer, number: CircuitNumber, frame: Uint8Array, bytes: number): void
  credit(peer: Peer, number: CircuitNumber, frame: Uint8Array, bytes: number): void
  close(peer: Peer, number: CircuitNumber, reason: CloseReason): void
  /**
   * Uses up one of the two answers, `accept` and `close`, that each circuit announced to the peer allows it.
   * @returns false when this is no such answer
   */
  takeAnswer(peer: Peer, number: CircuitNumber): boolean
  /** The peer is gone: its circuits close on their far sides. */
  leave(peer: Peer): void
  /** Circuits open or being opened. */
  size(): number
}

/** Calls back after a time, unless cancelled by what it returns. */
export type After = (run: () => void, milliseconds: number) => () => void

/** One side of a circuit. */
interface End {
  readonly peer: Peer
  readonly number: CircuitNumber
  readonly circuit: Circuit
  /** Bytes this side may still send. */
  allowance: number
}

interface Circuit {
  /** The side that opened it, then the side that was asked. */
  readonly ends: End[]
  /** Set while the asked side has not accepted. */
  cancelTimeout: (() => void) | undefined
}

/** Circuits of one peer. Numbers only go up, so a late frame never reaches another circuit than it was meant for. */
interface Seat {
  readonly ends: Map<CircuitNumber, End>
  lastOwn: CircuitNumber
  lastGiven: CircuitNumber
  /** Answers to circuits given to this peer that it has not yet made. */
  answers: number
}

/** Answers to one `incoming`: `accept` and `close`. */
const ANSWERS_PER_CIRCUIT = 2

/** No circuits yet. */
export const createCircuits = (after: After, pairs: Pick<Pairs, 'mayOpen'>): Circuits => {
  const seats = new Map<Peer, Seat>()
  let size = 0

  const seatOf = (peer: Peer): Seat => {
    const seat = seats.get(peer) ?? { ends: new Map(), lastOwn: 0, lastGiven: 0, answers: 0 }
    seats.set(peer, seat)
    return seat
  }
  const endOf = (peer: Peer, number: CircuitNumber): End | undefined => seats.get(peer)?.ends.get(number)

  /** Takes a circuit off the board and tells those ends that have not said so themselves. */
  const drop = (circuit: Circuit, reason: CloseReason, silent?: Peer): void => {
    circuit.cancelTimeout?.()
    size -= 1
    for (const { peer, number } of circuit.ends) {
      seats.get(peer)?.ends.delete(number)
      if (peer !== silent) peer.send({ type: 'close', circuit: number, reason })
    }
  }
  const join = (peer: Peer, number: CircuitNumber, to: Peer): void => {
    const asked = seatOf(to)
    asked.lastGiven += 2
    asked.answers += ANSWERS_PER_CIRCUIT
    const circuit = createCircuit(peer, number, to, asked.lastGiven)
    for (const end of circuit.ends) seatOf(end.peer).ends.set(end.number, end)
    circuit.cancelTimeout = after(() => drop(circuit, 'refused'), CIRCUIT_OPEN_TIMEOUT)
    size += 1
    to.send({ type: 'incoming', circuit: asked.lastGiven, from: peer.device, person: peer.person })
  }
  return {
    open(peer, number, to) {
      const seat = seatOf(peer)
      if (number % 2 === 0 || number <= seat.lastOwn) return false
      seat.lastOwn = number
      if (!to || to === peer) peer.send({ type: 'close', circuit: number, reason: 'absent' })
      else if (isFull(seat, seatOf(to), to) || !pairs.mayOpen(peer, to))
        peer.send({ type: 'close', circuit: number, reason: 'too-many' })
      else join(peer, number, to)
      return true
    },
    accept(peer, number) {
      const end = endOf(peer, number)
      if (!end?.circuit.cancelTimeout || end !== end.circuit.ends[1]) return
      start(end.circuit)
    },
    data(peer, number, frame, bytes) {
      const end = endOf(peer, number)
      if (!end) return
      end.allowance -= bytes
      if (end.allowance < 0) return drop(end.circuit, 'over-window')
      if (isCongested(end)) return drop(end.circuit, 'congested')
      pass(end, frame)
    },
    credit(peer, number, frame, bytes) {
      const end = endOf(peer, number)
      if (!end) return
      const far = farOf(end)
      far.allowance += bytes
      if (far.allowance > CIRCUIT_WINDOW) return drop(end.circuit, 'over-window')
      pass(end, frame)
    },
    close(peer, number, reason) {
      const end = endOf(peer, number)
      if (end) drop(end.circuit, reason, peer)
    },
    takeAnswer(peer, number) {
      const seat = seats.get(peer)
      if (!seat || seat.answers === 0 || number % 2 === 1 || number > seat.lastGiven) return false
      seat.answers -= 1
      return true
    },
    leave(peer) {
      for (const end of [...(seats.get(peer)?.ends.values() ?? [])]) drop(end.circuit, 'absent', peer)
      seats.delete(peer)
    },
    size: () => size,
  }
}

const createCircuit = (peer: Peer, number: CircuitNumber, to: Peer, given: CircuitNumber): Circuit => {
  const circuit: Circuit = { ends: [], cancelTimeout: undefined }
  circuit.ends.push({ peer, number, circuit, allowance: 0 }, { peer: to, number: given, circuit, allowance: 0 })
  return circuit
}

const farOf = (end: End): End => end.circuit.ends.find((other) => other !== end)!

/** Whether the opener, the asked side or the two together have as many circuits as they may. */
const isFull = (opener: Seat, asked: Seat, to: Peer): boolean => {
  if (opener.ends.size >= MAX_CIRCUITS || asked.ends.size >= MAX_CIRCUITS) return true
  const between = count(opener, (end) => farOf(end).peer === to)
  const incoming = count(asked, (end) => end === end.circuit.ends[1])
  return between >= MAX_CIRCUITS_PER_PAIR || incoming >= MAX_INCOMING_CIRCUITS
}

const count = ({ ends }: Seat, counts: (end: End) => boolean): number => [...ends.values()].filter(counts).length

/** The far side reads too slowly for what this side has under way, its last message counted. */
const isCongested = (end: End): boolean =>
  CIRCUIT_WINDOW - end.allowance > CONGESTED_CIRCUIT_BYTES && farOf(end).peer.congested()

/** Both sides may send one window. */
const start = (circuit: Circuit): void => {
  circuit.cancelTimeout?.()
  circuit.cancelTimeout = undefined
  for (const end of circuit.ends) end.allowance = CIRCUIT_WINDOW
  const opener = circuit.ends[0]!
  opener.peer.send({ type: 'accept', circuit: opener.number })
}

/** Hands a frame to the far side under the number that the circuit has there. */
const pass = (end: End, frame: Uint8Array): void => {
  const far = farOf(end)
  renumberCircuit(frame, far.number)
  far.peer.forward(frame)
}
