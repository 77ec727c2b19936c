/**
 * Taking in what others send: a segment is checked against key events and against what is held, then stored and read
 * into every view in one transaction. Nothing of it is stored before all of it has been verified. Entries come in any
 * order of runs and each is applied once.
 */
import { equalBytes } from '../../core/bytes.ts'
import { findDevice, logBound } from '../../core/identity/key-state.ts'
import type { EntryHash } from '../../core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../core/logs/lipmaa.ts'
import { lastEntryOf, lastSeqOf, type Segment, sliceSegment } from '../../core/logs/segment.ts'
import { decodeSegment, type SegmentMalformed } from '../../core/logs/segment-codec.ts'
import { verifySegment } from '../../core/logs/segment-verify.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Topic } from '../changes.ts'
import { StoreFullError, type WriteTransaction } from '../stores/store.ts'
import { recordFork } from './forks.ts'
import { withHollow, withoutHollow, withPayload } from './hollow.ts'
import { type LogCore, viewOf } from './log-core.ts'
import { emptyLogRow, getLogRow, type LogRow, putLogRow } from './log-row.ts'
import type { EntryRun, Ingested, Refusal, SeqRange } from './log-service.ts'
import { LOG_TABLES, type ReadEntry, unshown } from './log-view.ts'
import { openEntries } from './open-entries.ts'
import { isHeld, missingRanges, uniteRange } from './ranges.ts'
import { isBeingShown } from './show-held.ts'

/** Separate runs held of one log. Whoever sends one entry here and one there must not make every step slow. */
export const MAX_PIECES = 256

/** Decides whether entries may be stored, inside the transaction that would store them. */
export type Admit = (
  tx: WriteTransaction,
  person: string,
  run: Segment,
  entries: readonly ReadEntry[],
) => Promise<Refusal | undefined>

/** On what terms a segment is taken in. */
export interface IngestTerms {
  readonly admit: Admit
  /** Asked once it is known to be of a device of the person, before anything is stored. False: `not-wanted`. */
  readonly expect?: ((run: EntryRun) => boolean) | undefined
  /** What goes into the views: what is new, nothing, or also what is held and was never shown. */
  readonly shows?: ((run: Segment) => 'new' | 'nothing' | 'unshown') | undefined
}

/** See the module's doc. */
export type Ingest = (person: string, wireSegment: Uint8Array, terms: IngestTerms) => Promise<Result<Ingested, Refusal>>

/** What is held of a log, as far as a run meets it. */
interface Held {
  readonly row: LogRow
  readonly before?: EntryHash | undefined
  /** The hash that the entry after the run links to as the run's last. */
  readonly after?: EntryHash | undefined
  /** Hashes of entries held, by position: within the run, and where its lipmaa links point. */
  readonly known: ReadonlyMap<number, EntryHash>
}

/** The part of the run that counts for the person, and where a removed device's word ends. */
interface Bounded {
  readonly run: Segment
  /** Set when the run must be linked from an entry that the removal named. */
  readonly end?: { readonly seq: number; readonly hash: EntryHash }
}

const boundToKeys = async (core: LogCore, person: string, segment: Segment): Promise<Result<Bounded, Refusal>> => {
  const state = await core.persons.keyState(person)
  if (!state) return err({ type: 'unknown-device' })
  const bound = logBound(state, segment.author, segment.logId)
  if (bound.type === 'open') return ok({ run: segment })
  if (bound.type === 'void') {
    return err({ type: findDevice(state, segment.author) ? 'removed-device' : 'unknown-device' })
  }
  if (segment.firstSeq > bound.seq) return err({ type: 'removed-device' })
  const run = sliceSegment(segment, segment.firstSeq, Math.min(bound.seq, lastSeqOf(segment)))
  return ok({ run, end: { seq: bound.seq, hash: bound.hash } })
}

const overlaps = (row: LogRow, run: Segment): boolean => run.entries.some(({ seq }) => isHeld(row.ranges, seq))

