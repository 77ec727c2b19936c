/** What is stored here, for whom, and how much room is left. */
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import type { StorageView } from '../../rpc/views.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import { listKept } from '../files/kept-blocks.ts'
import type { InternalServices } from '../internal-services.ts'
import type { LogRow } from '../log/log-row.ts'
import { countHeld } from '../log/ranges.ts'
import { isMadeHere } from '../person/record-rows.ts'

interface Sums {
  entries: number
  bytes: number
  files: number
}

/** Answers `storage`. `isFull` tells whether the last write found no room. */
export const storageQueries = (services: InternalServices, isFull: () => boolean): Pick<QueryHandlers, 'storage'> => {
  const { account, platform } = services

  const measure = async (): Promise<StorageView> => {
    const estimate = await platform.storageEstimate()
    const me = account.self()?.person
    const { logs, blocks, notes } = await platform.store.read(['logs', 'blockMeta', 'notes'], async (tx) => ({
      logs: await tx.list<LogRow>('logs'),
      blocks: await listKept(tx, (name) => !isMadeHere(name)),
      notes: await tx.count('notes'),
    }))
    const own: Sums = { entries: 0, bytes: 0, files: 0 }
    const others: Sums = { entries: 0, bytes: 0, files: 0 }
    const people = new Set<string>()
    for (const { key, value } of logs) {
      const sums = value.person === me ? own : others
      // Pledges and leases are the bookkeeping of all this, and none of what a person wrote.
      if (logKind(key[1] as number) !== LOG_LEDGER) sums.entries += countHeld(value.ranges)
      sums.bytes += value.bytes
      if (value.person !== me) people.add(value.person)
    }
    for (const { size, persons, isFile } of blocks) {
      const sums = me !== undefined && persons.includes(me) ? own : others
      sums.bytes += size
      if (isFile) sums.files++
    }
    return {
      ...estimate,
      own: { ...own, notes },
      others: { ...others, people: people.size },
      full: isFull(),
    }
  }

  return { storage: { topics: () => ['storage', 'session', 'notes'], run: measure } }
}
