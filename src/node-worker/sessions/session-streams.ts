/** The streams of a session as their users see them, kept in step with the session's state. */
import { isStreamKind } from '../../core/wire/frames.ts'
import type { StreamEvent, StreamTable } from '../../core/wire/streams.ts'
import type { StreamEnd } from '../../core/wire/wire-errors.ts'
import { createStreamHandle, type StreamHandle } from './stream-handle.ts'
import type { Priority, Stream } from './types.ts'

export interface SessionStreamsPorts {
  /** The table of the present incarnation; undefined once the session has ended. */
  table(): StreamTable | undefined
  /** Something may be ready to be sent. */
  changed(): void
  report(error: unknown): void
}

export interface SessionStreams {
  open(kind: string, priority: Priority): Stream
  onStream(handler: (stream: Stream, kind: string) => void): void
  take(event: StreamEvent): void
  /** Ends all streams there are. */
  endAll(end: StreamEnd): void
}

/** A stream that never was. */
const createEndedStream = (kind: string, priority: Priority, end: StreamEnd): Stream => {
  const nothing = (): void => {}
  const send = (_: Uint8Array, accepted: (sent: boolean) => void): void => accepted(false)
  const handle = createStreamHandle({ kind, priority, send, handled: nothing, end: nothing, report: nothing })
  handle.ended(end)
  return handle.stream
}

export const createSessionStreams = (ports: SessionStreamsPorts): SessionStreams => {
  const handles = new Map<number, StreamHandle>()
  let unclaimed: Stream[] = []
  let handler: ((stream: Stream, kind: string) => void) | undefined

  /** Bound to the table of its incarnation: after a restart the same id is another stream. */
  const createHandle = (table: StreamTable, id: number, kind: string, priority: Priority): StreamHandle => {
    const handle = createStreamHandle({
      kind,
      priority,
      report: ports.report,
      send(message, accepted) {
        table.send(id, message, accepted)
        ports.changed()
      },
      handled(bytes) {
        table.handled(id, bytes)
        ports.changed()
      },
      end(end) {
        table.end(id, end)
        if (handles.get(id) === handle) handles.delete(id)
        ports.changed()
      },
    })
    handles.set(id, handle)
    return handle
  }
  const present = (stream: Stream): void => {
    try {
      if (handler) handler(stream, stream.kind)
      else unclaimed.push(stream)
    } catch (error) {
      ports.report(error)
      stream.close('failed')
    }
  }
  return {
    open(kind, priority) {
      if (!isStreamKind(kind)) throw new TypeError(`"kind" is none: ${kind}`)
      const table = ports.table()
      const id = table?.open(kind, priority)
      if (!table || id === undefined) return createEndedStream(kind, priority, table ? 'too-many' : 'session-ended')
      ports.changed()
      return createHandle(table, id, kind, priority).stream
    },
    onStream(next) {
      handler = next
      for (const stream of unclaimed.splice(0)) present(stream)
    },
    take(event) {
      const handle = handles.get(event.stream)
      const table = ports.table()
      if (event.type === 'message') handle?.deliver(event.message)
      else if (event.type === 'ended') {
        handles.delete(event.stream)
        handle?.ended(event.end)
      } else if (table) present(createHandle(table, event.stream, event.kind, event.priority).stream)
    },
    endAll(end) {
      const all = [...handles.values()]
      handles.clear()
      unclaimed = []
      for (const handle of all) handle.ended(end)
    },
  }
}
