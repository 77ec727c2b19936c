/**
 * What is held of logs, remembered between the questions of all sessions: each asks for every log of every person after
 * each step, which would read the store as often.
 */
import type { LogHead } from '../log/log-service.ts'
import { logKey } from './log-key.ts'
import type { ReplicationServices } from './ports.ts'

/** See the module's doc. */
export interface LogHeads {
  get(device: Uint8Array, log: number): Promise<LogHead | undefined>
  /** What is known of a log may be wrong by now. Appends are heard of without this. */
  forget(device: Uint8Array, log: number): void
  close(): void
}

/** An empty memory. */
export function createLogHeads({ changes, logs, persons }: ReplicationServices): LogHeads {
  const heads = new Map<string, Promise<LogHead | undefined>>()
  const stops = [
    logs.onAppend(({ device, log }) => void heads.delete(logKey(device, log))),
    // Whoever was blocked is deleted.
    persons.onChange(() => heads.clear()),
    // So is what is private of those for whom it is no longer kept, and what was kept under leases that are over.
    changes.listen((topics) => (topics.includes('keepers') || topics.includes('logs-gone')) && heads.clear()),
  ]
  return {
    get(device, log) {
      const key = logKey(device, log)
      const known = heads.get(key) ?? logs.head(device, log)
      heads.set(key, known)
      known.catch(() => heads.delete(key))
      return known
    },
    forget: (device, log) => void heads.delete(logKey(device, log)),
    close() {
      for (const stop of stops) stop()
    },
  }
}
