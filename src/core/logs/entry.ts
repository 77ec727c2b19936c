/**
 * Bamboo entries, byte for byte (github.com/AljoschaMeyer/bamboo): tag, author, log id, position, lipmaa link unless
 * it equals the backlink, backlink unless the entry is the first, payload size, payload hash, signature over all of
 * that. An entry's hash covers its signature. Rules L1 to L7 of docs/protocol.
 */
import { base32Encode, createReader } from '../bytes.ts'
import { MAX_PAYLOAD_BYTES } from '../limits.ts'
import type { Signer } from '../ports.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { MAX_SEQ, needsLipmaa } from './lipmaa.ts'
import { MAX_VARU64_BYTES, readVaru64, writeVaru64 } from './varu64.ts'
import { type EntryHash, hashBytes, readYamf, writeYamf, YAMF_BYTES } from './yamf.ts'

export type { EntryHash } from './yamf.ts'

/** Bytes of an author: an Ed25519 public key. */
export const AUTHOR_BYTES = 32

/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64

/** The longest entry there is, with both links. */
export const MAX_ENTRY_BYTES = 1 + AUTHOR_BYTES + 3 * MAX_VARU64_BYTES + 3 * YAMF_BYTES + SIGNATURE_BYTES

/** First byte of an entry. */
const Tag = { normal: 0, endOfLog: 1 } as const

/** What the signature of an entry covers. */
export interface UnsignedEntry {
  /** Ed25519 public key of the device that writes the log. */
  readonly author: Uint8Array
  /** Which of the author's logs. */
  readonly logId: number
  /** Position in the log, from 1. */
  readonly seq: number
  /** Nothing may follow this entry. */
  readonly endOfLog: boolean
  /** Hash of the entry at `lipmaaOf(seq)`; there exactly where that is not the one before. */
  readonly lipmaa?: EntryHash | undefined
  /** Hash of the entry before; there exactly where there is one. */
  readonly backlink?: EntryHash | undefined
  readonly payloadHash: EntryHash
  /** Bytes of the payload. */
  readonly payloadSize: number
}

/** One signed entry of a log, without its payload. */
export interface Entry extends UnsignedEntry {
  readonly signature: Uint8Array
  /** BLAKE2b-512 of the encoded entry. */
  readonly hash: EntryHash
}

/** The hash under which an entry holds its payload. */
export const hashPayload = (payload: Uint8Array): EntryHash => hashBytes(payload)

/** A short name for an entry: base32 of the first 32 bytes of its hash. */
export const entryIdOf = (hash: EntryHash): string => base32Encode(hash.subarray(0, 32))

/** Writes what the signature covers to the front of `target` ({@link MAX_ENTRY_BYTES} suffice); returns its length. */
export const writeUnsigned = (target: Uint8Array, entry: UnsignedEntry): number => {
  target[0] = entry.endOfLog ? Tag.endOfLog : Tag.normal
  target.set(entry.author, 1)
  let offset = writeVaru64(target, 1 + AUTHOR_BYTES, entry.logId)
  offset = writeVaru64(target, offset, entry.seq)
  if (entry.lipmaa) offset = writeYamf(target, offset, entry.lipmaa)
  if (entry.backlink) offset = writeYamf(target, offset, entry.backlink)
  offset = writeVaru64(target, offset, entry.payloadSize)
  return writeYamf(target, offset, entry.payloadHash)
}

/** The bytes that the signature of an entry covers. */
export const encodeUnsigned = (entry: UnsignedEntry): Uint8Array => {
  const target = new Uint8Array(MAX_ENTRY_BYTES)
  return target.subarray(0, writeUnsigned(target, entry))
}

/** The Bamboo bytes of an entry. */
export const encodeEntry = (entry: Entry): Uint8Array => {
  const target = new Uint8Array(MAX_ENTRY_BYTES)
  const length = writeUnsigned(target, entry)
  target.set(entry.signature, length)
  return target.subarray(0, length + SIGNATURE_BYTES)
}

/** The entry in Bamboo bytes. Its signature is not checked here; its hash is computed. */
export const decodeEntry = (bytes: Uint8Array): Result<Entry, Malformed<'entry'>> => {
  if (bytes.length > MAX_ENTRY_BYTES) return malformed('entry', `${bytes.length} bytes, at most ${MAX_ENTRY_BYTES}`)
  const reader = createReader(bytes)
  const tag = reader.u8()
  if (tag !== Tag.normal && tag !== Tag.endOfLog) reader.fail(`tag ${tag}`)
  const author = reader.take(AUTHOR_BYTES)
  const logId = readVaru64(reader)
  const seq = readVaru64(reader)
  if (seq < 1 || seq > MAX_SEQ) reader.fail(`position ${seq}`)
  // Before a failed position is used to look up which links there are.
  if (reader.failure() !== undefined) return malformed('entry', reader.failure()!)
  const lipmaa = needsLipmaa(seq) ? readYamf(reader) : undefined
  const backlink = seq > 1 ? readYamf(reader) : undefined
  const payloadSize = readVaru64(reader)
  if (payloadSize > MAX_PAYLOAD_BYTES) reader.fail(`payload of ${payloadSize} bytes, at most ${MAX_PAYLOAD_BYTES}`)
  const payloadHash = readYamf(reader)
  const signature = reader.take(SIGNATURE_BYTES)
  const reason = reader.end()
  if (reason !== undefined) return malformed('entry', reason)
  return ok({
    author,
    logId,
    seq,
    endOfLog: tag === Tag.endOfLog,
    lipmaa,
    backlink,
    payloadHash,
    payloadSize,
    signature,
    hash: hashBytes(bytes),
  })
}

/** What a new entry is made of. */
export interface EntryInput {
  readonly logId: number
  readonly seq: number
  readonly backlink?: EntryHash | undefined
  readonly lipmaa?: EntryHash | undefined
  readonly payload: Uint8Array
  readonly endOfLog?: boolean
}

const checkInput = ({ seq, backlink, lipmaa, payload }: EntryInput): void => {
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > MAX_SEQ)
    throw new RangeError(`"seq" expected 1 or more, got ${seq}`)
  if ((backlink !== undefined) !== seq > 1) throw new RangeError(`"backlink" does not fit position ${seq}`)
  if ((lipmaa !== undefined) !== needsLipmaa(seq)) throw new RangeError(`"lipmaa" does not fit position ${seq}`)
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`"payload" expected at most ${MAX_PAYLOAD_BYTES} bytes, got ${payload.length}`)
  }
}

/**
 * Signs the next entry of the signer's log.
 * @throws {RangeError} links that do not fit the position, or a payload over {@link MAX_PAYLOAD_BYTES}
 */
export const signEntry = async (input: EntryInput, signer: Signer): Promise<Entry> => {
  checkInput(input)
  const { logId, seq, backlink, lipmaa, payload, endOfLog = false } = input
  const unsigned: UnsignedEntry = {
    author: signer.publicKey,
    logId,
    seq,
    endOfLog,
    lipmaa,
    backlink,
    payloadHash: hashPayload(payload),
    payloadSize: payload.length,
  }
  const signature = await signer.sign(encodeUnsigned(unsigned))
  const entry = { ...unsigned, signature, hash: signature }
  return { ...entry, hash: hashBytes(encodeEntry(entry)) }
}
