/** Two ends of a carrier in memory: whole messages, in order, later, until someone cuts it. */
import type { Carrier } from '../../../src/core/ports.ts'
import { isBrowser } from '../../support/node-module.ts'

/** A task of its own, in order; browsers make nested timers wait for 4 ms, which adds up. */
const createNextTask = (): ((run: () => void) => void) => {
  if (!isBrowser) return (run) => void setTimeout(run, 0)
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()?.()
  return (run) => {
    waiting.push(run)
    port2.postMessage(undefined)
  }
}
const nextTask = createNextTask()

export interface MemoryCarriers {
  /** The side that dialled, and the side that was. */
  readonly ends: readonly [Carrier, Carrier]
  /** Cuts it: what is under way is lost, both ends hear of it. */
  cut(): void
  /** From now on nothing arrives, and nobody hears of that. */
  freeze(): void
  /** Every message that was sent, with the index of its sender. */
  readonly captured: { readonly from: 0 | 1; readonly message: Uint8Array }[]
}

export interface MemoryCarrierOptions {
  readonly kind?: Carrier['kind']
  /** Changes or swallows messages under way. */
  readonly tamper?: (message: Uint8Array, from: 0 | 1) => Uint8Array | undefined
  readonly capture?: boolean
  /** Cuts the carrier instead of delivering the message after this many. */
  readonly cutAfter?: number
  /** Runs a delivery of a sender later; in order. */
  readonly later?: (run: () => void, from: 0 | 1) => void
  /** Whether what a side sends stays in its buffer, as when its peer does not read. */
  readonly isStuck?: (from: 0 | 1) => boolean
}

interface End extends Carrier {
  deliver(message: Uint8Array): void
  closed(reason: string): void
}

export const createMemoryCarriers = (options: MemoryCarrierOptions = {}): MemoryCarriers => {
  const { kind = 'direct', tamper = (message) => message, capture = false, cutAfter = Infinity } = options
  const { isStuck = () => false } = options
  const later = options.later ?? nextTask
  const captured: { from: 0 | 1; message: Uint8Array }[] = []
  let open = true
  let frozen = false
  let delivered = 0
  const arrive = (bytes: Uint8Array, from: 0 | 1): void => {
    if (!open || frozen) return
    const arriving = tamper(bytes, from)
    if (delivered >= cutAfter) cut()
    else if (arriving) ends[from === 0 ? 1 : 0].deliver(arriving)
    delivered += 1
  }
  const end = (from: 0 | 1): End => {
    let buffered = 0
    const self: End = {
      kind,
      initiator: from === 0,
      onmessage: undefined,
      onclose: undefined,
      ondrain: undefined,
      buffered: () => buffered,
      send(message) {
        if (!open) return
        const bytes = message.slice()
        if (capture) captured.push({ from, message: bytes })
        buffered += bytes.length
        if (isStuck(from)) return
        later(() => {
          buffered -= bytes.length
          arrive(bytes, from)
          if (buffered < 262_144) self.ondrain?.()
        }, from)
      },
      close: (reason) => {
        if (!open) return
        // What was sent before still arrives.
        later(() => {
          if (!open) return
          open = false
          if (!frozen) ends[from === 0 ? 1 : 0].closed(reason)
        }, from)
      },
      deliver: (message) => self.onmessage?.(message),
      closed: (reason) => self.onclose?.(reason),
    }
    return self
  }
  const ends = [end(0), end(1)] as const
  const cut = (): void => {
    if (!open) return
    open = false
    for (const one of ends) one.closed('cut')
  }
  return {
    ends,
    captured,
    cut,
    freeze: () => {
      frozen = true
    },
  }
}