const positionsToCompare = (run: Segment, row: LogRow): Set<number> => {
  const wanted = new Set<number>()
  if (isHeld(row.ranges, run.firstSeq - 1)) wanted.add(run.firstSeq - 1)
  for (const { seq } of run.entries) {
    if (isHeld(row.ranges, seq)) wanted.add(seq)
    const target = needsLipmaa(seq) ? lipmaaOf(seq) : 0
    if (target > 0 && target < run.firstSeq && isHeld(row.ranges, target)) wanted.add(target)
  }
  return wanted
}

const readHeld = (core: LogCore, person: string, run: Segment): Promise<Held> =>
  core.store.read(['logs', 'segments'], async (tx) => {
    const { author, logId } = run
    const row = (await getLogRow(tx, author, logId)) ?? emptyLogRow(person)
    const known = await core.runs.hashesAt(tx, author, logId, positionsToCompare(run, row))
    const next = lastSeqOf(run) + 1
    const nextRow = isHeld(row.ranges, next) ? await core.runs.rowAt(tx, author, logId, next) : undefined
    return {
      row,
      known,
      before: known.get(run.firstSeq - 1),
      after: nextRow?.entries[next - nextRow.firstSeq]?.backlink,
    }
  })

/** The first position at which the run has another entry than the one held. */
const findConflict = (run: Segment, held: Held): number | undefined =>
  run.entries.find(({ seq, hash }) => {
    const mine = held.known.get(seq)
    return mine && !equalBytes(mine, hash)
  })?.seq

type Verdict = { readonly type: 'good' } | { readonly type: 'fork'; readonly seq: number } | { readonly type: 'forged' }

const judge = async (core: LogCore, { run, end }: Bounded, held: Held): Promise<Verdict> => {
  const last = lastEntryOf(run)
  const conflict = findConflict(run, held)
  const linkedTo = end?.seq === last.seq ? end.hash : conflict === undefined ? held.after : undefined
  // A removed device's key may be in a thief's hands: only what the removal's entry links to counts.
  if (end && !linkedTo) return { type: 'forged' }
  const isLinked = linkedTo !== undefined && equalBytes(linkedTo, last.hash)
  const verified = await verifySegment(run, {
    verifier: core.verifier,
    anchor: held.before && { seq: run.firstSeq - 1, hash: held.before },
    later: isLinked ? { seq: last.seq, hash: linkedTo } : undefined,
    known: (seq) => held.known.get(seq),
  })
  if (end && !isLinked) return { type: 'forged' }
  if (!verified.ok) return verified.error.type === 'fork' ? verified.error : { type: 'forged' }
  if (conflict !== undefined) return { type: 'fork', seq: conflict }
  // Signed, yet not what the entry after it links to.
  return linkedTo && !isLinked ? { type: 'fork', seq: last.seq } : { type: 'good' }
}

const grown = (row: LogRow, run: Segment, added: readonly SeqRange[], filled: ReadonlySet<number>): LogRow => {
  const last = lastEntryOf(run)
  const isNewest = last.seq > row.seq
  const bytes = run.payloads.filter((_, i) => filled.has(run.firstSeq + i) || !isHeld(row.ranges, run.firstSeq + i))
  return {
    ...row,
    ranges: added.reduce<readonly SeqRange[]>(uniteRange, row.ranges),
    seq: isNewest ? last.seq : row.seq,
    hash: isNewest ? last.hash.slice() : row.hash,
    bytes: row.bytes + bytes.reduce((sum, payload) => sum + (payload?.length ?? 0), 0),
  }
}

const without = (entries: readonly ReadEntry[], those: readonly ReadEntry[]): readonly ReadEntry[] =>
  entries.filter((entry) => !those.includes(entry))

/** What a commit changed beside entries that are new. */
interface Stored {
  readonly topics: readonly Topic[]
  readonly filled: number
}

