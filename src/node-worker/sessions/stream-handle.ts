/** A stream as its user sees it, over the stream table that it was opened in. */
import type { StreamEnd } from '../../core/wire/wire-errors.ts'
import { MAX_STREAM_MESSAGE_BYTES } from '../../core/wire/wire-limits.ts'
import type { Priority, Stream } from './types.ts'

export interface StreamHandlePorts {
  readonly kind: string
  readonly priority: Priority
  send(message: Uint8Array, accepted: (sent: boolean) => void): void
  /** A message of so many bytes was handled. */
  handled(bytes: number): void
  /** The user ends the stream. */
  end(end: StreamEnd): void
  report(error: unknown): void
}

export interface StreamHandle {
  readonly stream: Stream
  /** A message came. */
  deliver(message: Uint8Array): void
  /** The stream is over, by the peer or with its session. */
  ended(end: StreamEnd): void
}

export const createStreamHandle = (ports: StreamHandlePorts): StreamHandle => {
  const inbox: Uint8Array[] = []
  let onmessage: Stream['onmessage']
  let onclose: Stream['onclose']
  let end: StreamEnd | undefined
  let busy = false
  let told = false

  const tell = (): void => {
    if (end === undefined || told || busy || inbox.length > 0 || !onclose) return
    told = true
    onclose(end)
  }
  const close = (reason: StreamEnd): void => {
    if (end !== undefined) return
    end = reason
    inbox.length = 0
    ports.end(reason)
    tell()
  }
  const handle = async (message: Uint8Array, handler: NonNullable<Stream['onmessage']>): Promise<void> => {
    try {
      await handler(message)
      ports.handled(message.length)
    } catch (error) {
      ports.report(error)
      close('failed')
    }
  }
  const work = async (): Promise<void> => {
    if (busy) return
    busy = true
    while (onmessage && inbox.length > 0) await handle(inbox.shift()!, onmessage)
    busy = false
    tell()
  }
  const stream: Stream = {
    kind: ports.kind,
    priority: ports.priority,
    send(message) {
      const { length } = message
      if (length > MAX_STREAM_MESSAGE_BYTES) throw new RangeError(`"message" of ${length} bytes`)
      return new Promise((resolve) => ports.send(message, resolve))
    },
    get onmessage() {
      return onmessage
    },
    set onmessage(handler) {
      onmessage = handler
      void work()
    },
    get onclose() {
      return onclose
    },
    set onclose(handler) {
      onclose = handler
      tell()
    },
    close: (reason = 'done') => close(reason),
  }
  return {
    stream,
    deliver(message) {
      if (end !== undefined) return
      inbox.push(message)
      void work()
    },
    ended(reason) {
      if (end !== undefined) return
      end = reason
      if (reason !== 'done') inbox.length = 0
      tell()
    },
  }
}
