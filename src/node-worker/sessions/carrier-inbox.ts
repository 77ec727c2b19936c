/** Messages of a carrier, kept until someone takes them: first the handshake, one by one, then the session. */
import type { Carrier } from '../../core/ports.ts'
import { MAX_CARRIER_MESSAGE_BYTES, MAX_UNDECRYPTED_BYTES } from '../../core/wire/wire-limits.ts'
import type { Refuse, Refused } from '../refusals.ts'

export interface CarrierInbox {
  /** Closes the carrier, also for whoever waits in `next`. */
  close(reason: string): void
  /** The next message; undefined once the carrier is closed. */
  next(): Promise<Uint8Array | undefined>
  /** Hands everything that waits, and whatever comes, to `handlers`; `next` is over. */
  handTo(handlers: { onMessage(message: Uint8Array): void; onClose(reason: string): void }): void
}

type Handlers = Parameters<CarrierInbox['handTo']>[0]

/** Takes over the carrier's handlers. A peer that sends more than is taken, or too much at once, loses the carrier. */
export const createCarrierInbox = (carrier: Carrier, refuse: Refuse): CarrierInbox => {
  const waiting: Uint8Array[] = []
  let bytes = 0
  let closed: string | undefined
  let handlers: Handlers | undefined
  let wake: (() => void) | undefined

  const onClose = (reason: string): void => {
    if (closed !== undefined) return
    closed = reason
    handlers?.onClose(reason)
    wake?.()
  }
  const close = (reason: string): void => {
    carrier.close(reason)
    onClose(reason)
  }
  const spoil = (kind: Refused, reason: string): void => {
    refuse(kind)
    close(reason)
  }
  const keep = (message: Uint8Array): void => {
    bytes += message.length
    waiting.push(message)
    wake?.()
    if (bytes > MAX_UNDECRYPTED_BYTES) spoil('flooded-carrier', 'more than is taken')
  }
  carrier.onmessage = (message) => {
    if (closed !== undefined) return
    if (message.length > MAX_CARRIER_MESSAGE_BYTES) {
      spoil('malformed-carrier', `a message of ${message.length} bytes`)
    } else if (handlers) handlers.onMessage(message)
    else keep(message)
  }
  carrier.onclose = onClose

  const take = (): Uint8Array | undefined => {
    const message = waiting.shift()
    bytes -= message?.length ?? 0
    return message
  }
  return {
    close,
    async next() {
      while (waiting.length === 0 && closed === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return take()
    },
    handTo(next) {
      handlers = next
      for (let message = take(); message; message = take()) next.onMessage(message)
      if (closed !== undefined) next.onClose(closed)
    },
  }
}
