/** What is stored here, for whom, and how much room is left. */
import { CID_TEXT_LENGTH } from '../../core/blocks/cid.ts'
import type { StorageView } from '../../rpc/views.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { BlockMeta } from '../files/references.ts'
import type { InternalServices } from '../internal-services.ts'
import type { LogRow } from '../log/log-row.ts'
import { countHeld } from '../log/ranges.ts'
import { isKeysReference } from '../person/record-rows.ts'

interface Sums {
  entries: number
  bytes: number
  files: number
}

/** A manifest is referred to by entries or avatars, a chunk by its manifest alone. */
const isFile = (reference: string): boolean => reference.length !== CID_TEXT_LENGTH && !isKeysReference(reference)

/** Answers `storage`. `isFull` tells whether the last write found no room. */
export const storageQueries = (services: InternalServices, isFull: () => boolean): Pick<QueryHandlers, 'storage'> => {
  const { account, platform } = services

  const measure = async (): Promise<StorageView> => {
    const estimate = await platform.storageEstimate()
    const me = account.self()?.person
    const { logs, blocks, notes } = await platform.store.read(['logs', 'blockMeta', 'notes'], async (tx) => ({
      logs: await tx.list<LogRow>('logs'),
      blocks: await tx.list<BlockMeta>('blockMeta'),
      notes: await tx.count('notes'),
    }))
    const own: Sums = { entries: 0, bytes: 0, files: 0 }
    const others: Sums = { entries: 0, bytes: 0, files: 0 }
    const people = new Set<string>()
    for (const { value } of logs) {
      const sums = value.person === me ? own : others
      sums.entries += countHeld(value.ranges)
      sums.bytes += value.bytes
      if (value.person !== me) people.add(value.person)
    }
    for (const { value } of blocks) {
      const sums = value.person === me ? own : others
      sums.bytes += value.size
      if (value.size > 0 && value.references.some(isFile)) sums.files++
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
