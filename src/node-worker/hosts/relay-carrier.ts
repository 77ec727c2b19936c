/**
 * One relay circuit as a carrier. It sends while the far end has given credit and the websocket takes more, and gives
 * credit back for what its owner has taken.
 */

import type { Carrier } from '../../core/ports.ts'
import { encodeCircuitData, encodeCredit } from '../../core/swarm/host-frames.ts'
import { CIRCUIT_WINDOW, MAX_CIRCUIT_MESSAGE } from '../../core/swarm/host-limits.ts'
import type { CircuitNumber, CloseReason } from '../../core/swarm/host-protocol.ts'

/** `ondrain` is called when less than this waits again, bytes (Carrier's contract). */
export const DRAIN_BYTES = 262_144

/** Credit goes back in pieces of this size: far less than the window, far more than a frame. */
const CREDIT_BYTES = CIRCUIT_WINDOW / 4

/** The websocket as circuits see it. */
export interface Wire {
  send(frame: Uint8Array): void
  /** False while enough waits in the websocket; the board calls `pump` again later. */
  takesMore(): boolean
}

/** A carrier with the side that the link drives. */
export interface RelayCarrier {
  readonly number: CircuitNumber
  readonly carrier: Carrier
  /** Sends what may be sent. @returns true when the websocket is what holds the rest back */
  pump(): boolean
  /** A message has come. @returns false when it goes over the window */
  receive(message: Uint8Array): boolean
  /** The far end allows more. @returns false when it allows more than a window */
  credit(bytes: number): boolean
  /** The circuit has ended, not by this side. */
  ended(reason: CloseReason): void
}

/** @param onClose called when the owner closes, with the reason it gave */
export const createRelayCarrier = (
  number: CircuitNumber,
  initiator: boolean,
  wire: Wire,
  callbacks: { readonly onSend: () => void; readonly onClose: () => void },
): RelayCarrier => {
  const outgoing = createOutgoing(number, wire)
  const incoming = createIncoming(number, wire)
  let open = true
  const carrier: Carrier = {
    kind: 'relay',
    initiator,
    send(message) {
      if (message.length > MAX_CIRCUIT_MESSAGE || message.length === 0)
        throw new RangeError(`"message" expected 1 to ${MAX_CIRCUIT_MESSAGE} bytes, got ${message.length}`)
      if (!open) return
      outgoing.push(message)
      callbacks.onSend()
    },
    close() {
      if (!open) return
      open = false
      outgoing.clear()
      callbacks.onClose()
    },
    buffered: outgoing.buffered,
    get onmessage() {
      return incoming.handler()
    },
    set onmessage(handler) {
      incoming.setHandler(handler)
    },
    onclose: undefined,
    ondrain: undefined,
  }
  return {
    number,
    carrier,
    pump: () => open && outgoing.pump(() => carrier.ondrain?.()),
    receive: (message) => !open || incoming.receive(message),
    credit: outgoing.credit,
    ended(reason) {
      if (!open) return
      open = false
      outgoing.clear()
      carrier.onclose?.(reason)
    },
  }
}

interface Outgoing {
  push(message: Uint8Array): void
  pump(drained: () => void): boolean
  credit(bytes: number): boolean
  buffered(): number
  clear(): void
}

const createOutgoing = (number: CircuitNumber, wire: Wire): Outgoing => {
  let queue: Uint8Array[] = []
  let buffered = 0
  let allowance = CIRCUIT_WINDOW
  let wasHigh = false

  const sendSome = (): boolean => {
    let sent = 0
    while (sent < queue.length && queue[sent]!.length <= allowance && wire.takesMore()) {
      const message = queue[sent++]!
      allowance -= message.length
      buffered -= message.length
      wire.send(encodeCircuitData(number, message))
    }
    queue = sent > 0 ? queue.slice(sent) : queue
    return queue.length > 0 && queue[0]!.length <= allowance
  }
  return {
    push(message) {
      queue.push(message)
      buffered += message.length
      wasHigh ||= buffered >= DRAIN_BYTES
    },
    pump(drained) {
      const held = sendSome()
      if (!wasHigh || buffered >= DRAIN_BYTES) return held
      wasHigh = false
      drained()
      return held
    },
    credit(bytes) {
      allowance += bytes
      return allowance <= CIRCUIT_WINDOW
    },
    buffered: () => buffered,
    clear() {
      queue = []
      buffered = 0
    },
  }
}

type MessageHandler = Carrier['onmessage']

interface Incoming {
  receive(message: Uint8Array): boolean
  handler(): MessageHandler
  /** Also hands over what came before there was a handler. */
  setHandler(handler: MessageHandler): void
}

const createIncoming = (number: CircuitNumber, wire: Wire): Incoming => {
  let handler: MessageHandler
  let early: Uint8Array[] = []
  let window = CIRCUIT_WINDOW
  let owed = 0

  const deliver = (message: Uint8Array): void => {
    handler?.(message)
    owed += message.length
    if (owed < CREDIT_BYTES) return
    window += owed
    wire.send(encodeCredit(number, owed))
    owed = 0
  }
  return {
    receive(message) {
      window -= message.length
      if (window < 0) return false
      if (handler) deliver(message)
      else early.push(message)
      return true
    },
    handler: () => handler,
    setHandler(next) {
      handler = next
      if (!next) return
      for (const message of early.splice(0)) deliver(message)
      early = []
    },
  }
}
