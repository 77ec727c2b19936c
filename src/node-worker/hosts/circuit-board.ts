/** The relay circuits of one link: opening, taking, and handing frames to the right one. */

import { equalBytes } from '../../core/bytes.ts'
import type { Carrier } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  CIRCUIT_OPEN_TIMEOUT,
  MAX_CIRCUITS,
  MAX_CIRCUITS_PER_PAIR,
  MAX_INCOMING_CIRCUITS,
} from '../../core/swarm/host-limits.ts'
import type { CircuitNumber, ClientMessage, CloseReason, IncomingCircuit } from '../../core/swarm/host-protocol.ts'
import type { Timers } from '../platform.ts'
import { createRelayCarrier, type RelayCarrier, type Wire } from './relay-carrier.ts'

/** While the websocket takes no more, it is asked again this often, milliseconds: it has no event for it. */
const POLL_INTERVAL = 10

/** A host gets this much longer than it may itself take to answer an `open`, milliseconds. */
const ANSWER_GRACE = 5_000

/** What a board is given. */
export interface BoardPorts extends Wire {
  readonly timers: Timers
  tell(message: ClientMessage): void
  /** Something the host sent was not in order. */
  refuse(reason: string): void
  onCircuit(carrier: Carrier, from: Uint8Array, person: string): void
}

/** All circuits of one connection to a host. */
export interface CircuitBoard {
  open(device: Uint8Array): Promise<Result<Carrier, CloseReason>>
  incoming(message: IncomingCircuit): void
  accepted(number: CircuitNumber): void
  data(number: CircuitNumber, bytes: Uint8Array): void
  credit(number: CircuitNumber, bytes: number): void
  closed(number: CircuitNumber, reason: CloseReason): void
  /** The connection is gone, and every circuit with it. */
  lost(): void
}

type Outcome = Result<Carrier, CloseReason>

/** An open circuit; the device is whom the host names at its far end. */
interface Circuit {
  readonly relay: RelayCarrier
  readonly device: Uint8Array
}

/** A circuit that this side has asked for. */
interface Asked {
  readonly device: Uint8Array
  readonly settle: (outcome: Outcome) => void
}

/** No circuits yet. */
export const createCircuitBoard = (ports: BoardPorts): CircuitBoard => {
  const circuits = new Map<CircuitNumber, Circuit>()
  const asked = new Map<CircuitNumber, Asked>()
  const pump = createPump(circuits, ports.timers)
  let lastNumber = -1

  const add = (number: CircuitNumber, initiator: boolean, device: Uint8Array): Carrier => {
    const onClose = (): void => {
      circuits.delete(number)
      ports.tell({ type: 'close', circuit: number, reason: 'closed' })
    }
    const relay = createRelayCarrier(number, initiator, ports, { onSend: pump, onClose })
    circuits.set(number, { relay, device })
    return relay.carrier
  }
  /** Held here too: a host need not be one that keeps to it. */
  const isFull = (device: Uint8Array): boolean => {
    const all = [...circuits.values(), ...asked.values()]
    const between = all.filter((other) => equalBytes(other.device, device))
    return all.length >= MAX_CIRCUITS || between.length >= MAX_CIRCUITS_PER_PAIR
  }
  const incomingCircuits = (): number => [...circuits.keys()].filter((number) => number % 2 === 0).length
  const settle = (number: CircuitNumber, outcome: Outcome): void => {
    asked.get(number)?.settle(outcome)
    asked.delete(number)
  }
  const end = (number: CircuitNumber, reason: CloseReason): void => {
    const ended = circuits.get(number)
    circuits.delete(number)
    ended?.relay.ended(reason)
    settle(number, err(reason))
  }
  /** The host broke the circuit's rules: the circuit ends, the link goes on. */
  const breakOff = (number: CircuitNumber): void => {
    ports.refuse('over-window')
    ports.tell({ type: 'close', circuit: number, reason: 'over-window' })
    end(number, 'over-window')
  }
  const ask = (number: CircuitNumber, device: Uint8Array): Promise<Outcome> =>
    new Promise((resolve) => {
      const giveUp = (): void => {
        ports.tell({ type: 'close', circuit: number, reason: 'refused' })
        settle(number, err('refused'))
      }
      const timer = ports.timers.setTimeout(giveUp, CIRCUIT_OPEN_TIMEOUT + ANSWER_GRACE)
      const answer = (outcome: Outcome): void => {
        ports.timers.clearTimeout(timer)
        resolve(outcome)
      }
      asked.set(number, { device, settle: answer })
      ports.tell({ type: 'open', circuit: number, to: device })
    })
  return {
    async open(device) {
      if (isFull(device)) return err('too-many')
      lastNumber += 2
      return ask(lastNumber, device)
    },
    incoming({ circuit, from, person }) {
      if (circuit % 2 === 1 || circuits.has(circuit)) ports.refuse('circuit-number')
      else if (isFull(from) || incomingCircuits() >= MAX_INCOMING_CIRCUITS)
        ports.tell({ type: 'close', circuit, reason: 'too-many' })
      else {
        ports.tell({ type: 'accept', circuit })
        ports.onCircuit(add(circuit, false, from), from, person)
      }
    },
    accepted(number) {
      const wanted = asked.get(number)
      if (wanted) settle(number, ok(add(number, true, wanted.device)))
      else ports.refuse('unasked')
    },
    data(number, bytes) {
      const circuit = circuits.get(number)
      if (circuit && !circuit.relay.receive(bytes)) breakOff(number)
    },
    credit(number, bytes) {
      const circuit = circuits.get(number)
      if (circuit && !circuit.relay.credit(bytes)) breakOff(number)
      else pump()
    },
    closed: end,
    lost() {
      for (const number of [...circuits.keys(), ...asked.keys()]) end(number, 'link-lost')
    },
  }
}

/** @returns a function that lets every circuit send what it may, and comes back by itself while the websocket is full */
const createPump = (circuits: ReadonlyMap<CircuitNumber, Circuit>, timers: Timers): (() => void) => {
  let waiting = false
  const pump = (): void => {
    let held = false
    for (const { relay } of [...circuits.values()]) held = relay.pump() || held
    if (!held || waiting) return
    waiting = true
    timers.setTimeout(() => {
      waiting = false
      pump()
    }, POLL_INTERVAL)
  }
  return pump
}
