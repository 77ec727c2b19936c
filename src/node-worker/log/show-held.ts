/** Shows public entries that were kept for somebody under a lease, once that person is followed. Rule EC6. */
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { logKind } from '../../core/logs/log-id.ts'
import { lastSeqOf } from '../../core/logs/segment.ts'
import type { Key, ReadTransaction } from '../stores/store.ts'
import { type LogCore, viewOf } from './log-core.ts'
import { LOG_FEED, type LogHead, type SeqRange } from './log-service.ts'
import { LOG_TABLES, unshown } from './log-view.ts'
import { openEntries } from './open-entries.ts'

/** Entries that one transaction looks at; what one run holds. @returns the last one */
const showRun = async (core: LogCore, { person, device, log }: LogHead, from: number, to: number): Promise<number> => {
  const run = await core.store.read(['segments', 'payloads'], (tx) =>
    core.runs.read(tx, { device, log }, from, to, MAX_SEGMENT_BYTES),
  )
  if (!run) throw new Error('a range that is held cannot be read')
  const read = await openEntries(core, person, run)
  const view = viewOf(core, log)
  const topics = await core.store.write(LOG_TABLES, 'relaxed', async (tx) => {
    const late = await unshown(tx, view, read)
    return (late.length > 0 && (await view?.apply(tx, late))) || []
  })
  await core.committed({ person, device, log, own: false }, undefined, topics)
  return lastSeqOf(run)
}

const showRange = async (core: LogCore, head: LogHead, { from, to }: SeqRange): Promise<void> => {
  for (let seq = from; seq <= to; ) seq = (await showRun(core, head, seq, to)) + 1
}

const showPerson = async (core: LogCore, heads: readonly LogHead[]): Promise<void> => {
  for (const head of heads.filter(({ log }) => logKind(log) === LOG_FEED))
    await core.inOrder(head.device, head.log, async () => {
      for (const range of head.ranges) await showRange(core, head, range)
    })
}

/** Row of table `queue` from when somebody is followed until what was held of them is shown. */
export const unshownKey = (person: string): Key => ['unshown', person]

/** Whether somebody is followed of whom not all that was held has been shown. */
export const isBeingShown = async (tx: ReadTransaction, person: string): Promise<boolean> =>
  (await tx.get('queue', unshownKey(person))) !== undefined

/** Whoever is followed since: what is begun goes on after a crash. @param heads what is held of somebody's logs */
export const showHeld = async (
  core: LogCore,
  heads: (person: string) => Promise<readonly LogHead[]>,
): Promise<void> => {
  const waiting = await core.store.read(['queue'], (tx) => tx.list('queue', { prefix: ['unshown'] }))
  for (const { key } of waiting) {
    const person = key[1] as string
    if (core.persons.relation(person) === 'following') await showPerson(core, await heads(person))
    await core.store.write(['queue'], 'relaxed', (tx) => tx.delete('queue', unshownKey(person)))
  }
}
