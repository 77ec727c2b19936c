/**
 * Packets over one carrier: sealed and opened by WebCrypto, several at once, in order. Sealed packets that are ready
 * together share a carrier message.
 */
import type { Carrier } from '../../core/ports.ts'
import { NOISE_LENGTH_BYTES, packCarrierMessage, splitCarrierMessage } from '../../core/wire/carrier-message.ts'
import type { NoiseTransport } from '../../core/wire/noise-xx.ts'
import {
  MAX_DECRYPTING,
  MAX_UNDECRYPTED_BYTES,
  NOISE_TAG_BYTES,
  TARGET_CARRIER_MESSAGE_BYTES,
} from '../../core/wire/wire-limits.ts'
import type { Refuse, Refused } from '../refusals.ts'
import type { CarrierInbox } from './carrier-inbox.ts'

export interface SecureCarrierHandlers {
  /** An opened packet, in order. */
  onPacket(packet: Uint8Array): void
  /** Once, after the last packet; not after one's own `close`. */
  onClose(reason: string): void
  /** There may be room for more. */
  onRoom(): void
}

export interface SecureCarrier {
  readonly kind: Carrier['kind']
  readonly initiator: boolean
  send(packet: Uint8Array): void
  /** Bytes that have not left: being sealed, or in the carrier's buffer. */
  pending(): number
  /** Begins to deliver. */
  start(handlers: SecureCarrierHandlers): void
  /** Closes once everything queued was handed over; nothing is delivered any more. */
  close(reason: string): void
}

/** Bytes that a packet of `length` bytes takes on a carrier. */
export const sealedSize = (length: number): number => length + NOISE_TAG_BYTES + NOISE_LENGTH_BYTES

/** Takes what is sealed from the front of the queue, as much as one carrier message should hold. */
const takeBatch = (queue: (Uint8Array | undefined)[]): Uint8Array[] => {
  let bytes = 0
  let count = 0
  for (const sealed of queue) {
    if (!sealed || (count > 0 && bytes + NOISE_LENGTH_BYTES + sealed.length > TARGET_CARRIER_MESSAGE_BYTES)) break
    bytes += NOISE_LENGTH_BYTES + sealed.length
    count += 1
  }
  return queue.splice(0, count) as Uint8Array[]
}

interface Outgoing {
  send(packet: Uint8Array): void
  sealing(): number
  /** Runs `then` once all that was queued is with the carrier. */
  afterFlush(then: () => void): void
}

const createOutgoing = (carrier: Carrier, transport: NoiseTransport, onRoom: () => void): Outgoing => {
  // Sealed packets in order; undefined while WebCrypto works on one. `head` counts what was taken from the front.
  const queue: (Uint8Array | undefined)[] = []
  let head = 0
  let sealing = 0
  let flushed: (() => void) | undefined
  const flush = (): void => {
    for (let batch = takeBatch(queue); batch.length > 0; batch = takeBatch(queue)) {
      head += batch.length
      sealing -= batch.reduce((sum, sealed) => sum + NOISE_LENGTH_BYTES + sealed.length, 0)
      carrier.send(packCarrierMessage(batch))
    }
    if (queue.length === 0) flushed?.()
    onRoom()
  }
  return {
    send(packet) {
      const place = head + queue.length
      queue.push(undefined)
      sealing += sealedSize(packet.length)
      void transport.send.seal(packet).then((sealed) => {
        queue[place - head] = sealed
        if (place === head) flush()
      })
    },
    sealing: () => sealing,
    afterFlush(then) {
      if (queue.length === 0) then()
      else flushed = then
    },
  }
}

interface Incoming {
  message(message: Uint8Array): void
  close(reason: string): void
}

/** Sealed messages that wait, in order. Their number is the peer's choice, so taking one must not move the others. */
const createBacklog = () => {
  let items: Uint8Array[] = []
  let head = 0
  return {
    add: (item: Uint8Array): void => void items.push(item),
    take(): Uint8Array | undefined {
      const item = items[head]
      if (item) head += 1
      if (head > items.length / 2) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    clear() {
      items = []
      head = 0
    },
  }
}

/** Opens several messages at once; delivery waits its turn. */
const createIncoming = (
  transport: NoiseTransport,
  handlers: SecureCarrierHandlers,
  spoil: (kind: Refused, reason: string) => void,
): Incoming => {
  const backlog = createBacklog()
  let turn: Promise<void> = Promise.resolve()
  let opening = 0
  let waiting = 0
  let closed: string | undefined
  const deliver = (sealed: Uint8Array, packet: Uint8Array | undefined): void => {
    opening -= 1
    waiting -= sealed.length
    if (packet) handlers.onPacket(packet)
    else {
      backlog.clear()
      spoil('undecryptable-carrier', 'a message that does not decrypt')
    }
  }
  const open = (sealed: Uint8Array): void => {
    opening += 1
    const opened = transport.receive.open(sealed)
    turn = turn.then(async () => {
      deliver(sealed, await opened)
      openNext()
    })
  }
  function openNext(): void {
    while (opening < MAX_DECRYPTING) {
      const sealed = backlog.take()
      if (!sealed) break
      open(sealed)
    }
    const reason = closed
    if (opening === 0 && reason !== undefined) turn = turn.then(() => handlers.onClose(reason))
  }
  return {
    message(message) {
      const parts = splitCarrierMessage(message)
      if (!parts.ok) return spoil('malformed-carrier', parts.error.reason)
      if (waiting + message.length > MAX_UNDECRYPTED_BYTES)
        return spoil('flooded-carrier', 'faster than it can be decrypted')
      for (const part of parts.value) {
        waiting += part.length
        backlog.add(part)
      }
      openNext()
    },
    close(reason) {
      closed = reason
      openNext()
    },
  }
}

/** Wraps a carrier whose handshake is done. */
export const createSecureCarrier = (
  carrier: Carrier,
  inbox: CarrierInbox,
  transport: NoiseTransport,
  refuse: Refuse,
): SecureCarrier => {
  let handlers: SecureCarrierHandlers | undefined
  const outgoing = createOutgoing(carrier, transport, () => handlers?.onRoom())
  carrier.ondrain = () => handlers?.onRoom()
  const guarded: SecureCarrierHandlers = {
    onPacket: (packet) => handlers?.onPacket(packet),
    onClose(reason) {
      const told = handlers
      handlers = undefined
      told?.onClose(reason)
    },
    onRoom: () => handlers?.onRoom(),
  }
  const spoil = (kind: Refused, reason: string): void => {
    // Once a carrier: what was under way behind it is as bad.
    if (handlers) refuse(kind)
    carrier.close(reason)
    guarded.onClose(reason)
  }
  return {
    kind: carrier.kind,
    initiator: carrier.initiator,
    send: (packet) => outgoing.send(packet),
    pending: () => outgoing.sealing() + carrier.buffered(),
    start(next) {
      handlers = next
      const incoming = createIncoming(transport, guarded, spoil)
      inbox.handTo({ onMessage: incoming.message, onClose: incoming.close })
    },
    close(reason) {
      handlers = undefined
      outgoing.afterFlush(() => carrier.close(reason))
    },
  }
}
