/** A carrier over one data channel that a modem holds: counts what is on its way and keeps what comes too early. */
import type { Carrier } from '../../core/ports.ts'
import { type FromModem, MAX_CHANNEL_MESSAGE, type ToModem } from '../../rpc/modem.ts'

/** `ondrain` is called when `buffered()` falls below this. */
export const DRAINED_BYTES = 262_144

/** A carrier, and what its modem tells it. */
export interface ModemCarrier {
  readonly carrier: Carrier
  received(bytes: Uint8Array): void
  /** The modem's report: `total` handed to the channel, of which `buffered` have not left yet. */
  sent(report: Extract<FromModem, { type: 'sent' }>): void
  /** The link is gone; tells the owner once. */
  closed(reason: string): void
}

/** Holds calls back until the owner has set its handler: it gets the carrier a few microtasks after `open`. */
const createInbox = <T>() => {
  let handler: ((value: T) => void) | undefined
  let early: T[] = []
  const put = (value: T): void => {
    if (handler) handler(value)
    else early.push(value)
  }
  const setHandler = (next: ((value: T) => void) | undefined): void => {
    handler = next
    if (!next) return
    for (const value of early.splice(0)) next(value)
  }
  const clear = (): void => {
    early = []
  }
  return { put, setHandler, getHandler: () => handler, clear }
}

/** How many bytes are on their way: posted to the window and not yet in the channel, plus what the channel holds. */
const createGauge = () => {
  let posted = 0
  let total = 0
  let inChannel = 0
  const buffered = (): number => posted - total + inChannel
  /** Returns whether this report drained the gauge. */
  const report = (update: { readonly total: number; readonly buffered: number }): boolean => {
    const wasFull = buffered() >= DRAINED_BYTES
    total = update.total
    inChannel = update.buffered
    return wasFull && buffered() < DRAINED_BYTES
  }
  const add = (bytes: number): void => {
    posted += bytes
  }
  return { buffered, report, add }
}

/** `post` speaks to the modem; `forget` is called when either side has closed the link. */
export const createModemCarrier = (options: {
  readonly link: number
  readonly initiator: boolean
  readonly post: (message: ToModem, transfer?: Transferable[]) => void
  readonly forget: () => void
}): ModemCarrier => {
  const { link, post } = options
  const gauge = createGauge()
  const messages = createInbox<Uint8Array>()
  const ends = createInbox<string>()
  let isClosed = false

  const send = (message: Uint8Array): void => {
    if (message.length > MAX_CHANNEL_MESSAGE) throw new RangeError(`"message" of ${message.length} bytes is too large`)
    if (isClosed) return
    gauge.add(message.length)
    // A copy, because transferring would take the sender's buffer away.
    const bytes = message.slice()
    post({ type: 'send', link, bytes }, [bytes.buffer])
  }
  const end = (): boolean => {
    if (isClosed) return false
    isClosed = true
    messages.clear()
    options.forget()
    return true
  }
  const close = (): void => {
    if (end()) post({ type: 'close', link })
  }

  const carrier: Carrier = {
    kind: 'direct',
    initiator: options.initiator,
    send,
    close,
    buffered: gauge.buffered,
    get onmessage() {
      return messages.getHandler()
    },
    set onmessage(handler) {
      messages.setHandler(handler)
    },
    get onclose() {
      return ends.getHandler()
    },
    set onclose(handler) {
      ends.setHandler(handler)
    },
    ondrain: undefined,
  }
  return {
    carrier,
    received: (bytes) => {
      if (!isClosed) messages.put(bytes)
    },
    sent: (report) => {
      if (gauge.report(report)) carrier.ondrain?.()
    },
    closed: (reason) => {
      if (end()) ends.put(reason)
    },
  }
}
