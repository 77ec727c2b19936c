/**
 * Entries as rows: runs of many entries in one row of `segments`, their payloads in one row of `payloads`. Small runs
 * that follow each other grow into one row, so that fifteen thousand single posts do not become fifteen thousand rows.
 */
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import { MAX_SEGMENT_ENTRIES } from '../../core/limits.ts'
import type { EntryHash } from '../../core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../core/logs/lipmaa.ts'
import { joinSegments, lastSeqOf, type Segment, segmentBytes, sliceSegment } from '../../core/logs/segment.ts'
import { decodeSegment, encodeSegment } from '../../core/logs/segment-codec.ts'
import type { Key, ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** A row under this many bytes takes in the run that follows it; one over it is left alone. Each live append rewrites
 * the last row, so this bounds what one post costs. */
export const TAIL_ROW_BYTES = 16_384
/** The most bytes that joining may make a row: one row then fits one message. */
export const MAX_ROW_BYTES = 98_304
/** Decoded rows kept in memory. Decoding recomputes one hash an entry, which costs more than reading the row. */
const CACHED_ROWS = 24

/** What a segment costs beside its entries, and an entry beside its payload and links, at most. */
const MAX_SEGMENT_HEAD_BYTES = 125
const ENTRY_BYTES = 64 + 9

type Payloads = readonly (Uint8Array | null)[]

/** See the module's doc. Stateless but for a cache of decoded rows. */
export interface Runs {
  /** Writes a run of which nothing is held yet, joined to the row before it where both are small. */
  put(tx: WriteTransaction, run: Segment): Promise<void>
  /** The row that holds `seq`, without payloads. */
  rowAt(tx: ReadTransaction, device: Uint8Array, log: number, seq: number): Promise<Segment | undefined>
  /** The row that holds `seq`, with payloads. */
  fullRowAt(tx: ReadTransaction, device: Uint8Array, log: number, seq: number): Promise<Segment | undefined>
  /** Hashes of those of `seqs` that are held. */
  hashesAt(
    tx: ReadTransaction,
    device: Uint8Array,
    log: number,
    seqs: Iterable<number>,
  ): Promise<ReadonlyMap<number, EntryHash>>
  /** Puts payloads of `run` where the entry is held without one. @returns their positions */
  fillPayloads(tx: WriteTransaction, run: Segment): Promise<ReadonlySet<number>>
  /** A run from `from` to at most `to` that fits `maxBytes` (one entry always does). */
  read(
    tx: ReadTransaction,
    place: { readonly device: Uint8Array; readonly log: number },
    from: number,
    to: number,
    maxBytes: number,
  ): Promise<Segment | undefined>
  /** Removes payloads. @returns the bytes that were freed */
  dropPayloads(
    tx: WriteTransaction,
    place: { readonly device: Uint8Array; readonly log: number },
    seqs: readonly number[],
  ): Promise<number>
}

interface CachedRow {
  readonly bytes: Uint8Array
  readonly segment: Segment
}

const decodeRow = (bytes: Uint8Array): Segment => {
  const decoded = decodeSegment(bytes)
  // Only what this node verified and encoded itself is ever stored: this is a broken disk or a bug.
  if (!decoded.ok) throw new Error(`stored segment does not decode: ${decoded.error.type}`)
  return decoded.value
}

const createRowCache = () => {
  const rows = new Map<string, CachedRow>()
  return (key: Key, bytes: Uint8Array): Segment => {
    const name = key.map((part) => (part instanceof Uint8Array ? base32Encode(part) : part)).join('/')
    const cached = rows.get(name)
    rows.delete(name)
    const row = cached && equalBytes(cached.bytes, bytes) ? cached : { bytes, segment: decodeRow(bytes) }
    rows.set(name, row)
    const oldest = rows.keys().next()
    if (rows.size > CACHED_ROWS && !oldest.done) rows.delete(oldest.value)
    return row.segment
  }
}

/** Creates the access to rows of runs. */
export const createRuns = (): Runs => {
  const decodeCached = createRowCache()

  const rowBefore = async (tx: ReadTransaction, device: Uint8Array, log: number, seq: number) => {
    const [row] = await tx.list<Uint8Array>('segments', {
      prefix: [device, log],
      before: [device, log, seq + 1],
      reverse: true,
      limit: 1,
    })
    return row && decodeCached(row.key, row.value)
  }

  const rowAt: Runs['rowAt'] = async (tx, device, log, seq) => {
    const row = await rowBefore(tx, device, log, seq)
    return row && seq <= lastSeqOf(row) ? row : undefined
  }

  const withPayloads = async (tx: ReadTransaction, row: Segment): Promise<Segment> => {
    const payloads = await tx.get<Payloads>('payloads', [row.author, row.logId, row.firstSeq])
    return { ...row, payloads: [...(payloads ?? row.entries.map(() => null))] }
  }

  const fullRowAt: Runs['fullRowAt'] = async (tx, device, log, seq) => {
    const row = await rowAt(tx, device, log, seq)
    return row && withPayloads(tx, row)
  }

  const write = async (tx: WriteTransaction, row: Segment): Promise<void> => {
    const key = [row.author, row.logId, row.firstSeq]
    // Copies: what is decoded are views of a whole message, and structured cloning would store all of it.
    await Promise.all([
      tx.put('segments', key, encodeSegment(row, { payloads: false }).slice()),
      tx.put(
        'payloads',
        key,
        row.payloads.map((payload) => payload?.slice() ?? null),
      ),
    ])
  }

  const smallRowBefore = async (tx: ReadTransaction, run: Segment): Promise<Segment | undefined> => {
    const row = await rowAt(tx, run.author, run.logId, run.firstSeq - 1)
    const full = row && (await withPayloads(tx, row))
    const size = full ? segmentBytes(full) : 0
    return full && size < TAIL_ROW_BYTES && size + segmentBytes(run) <= MAX_ROW_BYTES ? full : undefined
  }

  return {
    rowAt,
    fullRowAt,

    async put(tx, run) {
      const before = await smallRowBefore(tx, run)
      await write(tx, before ? joined(before, run) : run)
    },

    async hashesAt(tx, device, log, seqs) {
      const hashes = new Map<number, EntryHash>()
      let row: Segment | undefined
      for (const seq of [...seqs].sort((a, b) => a - b)) {
        if (!row || seq > lastSeqOf(row)) row = await rowAt(tx, device, log, seq)
        const entry = row?.entries[seq - row.firstSeq]
        if (entry) hashes.set(seq, entry.hash)
      }
      return hashes
    },

    async fillPayloads(tx, run) {
      const filled = new Set<number>()
      for (let seq = run.firstSeq; seq <= lastSeqOf(run); seq++) {
        const row = await fullRowAt(tx, run.author, run.logId, seq)
        if (!row) continue
        const payloads = row.payloads.map((held, i) => held ?? run.payloads[row.firstSeq + i - run.firstSeq] ?? null)
        const changed = payloads.flatMap((payload, i) => (payload === row.payloads[i] ? [] : [row.firstSeq + i]))
        if (changed.length > 0) await write(tx, { ...row, payloads })
        for (const position of changed) filled.add(position)
        seq = lastSeqOf(row)
      }
      return filled
    },

    async read(tx, place, from, to, maxBytes) {
      let run: Segment | undefined
      let room = maxBytes - MAX_SEGMENT_HEAD_BYTES
      const end = Math.min(to, from + MAX_SEGMENT_ENTRIES - 1)
      for (let next = from; next <= end; next = lastSeqOf(run) + 1) {
        const row = await fullRowAt(tx, place.device, place.log, next)
        const fitting = row && lastFitting(row, { next, to: end, runFrom: from, room })
        const last = fitting ?? (run ? undefined : next)
        if (!row || last === undefined) break
        const part = sliceSegment(row, next, last)
        room -= segmentBytes(part)
        run = run ? joined(run, part) : part
        if (last < lastSeqOf(row)) break
      }
      return run
    },

    async dropPayloads(tx, { device, log }, seqs) {
      const dropped = new Set(seqs)
      let freed = 0
      for (const seq of [...dropped].sort((a, b) => a - b)) {
        const row = dropped.has(seq) ? await fullRowAt(tx, device, log, seq) : undefined
        if (!row) continue
        const payloads = row.payloads.map((payload, i) => {
          if (!dropped.delete(row.firstSeq + i)) return payload
          freed += payload?.length ?? 0
          return null
        })
        await tx.put('payloads', [row.author, row.logId, row.firstSeq], payloads)
      }
      return freed
    },
  }
}

/** Two runs of one log that are known to follow each other. */
const joined = (first: Segment, second: Segment): Segment => {
  const result = joinSegments(first, second)
  // Links between what is stored were verified when it came in.
  if (!result.ok) throw new Error(`stored runs do not join: ${result.error.reason}`)
  return result.value
}

/** The last entry of `row` from `next` to `to` that still fits `room` bytes of a run that begins at `runFrom`. */
const lastFitting = (
  row: Segment,
  bounds: { readonly next: number; readonly to: number; readonly runFrom: number; readonly room: number },
): number | undefined => {
  let left = bounds.room
  let last: number | undefined
  for (let seq = bounds.next; seq <= Math.min(bounds.to, lastSeqOf(row)); seq++) {
    const isLinkedOut = needsLipmaa(seq) && lipmaaOf(seq) < bounds.runFrom
    left -= ENTRY_BYTES + (row.payloads[seq - row.firstSeq]?.length ?? 64) + (isLinkedOut ? 64 : 0)
    if (left < 0) break
    last = seq
  }
  return last
}
