/**
 * Lease streams of one session, one each way: this side opens the one on which it is an owner, the peer the other. What
 * a peer sends is decoded within its limits, and what it is not asked for ends the stream.
 */
import { bytesToHex } from '../../core/bytes.ts'
import { decodeLeaseHolderMessage, decodeOwnerMessage, encodeLeaseMessage } from '../../core/sync/lease-codec.ts'
import type { LeaseHolderMessage, OwnerMessage } from '../../core/sync/lease-messages.ts'
import { StreamKind } from '../../core/sync/messages.ts'
import { refuseMessage } from '../replication/refused-message.ts'
import type { Session, Stream } from '../sessions/types.ts'
import type { HolderLine, LeasingPorts, OwnerLine } from './ports.ts'
import { reportTo } from './ports.ts'

/** A stream that the peer ended is opened again after so long, milliseconds. */
export const REOPEN_MS = 30_000

/** Speaks to a peer as an owner. */
export const openHolderLine = (
  ports: LeasingPorts,
  session: Session,
  handlers: {
    /** The stream is open: what was said on an earlier one may be lost. */
    onOpen(line: HolderLine): void
    onMessage(line: HolderLine, message: LeaseHolderMessage): Promise<void>
    onClose(line: HolderLine): void
  },
): { close(): void } => {
  const { refusals, platform } = ports.services
  let again: unknown
  let isClosed = false
  let stream: Stream

  const open = (): void => {
    const opened = session.open(StreamKind.lease, 'interactive')
    stream = opened
    const line: HolderLine = {
      session,
      device: bytesToHex(session.device),
      send: (message: OwnerMessage) => void opened.send(encodeLeaseMessage(message)).catch(reportTo(ports)),
    }
    opened.onmessage = async (bytes) => {
      const message = decodeLeaseHolderMessage(bytes)
      if (message.ok) return handlers.onMessage(line, message.value)
      refuseMessage(message.error, refusals.count)
      opened.close('failed')
    }
    opened.onclose = (end) => {
      handlers.onClose(line)
      // A peer that knows no such streams keeps nothing for anybody.
      if (!isClosed && end !== 'session-ended' && end !== 'unknown-kind')
        again = platform.timers.setTimeout(open, REOPEN_MS)
    }
    handlers.onOpen(line)
  }
  open()
  return {
    close() {
      isClosed = true
      platform.timers.clearTimeout(again)
      stream.close('cancelled')
    },
  }
}

/** Listens to a peer as a holder, on the stream that it opened. */
export const serveOwner = (
  ports: LeasingPorts,
  session: Session,
  stream: Stream,
  handlers: {
    onMessage(line: OwnerLine, message: OwnerMessage): Promise<void>
    onClose(line: OwnerLine): void
  },
): void => {
  const line: OwnerLine = {
    session,
    send: (message) => void stream.send(encodeLeaseMessage(message)).catch(reportTo(ports)),
  }
  stream.onmessage = async (bytes) => {
    const message = decodeOwnerMessage(bytes)
    if (message.ok) return handlers.onMessage(line, message.value)
    refuseMessage(message.error, ports.services.refusals.count)
    stream.close('failed')
  }
  stream.onclose = () => handlers.onClose(line)
}
