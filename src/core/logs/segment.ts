/**
 * A segment is a contiguous run of one log's entries, the unit of storing and sending. This module holds what a
 * segment is and how runs are cut and joined; segment-codec.ts has its bytes, segment-verify.ts its verdict.
 */
import { equalBytes } from '../bytes.ts'
import { MAX_SEGMENT_BYTES, MAX_SEGMENT_ENTRIES } from '../limits.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { AUTHOR_BYTES, type Entry, SIGNATURE_BYTES } from './entry.ts'
import { lipmaaOf, needsLipmaa } from './lipmaa.ts'
import { varu64Length } from './varu64.ts'
import { HASH_BYTES } from './yamf.ts'

/** A contiguous run of at least one entry with the payloads that are held. */
export interface Segment {
  readonly author: Uint8Array
  readonly logId: number
  /** Position of the first entry. */
  readonly firstSeq: number
  readonly entries: readonly Entry[]
  /** One for each entry; null where the payload was forgotten or left out. */
  readonly payloads: readonly (Uint8Array | null)[]
}

/** Position of the last entry. */
export const lastSeqOf = (segment: Segment): number => segment.firstSeq + segment.entries.length - 1

/** The last entry. */
export const lastEntryOf = (segment: Segment): Entry => segment.entries[segment.entries.length - 1]!

/** The run from `fromSeq` to `toSeq`, both included; throws a RangeError when the segment does not hold it. */
export const sliceSegment = (segment: Segment, fromSeq: number, toSeq: number): Segment => {
  if (fromSeq < segment.firstSeq || toSeq > lastSeqOf(segment) || fromSeq > toSeq) {
    throw new RangeError(`${fromSeq}..${toSeq} is no run within ${segment.firstSeq}..${lastSeqOf(segment)}`)
  }
  const from = fromSeq - segment.firstSeq
  const to = toSeq - segment.firstSeq + 1
  return {
    ...segment,
    firstSeq: fromSeq,
    entries: segment.entries.slice(from, to),
    payloads: segment.payloads.slice(from, to),
  }
}

/** One run out of two that follow each other and are linked. The result may be over the limits: split it. */
export const joinSegments = (first: Segment, second: Segment): Result<Segment, Malformed<'segment'>> => {
  const same = equalBytes(first.author, second.author) && first.logId === second.logId
  if (!same) return malformed('segment', 'the runs are of different logs')
  if (second.firstSeq !== lastSeqOf(first) + 1) {
    return malformed('segment', `${second.firstSeq} does not follow ${lastSeqOf(first)}`)
  }
  if (!equalBytes(second.entries[0]!.backlink!, lastEntryOf(first).hash)) {
    return malformed('segment', `the backlink of ${second.firstSeq} is another`)
  }
  return ok({
    ...first,
    entries: [...first.entries, ...second.entries],
    payloads: [...first.payloads, ...second.payloads],
  })
}

const headBytes = (segment: Segment): number =>
  2 +
  AUTHOR_BYTES +
  varu64Length(segment.logId) +
  varu64Length(segment.firstSeq) +
  varu64Length(segment.entries.length) +
  (segment.firstSeq > 1 ? HASH_BYTES : 0)

/** Bytes that the entry at `index` takes in a run that begins at `firstSeq`. */
const itemBytes = (segment: Segment, index: number, firstSeq: number): number => {
  const entry = segment.entries[index]!
  const payload = segment.payloads[index]
  const external = needsLipmaa(entry.seq) && lipmaaOf(entry.seq) < firstSeq
  return (
    varu64Length(entry.payloadSize * 2) +
    (external ? HASH_BYTES : 0) +
    (payload ? payload.length : HASH_BYTES) +
    SIGNATURE_BYTES
  )
}

/** Bytes of a segment in its form for the wire. */
export const segmentBytes = (segment: Segment): number =>
  segment.entries.reduce((sum, _, i) => sum + itemBytes(segment, i, segment.firstSeq), headBytes(segment))

/** The most bytes that a head takes: what a cut leaves room for. */
const MAX_HEAD_BYTES = 2 + AUTHOR_BYTES + 3 * 9 + HASH_BYTES

/** Cuts a run into as few segments as keep both limits. Every single entry fits. */
export const splitSegment = (segment: Segment): Segment[] => {
  const parts: Segment[] = []
  let from = segment.firstSeq
  let bytes = MAX_HEAD_BYTES
  for (let seq = from; seq <= lastSeqOf(segment); seq++) {
    const more = itemBytes(segment, seq - segment.firstSeq, from)
    if (seq > from && (bytes + more > MAX_SEGMENT_BYTES || seq - from === MAX_SEGMENT_ENTRIES)) {
      parts.push(sliceSegment(segment, from, seq - 1))
      from = seq
      bytes = MAX_HEAD_BYTES
    }
    bytes += itemBytes(segment, seq - segment.firstSeq, from)
  }
  return [...parts, sliceSegment(segment, from, lastSeqOf(segment))]
}
