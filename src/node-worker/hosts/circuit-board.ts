/** The relay circuits of one link: opening, taking, and handing frames to the right one. */

import type { Carrier } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { CIRCUIT_OPEN_TIMEOUT, MAX_CIRCUITS } from '../../core/swarm/host-limits.ts'
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

/** No circuits yet. */
export const createCircuitBoard = (ports: BoardPorts): CircuitBoard => {
  const carriers = new Map<CircuitNumber, RelayCarrier>()
  const asked = new Map<CircuitNumber, (outcome: Outcome) => void>()
  const pump = createPump(carriers, ports.timers)
  let lastNumber = -1

  const add = (number: CircuitNumber, initiator: boolean): Carrier => {
    const onClose = (): void => {
      carriers.delete(number)
      ports.tell({ type: 'close', circuit: number, reason: 'closed' })
    }
    const added = createRelayCarrier(number, initiator, ports, { onSend: pump, onClose })
    carriers.set(number, added)
    return added.carrier
  }
  const settle = (number: CircuitNumber, outcome: Outcome): void => {
    asked.get(number)?.(outcome)
    asked.delete(number)
  }
  const end = (number: CircuitNumber, reason: CloseReason): void => {
    const ended = carriers.get(number)
    carriers.delete(number)
    ended?.ended(reason)
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
      asked.set(number, (outcome) => {
        ports.timers.clearTimeout(timer)
        resolve(outcome)
      })
      ports.tell({ type: 'open', circuit: number, to: device })
    })
  return {
    async open(device) {
      if (carriers.size + asked.size >= MAX_CIRCUITS) return err('too-many')
      lastNumber += 2
      return ask(lastNumber, device)
    },
    incoming({ circuit, from, person }) {
      if (circuit % 2 === 1 || carriers.has(circuit)) ports.refuse('circuit-number')
      else if (carriers.size + asked.size >= MAX_CIRCUITS) ports.tell({ type: 'close', circuit, reason: 'too-many' })
      else {
        ports.tell({ type: 'accept', circuit })
        ports.onCircuit(add(circuit, false), from, person)
      }
    },
    accepted(number) {
      if (asked.has(number)) settle(number, ok(add(number, true)))
      else ports.refuse('unasked')
    },
    data(number, bytes) {
      const carrier = carriers.get(number)
      if (carrier && !carrier.receive(bytes)) breakOff(number)
    },
    credit(number, bytes) {
      const carrier = carriers.get(number)
      if (carrier && !carrier.credit(bytes)) breakOff(number)
      else pump()
    },
    closed: end,
    lost() {
      for (const number of [...carriers.keys(), ...asked.keys()]) end(number, 'link-lost')
    },
  }
}

/** @returns a function that lets every circuit send what it may, and comes back by itself while the websocket is full */
const createPump = (carriers: ReadonlyMap<CircuitNumber, RelayCarrier>, timers: Timers): (() => void) => {
  let waiting = false
  const pump = (): void => {
    let held = false
    for (const carrier of [...carriers.values()]) held = carrier.pump() || held
    if (!held || waiting) return
    waiting = true
    timers.setTimeout(() => {
      waiting = false
      pump()
    }, POLL_INTERVAL)
  }
  return pump
}
