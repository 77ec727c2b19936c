/** The state of the connections as people see it: hosts, sessions, what waits and what is on its way. */

import { base32Encode } from '../../core/bytes.ts'
import { logKind } from '../../core/logs/log-id.ts'
import type { NetworkView, SessionInfo } from '../../rpc/views.ts'
import { isSealedLog, LOG_FEED } from '../log/log-service.ts'
import type { ModemPool } from '../modems/modem-pool.ts'
import type { Self } from '../person/account.ts'
import type { Replication } from '../replication/replication.ts'
import type { NodeServices } from '../services.ts'
import type { Session, SessionManager } from '../sessions/types.ts'
import type { DirectDialer } from './direct-dialer.ts'
import type { HostPool } from './host-pool-types.ts'

/** Counting what waits reads the store, so it is done at most this often. */
const COUNT_INTERVAL_MS = 400

/** What the weather is read from. */
export interface WeatherPorts {
  readonly services: NodeServices
  readonly self: Self
  readonly sessions: SessionManager
  readonly hosts: HostPool
  readonly modems: ModemPool
  readonly replication: Replication
  readonly direct: DirectDialer
}

/** See the module's doc. */
export interface Weather {
  view(): NetworkView
  opened(session: Session): void
  ended(session: Session): void
  /** Something it shows changed: pages hear of it soon. */
  changed(): void
  close(): void
}

/** What says nothing of what a peer sent: no room here, or a line that broke. Shown elsewhere, or as nothing. */
const OWN_REASONS: ReadonlySet<string> = new Set(['full', 'busy', 'carrier-lost'])

/** [N23] All that was turned away, by reason; reasons of two sources that have one name are added up. */
export const sumRefused = (sources: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const all: Record<string, number> = {}
  for (const [reason, count] of sources.flatMap(Object.entries) as [string, number][])
    if (count > 0 && !OWN_REASONS.has(reason)) all[reason] = (all[reason] ?? 0) + count
  return all
}

/** Starts watching. */
export function createWeather(ports: WeatherPorts): Weather {
  const { services, self, sessions, hosts, modems, replication, direct } = ports
  const { changes, copies, logs, platform, records } = services
  const since = new Map<Session, number>()
  let counts = { waiting: 0, onlyHere: 0, arriving: 0 }
  let timer: unknown
  let isClosed = false

  const count = async (): Promise<void> => {
    timer = undefined
    // What stands in a forked log nobody takes any more: it waits for nothing.
    const own = (await logs.heads(self.person)).filter((head) => isOwn(head.device) && !head.forked)
    const [open, closed] = [own.filter(isPublic), own.filter(({ log }) => isSealedLog(log))]
    counts = {
      waiting: copies.waiting(open),
      onlyHere: copies.waiting(closed),
      arriving: await replication.arriving(),
    }
    changes.emit('connection')
  }
  const isOwn = (device: Uint8Array): boolean => base32Encode(device) === base32Encode(self.device.signer.publicKey)
  /** What followers take; what is sealed only own devices and keepers do. A ledger tells nobody's news. */
  const isPublic = ({ log }: { readonly log: number }): boolean => logKind(log) === LOG_FEED
  const changed = (): void => {
    timer ??= platform.timers.setTimeout(() => void count().catch(report), COUNT_INTERVAL_MS)
  }
  // A count that was under way when the node closed finds the store closed.
  const report = (error: unknown): void => {
    if (!isClosed) platform.log({ level: 'error', what: 'weather', detail: String(error) })
  }

  const info = (session: Session): SessionInfo => ({
    person: services.personCard(session.person),
    device: base32Encode(session.device),
    carrier: session.carrier(),
    since: since.get(session) ?? platform.clock.now(),
    sentBytes: session.stats.sentBytes,
    receivedBytes: session.stats.receivedBytes,
    resentBytes: session.stats.resentBytes,
  })

  const refused = (): Record<string, number> =>
    sumRefused([
      logs.refused(),
      sessions.refused,
      services.refusals.counts(),
      // Records are refused for the same reasons as entries.
      Object.fromEntries(Object.entries(records.refused()).map(([reason, count]) => [`record-${reason}`, count])),
      { 'host-frame': hosts.refused(), signal: direct.refused },
    ])

  const stopListening = [logs.onAppend(changed), changes.listen((topics) => topics.includes('copies') && changed())]

  return {
    view() {
      const live = sessions.sessions().filter((session) => session.carrier() !== 'none')
      const others = new Set(live.map((session) => session.person).filter((person) => person !== self.person))
      const missing = modems.missing()
      return {
        online: live.length > 0 || hosts.views().some((host) => host.state === 'connected'),
        hosts: hosts.views(),
        people: others.size,
        sessions: sessions.sessions().map(info),
        ...counts,
        ...(missing ? { noDirect: missing } : {}),
        refused: refused(),
      }
    },
    opened: (session) => void since.set(session, platform.clock.now()),
    ended: (session) => void since.delete(session),
    changed,
    close() {
      isClosed = true
      for (const stop of stopListening) stop()
      if (timer !== undefined) platform.timers.clearTimeout(timer)
    },
  }
}
