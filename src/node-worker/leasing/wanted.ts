/**
 * How many copies are wanted of each thing: as many as of everything, or as were chosen for the items in it. Rule Q40 of
 * docs/protocol. An item is a post or a note; a thing is a log or a block, as leases name them.
 */

import { type Cid, cidToString } from '../../core/blocks/cid.ts'
import { bytesToHex } from '../../core/bytes.ts'
import type { SubjectKey } from '../../core/economy/ledger-facts.ts'
import type { KeptBlock } from '../files/kept-blocks.ts'
import type { LogHead } from '../log/log-service.ts'
import { isNoteId } from '../notes/note-entries.ts'
import { listEntries } from '../notes/note-rows.ts'
import type { WantedCopies } from '../person/settings.ts'
import { getEntry } from '../social/rows.ts'
import type { ReadTransaction } from '../stores/store.ts'

/** The name of a block in leases. */
export const blockKey = (cid: Cid): SubjectKey => `block ${cidToString(cid)}`

/** The name of a log in leases. */
export const logKey = ({ device, log }: Pick<LogHead, 'device' | 'log'>): SubjectKey =>
  `log ${bytesToHex(device)} ${log}`

/** Of a block that several items show, the one that wants most decides. */
export const copiesOfBlock = ({ reasons }: KeptBlock, person: string, { copies, chosen }: WantedCopies): number =>
  Math.max(1, ...reasons.filter((reason) => reason.person === person).map(({ name }) => chosen.get(name) ?? copies))

/**
 * Where the words of an item stand: a post in one log, a note in one of each device that wrote in it; of each log the
 * item's newest entry. Nowhere when it is not here or was deleted.
 * @param tx over `posts` and `queue`
 */
export const logsOfItem = async (tx: ReadTransaction, item: string): Promise<Map<SubjectKey, number>> => {
  const row = isNoteId(item) ? undefined : await getEntry(tx, item)
  const entries = isNoteId(item) ? await listEntries(tx, item) : row && row.kind !== 'gone' ? [row] : []
  const newest = new Map<SubjectKey, number>()
  for (const entry of entries) newest.set(logKey(entry), Math.max(entry.seq, newest.get(logKey(entry)) ?? 0))
  return newest
}

/**
 * Copies of each log. What is written stands with everything else that was written there, so a log has no fewer copies
 * than are wanted of everything, and as many as the item in it that wants most.
 * @param tx over `posts` and `queue`
 */
export const copiesOfLogs = async (
  tx: ReadTransaction,
  { copies, chosen }: WantedCopies,
): Promise<(head: LogHead) => number> => {
  const most = new Map<SubjectKey, number>()
  for (const [item, wanted] of chosen) {
    if (wanted <= copies) continue
    for (const log of (await logsOfItem(tx, item)).keys()) most.set(log, Math.max(wanted, most.get(log) ?? 0))
  }
  return (head) => most.get(logKey(head)) ?? copies
}
