/**
 * The manifest of a file: a dag-cbor block that names the file's chunks in order. A public manifest's CID is the
 * file's id. A private file's manifest holds the key of its chunks and is itself stored sealed. Rules F1 to F5 of
 * docs/protocol.
 */
import { decodeCbor, encodeCbor, hasKeys, isBytes, isCount, isRecord, isText } from '../cbor.ts'
import { MAX_ALT_LENGTH, MAX_BLOCK_BYTES } from '../limits.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { type Cid, isBlockCid } from './cid.ts'
import { MAX_PADDED_CONTENT } from './sealed.ts'

/** The version this module reads and writes. */
export const MANIFEST_VERSION = 1

/** Chunks of one file: 1 GiB, and a manifest of about 170 KB. */
export const MAX_CHUNKS = 4096

/** Pixels in one direction. */
export const MAX_PIXELS = 65_535

/** Copies that can be asked for, and shards. */
export const MAX_COPIES = 255

/** Content bytes of every chunk but the last: a whole block, or what fits one after sealing. */
export const chunkBytes = (encrypted: boolean): number => (encrypted ? MAX_PADDED_CONTENT : MAX_BLOCK_BYTES)

/** How many live copies a file should have, or out of how many of its shards it can be put together. */
type Redundancy =
  | { readonly type: 'copies'; readonly copies: number }
  | { readonly type: 'shards'; readonly k: number; readonly n: number }

/** How the chunks of a private file are sealed. */
interface Encryption {
  readonly cipher: 'aes-256-gcm'
  /** The file's own 32-byte key: whoever is shown the manifest can read the file, and nothing else. */
  readonly key: Uint8Array
}

/** What is said of a file besides its bytes. */
export interface FileInfo {
  readonly mediaType: string
  /** Pixels, of a picture. */
  readonly width?: number
  readonly height?: number
  readonly alt?: string
  readonly redundancy: Redundancy
}

/** A file as its manifest describes it. */
export interface Manifest extends FileInfo {
  readonly version: typeof MANIFEST_VERSION
  /** Bytes of content. */
  readonly size: number
  /** In order; all hold {@link chunkBytes} of content but the last. */
  readonly chunks: readonly Cid[]
  readonly encryption?: Encryption
}

/** The dag-cbor bytes of a manifest: fields that are not there are left out. */
export const encodeManifest = (manifest: Manifest): Uint8Array =>
  encodeCbor(Object.fromEntries(Object.entries(manifest).filter(([, value]) => value !== undefined)))

/** RFC 6838 section 4.2, without parameters. */
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/

const isPositive = (value: unknown, max: number): value is number => isCount(value, max) && value > 0

const isRedundancy = (value: unknown): value is Redundancy => {
  if (!isRecord(value)) return false
  if (value.type === 'copies') return hasKeys(value, ['type', 'copies']) && isPositive(value.copies, MAX_COPIES)
  if (value.type !== 'shards' || !hasKeys(value, ['type', 'k', 'n'])) return false
  return isPositive(value.n, MAX_COPIES) && isPositive(value.k, value.n)
}

const isEncryption = (value: unknown): value is Encryption =>
  isRecord(value) && hasKeys(value, ['cipher', 'key']) && value.cipher === 'aes-256-gcm' && isBytes(value.key, 32)

const isMissingOr = (value: unknown, isFine: (value: unknown) => boolean): boolean =>
  value === undefined || isFine(value)

const REQUIRED = ['version', 'mediaType', 'size', 'chunks', 'redundancy']
const OPTIONAL = ['width', 'height', 'alt', 'encryption']

/** One line a field: its name and whether what was decoded fits. */
const FIELDS: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['mediaType', (value) => isText(value, 200) && MEDIA_TYPE.test(value)],
  ['size', (value) => isCount(value)],
  ['chunks', (value) => Array.isArray(value) && value.length <= MAX_CHUNKS && value.every(isBlockCid)],
  ['redundancy', isRedundancy],
  ['width', (value) => isMissingOr(value, (width) => isPositive(width, MAX_PIXELS))],
  ['height', (value) => isMissingOr(value, (height) => isPositive(height, MAX_PIXELS))],
  ['alt', (value) => isMissingOr(value, (alt) => isText(alt, MAX_ALT_LENGTH))],
  ['encryption', (value) => isMissingOr(value, isEncryption)],
]

const refusalOf = (record: Record<string, unknown>): string | undefined => {
  if (!hasKeys(record, REQUIRED, OPTIONAL)) return 'fields missing or too many'
  const wrong = FIELDS.find(([name, isFine]) => !isFine(record[name]))
  if (wrong) return `"${wrong[0]}" is not valid`
  const manifest = record as unknown as Manifest
  const expected = Math.ceil(manifest.size / chunkBytes(manifest.encryption !== undefined))
  return manifest.chunks.length === expected ? undefined : `${manifest.chunks.length} chunks, ${expected} expected`
}

/** The manifest in dag-cbor bytes. */
export const decodeManifest = (
  bytes: Uint8Array,
): Result<Manifest, Malformed<'manifest'> | UnknownVersion<'manifest'>> => {
  const decoded = decodeCbor(bytes, MAX_BLOCK_BYTES)
  if (!decoded.ok) return malformed('manifest', decoded.error.reason)
  if (!isRecord(decoded.value)) return malformed('manifest', 'not a map')
  const { version } = decoded.value
  if (typeof version !== 'number') return malformed('manifest', 'no version')
  if (version !== MANIFEST_VERSION) return unknownVersion('manifest', version, MANIFEST_VERSION)
  const reason = refusalOf(decoded.value)
  return reason === undefined ? ok(decoded.value as unknown as Manifest) : malformed('manifest', reason)
}
