/** Leasing as the swarm has it: it begins once the ledger is here, and takes part in every session from then on. */
import { bytesToHex } from '../../core/bytes.ts'
import type { Self } from '../person/account.ts'
import type { NodeServices } from '../services.ts'
import type { Session, SessionManager, Stream } from '../sessions/types.ts'
import type { Leasing } from './leasing.ts'
import type { SafetyReport } from './safety-report.ts'

/** What leasing tells the swarm, and what the swarm hands to it. */
export interface LeasingHandle {
  /** Serves a lease stream that the peer opened; until it has begun nothing is said on one. */
  serve(session: Session, stream: Stream): void
  /** [EC11] Whether places at strangers are looked for. */
  needsPlaces(): boolean
  /** [EC11] Whether strangers may find a place here. */
  hasRoom(): boolean
  /** How safe the person's things are; undefined before it has begun. */
  safety(): Promise<SafetyReport | undefined>
  close(): void
}

/** Begins as soon as the ledger is loaded. `onChange` is called when an answer above may have changed. */
export const beginLeasing = (
  services: NodeServices,
  self: Self,
  sessions: SessionManager,
  onChange: () => void,
): LeasingHandle => {
  const device = self.device.signer.publicKey
  const waiting = new Map<Stream, Session>()
  const stops: (() => void)[] = []
  let leasing: Leasing | undefined
  let isClosed = false

  const begin = async (): Promise<void> => {
    const book = await services.ledger()
    const { startLeasing } = await import('../later.ts')
    const names = { me: self.person, device, deviceId: bytesToHex(device) }
    const started = await startLeasing({ services, standing: services.leases, book, ...names })
    if (isClosed) return started.close()
    leasing = started
    for (const session of sessions.sessions()) started.join(session)
    stops.push(sessions.onSession(started.join))
    for (const [stream, session] of waiting) started.serve(session, stream)
    waiting.clear()
    onChange()
  }
  begin().catch((error) => isClosed || services.platform.log({ level: 'error', what: 'leases', detail: String(error) }))
  stops.push(services.changes.listen((topics) => void (topics.includes('leases') && onChange())))

  return {
    serve(session, stream) {
      if (leasing) return leasing.serve(session, stream)
      waiting.set(stream, session)
      stream.onclose = () => void waiting.delete(stream)
    },
    needsPlaces: () => leasing?.needsPlaces() ?? false,
    hasRoom: () => leasing?.hasRoom() ?? false,
    safety: async () => leasing?.safety(),
    close() {
      isClosed = true
      for (const stop of stops) stop()
      leasing?.close()
    },
  }
}