/** See {@link Ingest}. */
export const createIngest = (core: LogCore): Ingest => {
  /** `read` is absent when nothing was to be shown. 'followed': nothing is stored, all of it is to be shown after all. */
  const commit = (person: string, run: Segment, read: readonly ReadEntry[] | undefined, terms: IngestTerms) =>
    core.store.write(LOG_TABLES, 'relaxed', async (tx): Promise<Result<Stored, Refusal> | 'followed'> => {
      const { admit, shows } = terms
      const entries = read ?? []
      const refusal = await admit(tx, person, run, entries)
      if (refusal) return err(refusal)
      if (!read && (shows?.(run) !== 'nothing' || (await isBeingShown(tx, person)))) return 'followed'
      const row = (await getLogRow(tx, run.author, run.logId)) ?? emptyLogRow(person)
      const added = missingRanges(row.ranges, { from: run.firstSeq, to: lastSeqOf(run) })
      const filled = overlaps(row, run) ? await core.runs.fillPayloads(tx, run) : new Set<number>()
      for (const { from, to } of added) await core.runs.put(tx, sliceSegment(run, from, to))
      const next = withoutHollow(grown(row, run, added, filled), withPayload(run))
      await putLogRow(tx, run.author, run.logId, await withHollow(tx, next, row, run))
      const isNew = (seq: number) => filled.has(seq) || !isHeld(row.ranges, seq)
      const fresh = entries.filter((entry) => isNew(entry.seq))
      const view = viewOf(core, run.logId)
      const late = shows?.(run) === 'unshown' ? await unshown(tx, view, without(entries, fresh)) : []
      const topics = (await view?.apply(tx, [...late, ...fresh])) ?? []
      // What was taken back and is brought again is nothing that anybody waits for.
      return ok({ topics, filled: [...filled].filter((seq) => isHeld(row.hollow ?? [], seq)).length })
    })

  /** [EC6] Who is followed in the meantime is shown: those who show what was held by then do not know of this run. */
  const store = async (person: string, run: Segment, terms: IngestTerms): Promise<Result<Stored, Refusal>> => {
    const hidden = terms.shows?.(run) === 'nothing' ? await commit(person, run, undefined, terms) : 'followed'
    if (hidden !== 'followed') return hidden
    const stored = await commit(person, run, await openEntries(core, person, run), terms)
    if (stored === 'followed') throw new Error('what is shown was not read')
    return stored
  }

  const takeIn = async (person: string, bounded: Bounded, terms: IngestTerms): Promise<Result<Ingested, Refusal>> => {
    const { run } = bounded
    const held = await readHeld(core, person, run)
    if (held.row.fork) return err({ type: 'fork' })
    if (held.row.person !== person) return err({ type: 'unknown-device' })
    const verdict = await judge(core, bounded, held)
    if (verdict.type === 'forged') return err({ type: 'forged' })
    if (verdict.type === 'fork') {
      if (held.row.ranges.length > 0) await recordFork(core, run, verdict.seq)
      return err({ type: 'fork' })
    }
    const range = { from: run.firstSeq, to: lastSeqOf(run) }
    if (uniteRange(held.row.ranges, range).length > MAX_PIECES) return err({ type: 'scattered' })
    const added = missingRanges(held.row.ranges, range).reduce((sum, { from, to }) => sum + to - from + 1, 0)
    const result: Ingested = { device: run.author, log: run.logId, ...range, added, filled: 0 }
    if (added === 0 && !run.payloads.some(Boolean)) return ok(result)
    const stored = await store(person, run, terms)
    if (!stored.ok) return stored
    const origin = { person, device: run.author, log: run.logId, own: false }
    await core.committed(origin, added > 0 ? run : undefined, stored.value.topics)
    return ok({ ...result, filled: stored.value.filled })
  }

  return async (person, wireSegment, terms) => {
    const decoded = decodeSegment(wireSegment)
    if (!decoded.ok) return err({ type: 'malformed', reason: reasonOf(decoded.error) })
    // The author is a view of the message and will be kept as a key.
    const segment = { ...decoded.value, author: decoded.value.author.slice() }
    const bounded = await boundToKeys(core, person, segment)
    if (!bounded.ok) return bounded
    const span = { device: segment.author, log: segment.logId, from: segment.firstSeq, to: lastSeqOf(segment) }
    if (terms.expect && !terms.expect(span)) return err({ type: 'not-wanted' })
    try {
      return await core.inOrder(segment.author, segment.logId, () => takeIn(person, bounded.value, terms))
    } catch (error) {
      if (error instanceof StoreFullError) return err({ type: 'full' })
      throw error
    }
  }
}

const reasonOf = (error: SegmentMalformed): string => ('reason' in error ? error.reason : error.type)
