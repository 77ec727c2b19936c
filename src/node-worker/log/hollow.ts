/**
 * Public entries whose payload is missing although nobody here heard that it was taken back: whoever sent them may have
 * kept it to themselves, so others are asked for it too.
 */
import { entryIdOf } from '../../core/logs/entry.ts'
import { logKind } from '../../core/logs/log-id.ts'
import type { Segment } from '../../core/logs/segment.ts'
import { getEntry, isGone } from '../social/rows.ts'
import type { WriteTransaction } from '../stores/store.ts'
import type { LogRow } from './log-row.ts'
import { LOG_FEED, type SeqRange } from './log-service.ts'
import { isHeld, mergeNearest, missingRanges, uniteRange } from './ranges.ts'

/**
 * Separate runs of such entries that are remembered of one log. Of more the nearest are joined, with what lies between:
 * whoever holds back every other payload must not have the first of them dropped from memory.
 */
export const MAX_HOLLOWS = 256

const rangesOf = (seqs: Iterable<number>): readonly SeqRange[] =>
  [...seqs].reduce<readonly SeqRange[]>((ranges, seq) => uniteRange(ranges, { from: seq, to: seq }), [])

/** The row once the payloads of `seqs` are here, or known to be taken back. */
export const withoutHollow = (row: LogRow, seqs: Iterable<number>): LogRow => {
  if (!row.hollow) return row
  const solid = rangesOf(seqs)
  const hollow = row.hollow.flatMap((range) => missingRanges(solid, range))
  return { ...row, hollow: mergeNearest(hollow, MAX_HOLLOWS) }
}

/** Positions of the entries of a run that come with their payload. */
export const withPayload = (run: Segment): number[] =>
  run.entries.flatMap(({ seq }, i) => (run.payloads[i] ? [seq] : []))

/** The row with those entries of `run` that are new, `before` knowing which, and came without a payload for no reason. */
export const withHollow = async (tx: WriteTransaction, row: LogRow, before: LogRow, run: Segment): Promise<LogRow> => {
  const bare = run.entries.filter(({ seq }, i) => run.payloads[i] === null && !isHeld(before.ranges, seq))
  if (logKind(run.logId) !== LOG_FEED || bare.length === 0) return row
  const areGone = await Promise.all(
    bare.map(async ({ hash }) => isGone(await getEntry(tx, entryIdOf(hash)), row.person)),
  )
  const hollow = bare
    .filter((_, i) => !areGone[i])
    .reduce<readonly SeqRange[]>((ranges, { seq }) => uniteRange(ranges, { from: seq, to: seq }), row.hollow ?? [])
  return { ...row, hollow: mergeNearest(hollow, MAX_HOLLOWS) }
}
