/**
 * The bytes of a segment, version 1: what Bamboo's entries repeat is left out and computed again on decoding.
 *
 * ```
 * segment = version:u8 flags:u8 author:32 logId:VARU64 firstSeq:VARU64 count:VARU64 [backlink:64] item*count
 * item    = (payloadSize * 2 + carried):VARU64 [lipmaa:64] (payload | payloadHash:64) signature:64
 * ```
 * `backlink` is there when the run does not begin at 1; `lipmaa` when an entry has such a link and its target lies
 * before the run; `flags` bit 0 marks the last entry as the end of the log. Hashes are bare BLAKE2b-512 digests. The
 * form for the store carries no payloads, the form for the wire those that are held. Rules S1 to S7 of docs/protocol.
 */
import { type ByteReader, createReader, createWriter } from '../bytes.ts'
import { MAX_PAYLOAD_BYTES, MAX_SEGMENT_BYTES, MAX_SEGMENT_ENTRIES } from '../limits.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import {
  AUTHOR_BYTES,
  type Entry,
  MAX_ENTRY_BYTES,
  SIGNATURE_BYTES,
  type UnsignedEntry,
  writeUnsigned,
} from './entry.ts'
import { lipmaaOf, MAX_SEQ, needsLipmaa } from './lipmaa.ts'
import { type Segment, segmentBytes } from './segment.ts'
import { encodeVaru64, readVaru64 } from './varu64.ts'
import { type EntryHash, HASH_BYTES, hashBytes } from './yamf.ts'

/** The version this module reads and writes. */
export const SEGMENT_VERSION = 1

const FLAG_END_OF_LOG = 1

/** What stands in the bytes of one entry. */
interface Item {
  readonly payloadSize: number
  /** Only when the link points before the run. */
  readonly lipmaa?: EntryHash | undefined
  readonly payload: Uint8Array | null
  /** Only when the payload is not carried. */
  readonly payloadHash?: EntryHash | undefined
  readonly signature: Uint8Array
}

/** A segment as its bytes have it, nothing computed. */
interface Skeleton {
  readonly author: Uint8Array
  readonly logId: number
  readonly firstSeq: number
  readonly endOfLog: boolean
  readonly backlink?: EntryHash | undefined
  readonly items: readonly Item[]
}

/** Why a segment's bytes are refused. */
export type SegmentMalformed = Malformed<'segment'> | UnknownVersion<'segment'>

const linksBefore = (seq: number, firstSeq: number): boolean => needsLipmaa(seq) && lipmaaOf(seq) < firstSeq

const writeItem = (writer: ReturnType<typeof createWriter>, item: Item): void => {
  writer.bytes(encodeVaru64(item.payloadSize * 2 + (item.payload ? 1 : 0)))
  if (item.lipmaa) writer.bytes(item.lipmaa)
  writer.bytes(item.payload ?? item.payloadHash!)
  writer.bytes(item.signature)
}

const writeSkeleton = (skeleton: Skeleton, capacity: number): Uint8Array => {
  const writer = createWriter(capacity)
  writer.u8(SEGMENT_VERSION)
  writer.u8(skeleton.endOfLog ? FLAG_END_OF_LOG : 0)
  writer.bytes(skeleton.author)
  writer.bytes(encodeVaru64(skeleton.logId))
  writer.bytes(encodeVaru64(skeleton.firstSeq))
  writer.bytes(encodeVaru64(skeleton.items.length))
  if (skeleton.backlink) writer.bytes(skeleton.backlink)
  for (const item of skeleton.items) writeItem(writer, item)
  if (writer.length() > MAX_SEGMENT_BYTES) {
    throw new RangeError(`segment expected at most ${MAX_SEGMENT_BYTES} bytes, got ${writer.length()}`)
  }
  return writer.finish()
}

const itemOf = (entry: Entry, payload: Uint8Array | null, firstSeq: number): Item => ({
  payloadSize: entry.payloadSize,
  lipmaa: linksBefore(entry.seq, firstSeq) ? entry.lipmaa : undefined,
  payload,
  payloadHash: entry.payloadHash,
  signature: entry.signature,
})

/**
 * The bytes of a segment: for the wire, or for the store with `payloads: false`.
 * @throws {RangeError} a segment over {@link MAX_SEGMENT_ENTRIES} or {@link MAX_SEGMENT_BYTES}: split it first
 */
export const encodeSegment = (segment: Segment, options: { readonly payloads?: boolean } = {}): Uint8Array => {
  const { author, logId, firstSeq, entries, payloads } = segment
  if (entries.length < 1 || entries.length > MAX_SEGMENT_ENTRIES || payloads.length !== entries.length) {
    throw new RangeError(`segment expected 1 to ${MAX_SEGMENT_ENTRIES} entries, got ${entries.length}`)
  }
  const carry = options.payloads ?? true
  const items = entries.map((entry, i) => itemOf(entry, carry ? payloads[i]! : null, firstSeq))
  const endOfLog = entries[entries.length - 1]!.endOfLog
  const skeleton = { author, logId, firstSeq, endOfLog, backlink: entries[0]!.backlink, items }
  return writeSkeleton(skeleton, segmentBytes(segment))
}

