/**
 * Proof that a new entry continues a log that a reader holds an old part of, without the entries between: the entries
 * on the shortest way back over links, each of which is vouched for by the one before it. Their positions are those
 * of `lipmaaPath`. Rule L8 of docs/protocol.
 */
import { equalBytes } from '../bytes.ts'
import type { Entry, EntryHash } from './entry.ts'
import { lipmaaOf } from './lipmaa.ts'

/** The hash that an entry holds for the one at `seq`; undefined when no link of it points there. */
const linkTo = (entry: Entry, seq: number): EntryHash | undefined => {
  if (seq === entry.seq - 1) return entry.backlink
  return seq === lipmaaOf(entry.seq) ? entry.lipmaa : undefined
}

/** Whether every entry of `path` is of one log and linked from the one before it: then all are as authentic as the first. */
export const isLinkedPath = (path: readonly Entry[]): boolean =>
  path.every((entry, i) => {
    const previous = path[i - 1]
    if (!previous) return true
    const link = linkTo(previous, entry.seq)
    const sameLog = entry.logId === previous.logId && equalBytes(entry.author, previous.author)
    return sameLog && link !== undefined && equalBytes(link, entry.hash)
  })
