/**
 * What is read over one session for as long as it lasts: a stream that ended is opened anew, and nothing else with it.
 * The peer reads on a stream of its own, which goes on: if each took the other's down, neither would come to rest.
 * Rule [SY16].
 */
import type { Session } from '../sessions/types.ts'
import { type Confirmations, createConfirmations } from './confirmations.ts'
import { reportTo } from './holder.ts'
import { createReader, type Reader, type ReaderPorts } from './reader.ts'

/** A peer that ended the stream over which it is asked is asked again after so long. */
export const REJOIN_MS = 30_000

/** What reading is given beside its session. */
export interface ReadingPorts extends Omit<ReaderPorts, 'confirmations' | 'onLost'> {
  /** The peer has lost its state of the session and begun anew: so must everything over it here, at once. */
  onRestart(): void
}

/** Begins to read. */
export function createReading(ports: ReadingPorts, session: Session): Reader {
  const { services } = ports
  const { timers } = services.platform
  let again: unknown

  const onLost = (isRestart: boolean): void => {
    if (isRestart) ports.onRestart()
    else again ??= timers.setTimeout(readAgain, REJOIN_MS)
  }
  const begin = (): { readonly reader: Reader; readonly confirmations: Confirmations } => {
    const confirmations = createConfirmations(services, session)
    const reader = createReader({ ...ports, confirmations, onLost }, session)
    reader.refresh().catch(reportTo(services))
    return { reader, confirmations }
  }
  const end = (): void => {
    current.reader.close()
    current.confirmations.close()
  }
  const readAgain = (): void => {
    again = undefined
    end()
    current = begin()
  }
  let current = begin()

  return {
    refresh: () => current.reader.refresh(),
    wake: () => current.reader.wake(),
    arriving: () => current.reader.arriving(),
    close() {
      timers.clearTimeout(again)
      end()
    },
  }
}