const readItem = (reader: ByteReader, seq: number, firstSeq: number): Item => {
  const sizeAndCarried = readVaru64(reader)
  const carried = sizeAndCarried % 2 === 1
  const payloadSize = (sizeAndCarried - (carried ? 1 : 0)) / 2
  if (payloadSize > MAX_PAYLOAD_BYTES) reader.fail(`payload of ${payloadSize} bytes, at most ${MAX_PAYLOAD_BYTES}`)
  return {
    payloadSize,
    lipmaa: linksBefore(seq, firstSeq) ? reader.take(HASH_BYTES) : undefined,
    payload: carried ? reader.take(payloadSize) : null,
    payloadHash: carried ? undefined : reader.take(HASH_BYTES),
    signature: reader.take(SIGNATURE_BYTES),
  }
}

const readHead = (reader: ByteReader) => {
  const flags = reader.u8()
  if (flags > FLAG_END_OF_LOG) reader.fail(`flags ${flags}`)
  const author = reader.take(AUTHOR_BYTES)
  const logId = readVaru64(reader)
  const firstSeq = readVaru64(reader)
  const count = readVaru64(reader)
  if (firstSeq < 1 || firstSeq > MAX_SEQ - MAX_SEGMENT_ENTRIES) reader.fail(`first position ${firstSeq}`)
  if (count < 1 || count > MAX_SEGMENT_ENTRIES) reader.fail(`${count} entries, 1 to ${MAX_SEGMENT_ENTRIES} allowed`)
  const backlink = firstSeq > 1 ? reader.take(HASH_BYTES) : undefined
  return { author, logId, firstSeq, count, endOfLog: flags === FLAG_END_OF_LOG, backlink }
}

const readSkeleton = (bytes: Uint8Array): Result<Skeleton, SegmentMalformed> => {
  if (bytes.length > MAX_SEGMENT_BYTES) {
    return malformed('segment', `${bytes.length} bytes, at most ${MAX_SEGMENT_BYTES} allowed`)
  }
  const reader = createReader(bytes)
  const version = reader.u8()
  if (reader.failure() === undefined && version !== SEGMENT_VERSION) {
    return unknownVersion('segment', version, SEGMENT_VERSION)
  }
  const { count, ...head } = readHead(reader)
  const items: Item[] = []
  // Stops at the first failure: `count` and `firstSeq` mean nothing after one.
  for (let i = 0; i < count && reader.failure() === undefined; i++) {
    items.push(readItem(reader, head.firstSeq + i, head.firstSeq))
  }
  const reason = reader.end()
  return reason === undefined ? ok({ ...head, items }) : malformed('segment', reason)
}

/** Fields in one order and none left out: one shape of object for all entries, which is what makes this loop fast. */
const entryOf = (
  { author, logId, firstSeq, endOfLog, backlink, items }: Skeleton,
  index: number,
  entries: readonly Entry[],
): UnsignedEntry => {
  const { lipmaa, payload, payloadHash, payloadSize } = items[index]!
  const seq = firstSeq + index
  return {
    author,
    logId,
    seq,
    endOfLog: endOfLog && index === items.length - 1,
    lipmaa: lipmaa ?? (needsLipmaa(seq) ? entries[lipmaaOf(seq) - firstSeq]!.hash : undefined),
    backlink: index > 0 ? entries[index - 1]!.hash : backlink,
    payloadHash: payloadHash ?? hashBytes(payload!),
    payloadSize,
  }
}

/** Hashes an entry by writing its Bamboo bytes into `scratch`, so that a run allocates no buffer for each. */
const sealEntry = (scratch: Uint8Array, unsigned: UnsignedEntry, signature: Uint8Array): Entry => {
  const length = writeUnsigned(scratch, unsigned)
  scratch.set(signature, length)
  const hash = hashBytes(scratch.subarray(0, length + SIGNATURE_BYTES))
  return { ...unsigned, signature, hash }
}

/** Computes hashes and the links inside the run. */
const linkEntries = (skeleton: Skeleton): Entry[] => {
  const scratch = new Uint8Array(MAX_ENTRY_BYTES)
  const entries: Entry[] = []
  for (let i = 0; i < skeleton.items.length; i++) {
    entries.push(sealEntry(scratch, entryOf(skeleton, i, entries), skeleton.items[i]!.signature))
  }
  return entries
}

/**
 * The segment in bytes of either form. Links inside the run hold by construction; whether the run is authentic is
 * verifySegment's to say. Payloads, signatures and outer links are views of `bytes`: copy what outlives them alone.
 */
export const decodeSegment = (bytes: Uint8Array): Result<Segment, SegmentMalformed> => {
  const skeleton = readSkeleton(bytes)
  if (!skeleton.ok) return skeleton
  const { author, logId, firstSeq, items } = skeleton.value
  const payloads = items.map((item) => item.payload)
  return ok({ author, logId, firstSeq, entries: linkEntries(skeleton.value), payloads })
}

/**
 * The form for the wire out of one's own stored form and payloads, hashing nothing.
 * @throws {RangeError} when the two do not belong together: the store is broken
 */
export const withPayloads = (stored: Uint8Array, payloads: readonly (Uint8Array | null)[]): Uint8Array => {
  const skeleton = readSkeleton(stored)
  if (!skeleton.ok) throw new RangeError(`"stored" is no segment: ${JSON.stringify(skeleton.error)}`)
  const { items } = skeleton.value
  const fits = items.every(({ payloadSize }, i) => (payloads[i]?.length ?? payloadSize) === payloadSize)
  if (!fits || payloads.length !== items.length) throw new RangeError('"payloads" are not those of the segment')
  const capacity = payloads.reduce((sum, payload) => sum + (payload?.length ?? 0), stored.length)
  return writeSkeleton(
    { ...skeleton.value, items: items.map((item, i) => ({ ...item, payload: payloads[i]! })) },
    capacity,
  )
}
