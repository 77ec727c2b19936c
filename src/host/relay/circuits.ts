/**
 * Relay circuits: two connected devices exchange messages through the host, which sees only what their Noise session
 * encrypted. The receiver's credit bounds what is under way, so a reader that stops costs the host one window a circuit
 * and direction and nothing more; a sender that goes over its credit loses the circuit.
 */

import { renumberCircuit } from '../../core/swarm/host-frames.ts'
import { CIRCUIT_OPEN_TIMEOUT, CIRCUIT_WINDOW, MAX_CIRCUITS } from '../../core/swarm/host-limits.ts'
import type { CircuitNumber, CloseReason } from '../../core/swarm/host-protocol.ts'
import type { Peer } from '../index/peer.ts'

/** The circuits of all peers. A number that names no circuit of the peer is ignored: closing crosses with sending. */
export interface Circuits {
  /** @returns false when the number is not a new odd one, which no honest client sends */
  open(peer: Peer, number: CircuitNumber, to: Peer | undefined): boolean
  accept(peer: Peer, number: CircuitNumber): void
  /** `frame` is the whole frame as received; its number is rewritten in place. */
  data(peer: Peer, number: CircuitNumber, frame: Uint8Array, bytes: number): void
  credit(peer: Peer, number: CircuitNumber, frame: Uint8Array, bytes: number): void
  close(peer: Peer, number: CircuitNumber, reason: CloseReason): void
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
}

/** No circuits yet. */
export const createCircuits = (after: After): Circuits => {
  const seats = new Map<Peer, Seat>()
  let size = 0

  const seatOf = (peer: Peer): Seat => {
    const seat = seats.get(peer) ?? { ends: new Map(), lastOwn: 0, lastGiven: 0 }
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
      const hindrance = whyNot(seat, peer, to, to && seatOf(to))
      if (hindrance) peer.send({ type: 'close', circuit: number, reason: hindrance })
      else join(peer, number, to!)
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
      pass(end, frame)
      const to = farOf(end).peer
      if (to.congested()) peer.waitFor(to)
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

/** Why a circuit cannot be opened, if it cannot. */
const whyNot = (seat: Seat, peer: Peer, to: Peer | undefined, asked: Seat | undefined): CloseReason | undefined => {
  if (!to || !asked || to === peer) return 'absent'
  return seat.ends.size >= MAX_CIRCUITS || asked.ends.size >= MAX_CIRCUITS ? 'too-many' : undefined
}

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
