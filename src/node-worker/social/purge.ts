/**
 * Deleting what was stored of a blocked person, and what is private of somebody for whom it is no longer kept. Either
 * leaves a row in `queue`, so that deleting goes on after a crash; what a person ever said in public is taken out of the
 * views in steps, so that no transaction grows with it.
 */
import { logKind } from '../../core/logs/log-id.ts'
import type { Changes, Topic } from '../changes.ts'
import { releaseKey } from '../keeping/keepers.ts'
import type { LogRow } from '../log/log-row.ts'
import { LOG_FEED } from '../log/log-service.ts'
import { LOG_TABLES } from '../log/log-view.ts'
import { dropRecords } from '../person/record-rows.ts'
import { createMutex } from '../stores/mutex.ts'
import type { Store, WriteTransaction } from '../stores/store.ts'
import { removeEntry } from './entries.ts'
import { Feed, type GoneRow, getEntry, listFeed, takeFromFeed, withoutClaim } from './rows.ts'

/** Entries deleted in one transaction. */
const STEP = 200

/** See the module's doc. */
export interface Purge {
  /** Deletes whatever waits to be deleted. */
  settled(): Promise<void>
}

/** Takes some of what a person said out of every view. @returns whether there may be more */
export const purgeStep = async (
  tx: WriteTransaction,
  person: string,
): Promise<{ more: boolean; topics: readonly Topic[] }> => {
  const topics: Topic[] = []
  let found = 0
  for (const feed of [Feed.person(person), Feed.acts(person), Feed.gone(person)]) {
    for (const place of await listFeed(tx, feed, { limit: STEP })) {
      const row = await getEntry(tx, place.id)
      if (row?.kind === 'gone') await forgetClaim(tx, place.id, row, person)
      else if (row?.person === person) {
        topics.push(...(await removeEntry(tx, place.id, row)))
        await tx.delete('posts', [place.id])
      }
      await takeFromFeed(tx, feed, place)
      found++
    }
  }
  return { more: found > 0, topics }
}

const forgetClaim = (tx: WriteTransaction, id: string, row: GoneRow, person: string): Promise<void> => {
  const left = withoutClaim(row, person)
  return left ? tx.put('posts', [id], left) : tx.delete('posts', [id])
}

const deleteLogsWhere = async (tx: WriteTransaction, isMeant: (row: LogRow, log: number) => boolean): Promise<void> => {
  for (const { key, value } of await tx.list<LogRow>('logs')) {
    if (!isMeant(value, key[1] as number)) continue
    for (const table of ['segments', 'payloads'] as const) await tx.deleteRange(table, { prefix: key })
    await tx.delete('logs', key)
  }
}

/** Deletes the entries of a person, and their records. */
export const deleteLogs = async (tx: WriteTransaction, person: string): Promise<void> => {
  await deleteLogsWhere(tx, (row) => row.person === person)
  await dropRecords(tx, person)
}

const purgeLogs = async (tx: WriteTransaction, person: string): Promise<void> => {
  await deleteLogs(tx, person)
  await tx.deleteRange('queue', { prefix: ['offer', person] })
  await tx.delete('queue', ['purge', person])
}

const isPrivate = (log: number): boolean => logKind(log) !== LOG_FEED

/** [KP5] Deletes the private logs of somebody for whom nothing is kept any more. @returns whether it still was to be done */
const releaseLogs = async (tx: WriteTransaction, person: string): Promise<boolean> => {
  if ((await tx.get('queue', releaseKey(person))) === undefined) return false
  await deleteLogsWhere(tx, (row, log) => row.person === person && isPrivate(log))
  await tx.delete('queue', releaseKey(person))
  return true
}

/** Creates the purge; call `settled` at start and after every commit to the account log, wherever that was written. */
export const createPurge = (store: Store, changes: Changes): Purge => {
  const oneAtATime = createMutex()

  const purge = async (person: string): Promise<void> => {
    const topics = new Set<Topic>(['people', 'storage', `person/${person}`])
    for (let more = true; more; ) {
      const step = await store.write(LOG_TABLES, 'relaxed', async (tx) => {
        const done = await purgeStep(tx, person)
        // With the last step: somebody unblocked on another device may be coming again already, and what of them is
        // shown must never be without the log that it stands in.
        if (!done.more) await purgeLogs(tx, person)
        return done
      })
      for (const topic of step.topics) topics.add(topic)
      more = step.more
    }
    changes.emit(...topics)
  }

  const release = async (person: string): Promise<void> => {
    const isDone = await store.write(LOG_TABLES, 'relaxed', (tx) => releaseLogs(tx, person))
    if (isDone) changes.emit('storage', 'keepers')
  }

  return {
    settled: () =>
      oneAtATime(async () => {
        const waiting = await store.read(['queue'], (tx) => tx.list('queue', { prefix: ['purge'] }))
        for (const { key } of waiting) await purge(key[1] as string)
        const releases = await store.read(['queue'], (tx) => tx.list('queue', { prefix: ['release'] }))
        for (const { key } of releases) await release(key[1] as string)
      }),
  }
}
