/**
 * What a shared slot says: a note's text, inside the record or in blocks that it names, or that nothing is shared any
 * more. All of it is sealed for readers. Rules [CP8] and [CP9].
 *
 * ```
 * value = dag-cbor { version: 1, kind: "inline", note: bytes }
 *       | dag-cbor { version: 1, kind: "blocks", blocks: [CID] }
 *       | dag-cbor { version: 1, kind: "ended" }
 * note  = dag-cbor { version: 1, title, text, updated }
 * ```
 */
import { type Block, type Cid, isBlockCid, rawCid } from '../blocks/cid.ts'
import { MAX_PADDED_CONTENT, openPrivate, type SealedRefusal, sealPrivate } from '../blocks/sealed.ts'
import { concatBytes } from '../bytes.ts'
import { decodeCbor, encodeCbor, isBytes, isCount, isRecord, isText } from '../cbor.ts'
import type { CryptoPort, Random } from '../ports.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type Shape, shapeMismatch } from '../shape.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { type ReadCapability, readingKey } from './capability.ts'
import { MAX_SLOT_CONTENT } from './slot-record.ts'

/** The version that value and note begin with. */
export const SHARED_VERSION = 1
/** Blocks of one note: more than a note's own limit needs. */
export const MAX_SHARED_BLOCKS = 5
/** Bytes of an encoded note. */
export const MAX_SHARED_NOTE_BYTES = MAX_SHARED_BLOCKS * MAX_PADDED_CONTENT
/** What stands around a note inside a value: the map, its names, the version, the header of the bytes. */
const INLINE_OVERHEAD_BYTES = 36

/** A note as those who have a link see it. */
export interface SharedNote {
  readonly title: string
  readonly text: string
  /** When it last changed, milliseconds since 1970. */
  readonly updated: number
}

/** What a slot says. */
export type SharedValue =
  | { readonly version: typeof SHARED_VERSION; readonly kind: 'inline'; readonly note: Uint8Array }
  | { readonly version: typeof SHARED_VERSION; readonly kind: 'blocks'; readonly blocks: readonly Cid[] }
  | { readonly version: typeof SHARED_VERSION; readonly kind: 'ended' }

/** Why bytes are no value or note of ours. */
export type SharedError = Malformed<'shared'> | UnknownVersion<'shared'>

/** The last word of a slot. */
export const ENDED: SharedValue = { version: SHARED_VERSION, kind: 'ended' }

/**
 * [CP9] The bytes of a note.
 * @returns undefined when they would be more than {@link MAX_SHARED_NOTE_BYTES}
 */
export const encodeSharedNote = ({ title, text, updated }: SharedNote): Uint8Array | undefined => {
  const bytes = encodeCbor({ version: SHARED_VERSION, title, text, updated })
  return bytes.length > MAX_SHARED_NOTE_BYTES ? undefined : bytes
}

/** The bytes of what a slot says. */
export const encodeSharedValue = (value: SharedValue): Uint8Array => encodeCbor(value)

const isVersion = (value: unknown): boolean => value === SHARED_VERSION
const isLong = (value: unknown): boolean => isText(value, MAX_SHARED_NOTE_BYTES)

const NOTE: Shape = { version: isVersion, title: isLong, text: isLong, updated: (value) => isCount(value) }

const VALUES: Readonly<Record<SharedValue['kind'], Shape>> = {
  inline: { version: isVersion, kind: () => true, note: (value) => isBytes(value) },
  blocks: {
    version: isVersion,
    kind: () => true,
    blocks: (value) => Array.isArray(value) && isFew(value.length) && value.every(isBlockCid),
  },
  ended: { version: isVersion, kind: () => true },
}

const isFew = (blocks: number): boolean => blocks > 0 && blocks <= MAX_SHARED_BLOCKS

const decodeMap = (bytes: Uint8Array, limit: number): Result<Record<string, unknown>, SharedError> => {
  const decoded = decodeCbor(bytes, limit)
  if (!decoded.ok) return malformed('shared', decoded.error.reason)
  const fields = decoded.value
  if (!isRecord(fields) || !isCount(fields.version)) return malformed('shared', 'no version')
  return fields.version === SHARED_VERSION ? ok(fields) : unknownVersion('shared', fields.version, SHARED_VERSION)
}

/** [CP8] What a slot says. */
export const decodeSharedValue = (bytes: Uint8Array): Result<SharedValue, SharedError> => {
  const decoded = decodeMap(bytes, MAX_SLOT_CONTENT)
  if (!decoded.ok) return decoded
  const { kind } = decoded.value
  const shape =
    typeof kind === 'string' && Object.hasOwn(VALUES, kind) ? VALUES[kind as SharedValue['kind']] : undefined
  const mismatch = shape ? shapeMismatch(shape, decoded.value) : 'unknown kind'
  // Every field was checked against the shape of this kind.
  return mismatch === undefined ? ok(decoded.value as unknown as SharedValue) : malformed('shared', mismatch)
}

/** [CP9] The note in its bytes. */
export const decodeSharedNote = (bytes: Uint8Array): Result<SharedNote, SharedError> => {
  const decoded = decodeMap(bytes, MAX_SHARED_NOTE_BYTES)
  if (!decoded.ok) return decoded
  const mismatch = shapeMismatch(NOTE, decoded.value)
  if (mismatch !== undefined) return malformed('shared', mismatch)
  const { title, text, updated } = decoded.value as unknown as SharedNote
  return ok({ title, text, updated })
}

/** [CP8] A note as a slot says it: inside the value where it fits, else in sealed blocks that the value names. */
export const layOutNote = async (
  note: Uint8Array,
  capability: ReadCapability,
  crypto: Pick<CryptoPort, 'aead'>,
  random: Random,
): Promise<{ readonly value: SharedValue; readonly blocks: readonly Block[] }> => {
  if (note.length <= MAX_SLOT_CONTENT - INLINE_OVERHEAD_BYTES) {
    return { value: { version: SHARED_VERSION, kind: 'inline', note }, blocks: [] }
  }
  const aead = await crypto.aead(readingKey(capability, 'block'))
  const blocks: Block[] = []
  for (let at = 0; at < note.length; at += MAX_PADDED_CONTENT) {
    const bytes = await sealPrivate(aead, random, note.subarray(at, at + MAX_PADDED_CONTENT))
    blocks.push({ cid: rawCid(bytes), bytes })
  }
  return { value: { version: SHARED_VERSION, kind: 'blocks', blocks: blocks.map(({ cid }) => cid) }, blocks }
}

/**
 * [CP8] The bytes of a note out of its blocks.
 * @param blocks in the order of the value, each verified against its CID
 */
export const joinNote = async (
  blocks: readonly Uint8Array[],
  capability: ReadCapability,
  crypto: Pick<CryptoPort, 'aead'>,
): Promise<Result<Uint8Array, SealedRefusal>> => {
  const aead = await crypto.aead(readingKey(capability, 'block'))
  const parts: Uint8Array[] = []
  for (const block of blocks) {
    const opened = await openPrivate(aead, block)
    if (!opened.ok) return opened
    parts.push(opened.value)
  }
  return ok(concatBytes(...parts))
}
