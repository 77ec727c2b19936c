/**
 * The root block of an archive: who it belongs to, and the blocks in it in the order in which they are restored. Rules
 * X1 to X4 of docs/protocol.
 */
import { type Cid, cidToString, isBlockCid, parseCid } from '../../core/blocks/cid.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isCount, isRecord } from '../../core/cbor.ts'
import { MAX_KEY_EVENTS } from '../../core/identity/key-event-codec.ts'
import { MAX_BLOCK_BYTES, SCOPE_ID_BYTES } from '../../core/limits.ts'
import { type Malformed, malformed, ok, type Result } from '../../core/result.ts'
import { type UnknownVersion, unknownVersion } from '../../core/version.ts'

/** The version this module reads and writes. */
export const ARCHIVE_VERSION = 1
/** What the root says it is. */
const ARCHIVE_TYPE = 'kith/archive'
/** Records in an archive. */
export const MAX_ARCHIVE_RECORDS = 64
/** Logs in an archive. */
export const MAX_ARCHIVE_LOGS = 128
/** Two rotations prove that a person is contested. */
const MAX_PROOF = 2

/** One log: where it ended when the archive was made, and its segments in wire form, oldest first. */
export interface ArchiveLog {
  readonly device: Uint8Array
  readonly log: number
  readonly seq: number
  /** BLAKE2b-512 of the entry at `seq`. */
  readonly hash: Uint8Array
  /** Raw blocks. */
  readonly segments: readonly Cid[]
}

/** See the module's doc. */
export interface ArchiveRoot {
  /** CID of the inception. */
  readonly person: string
  readonly network: Uint8Array
  /** Milliseconds since 1970. */
  readonly created: number
  /** The key events in order, each a dag-cbor block. */
  readonly events: readonly Cid[]
  /** Rotations that prove a contested person. */
  readonly proof: readonly Cid[]
  /** The person's own records, each a dag-cbor block. */
  readonly records: readonly Cid[]
  readonly logs: readonly ArchiveLog[]
}

/** Why bytes are no root of an archive. */
export type ArchiveError = Malformed<'archive'> | UnknownVersion<'archive'>

/** The dag-cbor bytes of a root. `person` must be a CID's text. */
export const encodeArchiveRoot = ({ person, ...fields }: ArchiveRoot): Uint8Array => {
  const cid = parseCid(person)
  if (!cid.ok) throw new RangeError('"person" expected a CID')
  return encodeCbor({ version: ARCHIVE_VERSION, type: ARCHIVE_TYPE, person: cid.value, ...fields })
}

const areCids = (value: unknown, max: number = Number.MAX_SAFE_INTEGER): value is Cid[] =>
  Array.isArray(value) && value.length <= max && value.every(isBlockCid)

const isLog = (value: unknown): value is ArchiveLog =>
  isRecord(value) &&
  hasKeys(value, ['device', 'log', 'seq', 'hash', 'segments']) &&
  isBytes(value.device, 32) &&
  isCount(value.log) &&
  isCount(value.seq) &&
  isBytes(value.hash, 64) &&
  areCids(value.segments)

const KEYS = ['version', 'type', 'person', 'network', 'created', 'events', 'proof', 'records', 'logs']

/** One line a field: its name and whether what was decoded fits. How many segments there are is up to the block. */
const FIELDS: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['person', isBlockCid],
  ['network', (value) => isBytes(value, SCOPE_ID_BYTES)],
  ['created', (value) => isCount(value)],
  ['events', (value) => areCids(value, MAX_KEY_EVENTS) && value.length > 0],
  ['proof', (value) => areCids(value, MAX_PROOF)],
  ['records', (value) => areCids(value, MAX_ARCHIVE_RECORDS)],
  ['logs', (value) => Array.isArray(value) && value.length <= MAX_ARCHIVE_LOGS && value.every(isLog)],
]

/** The root in dag-cbor bytes. */
export const decodeArchiveRoot = (bytes: Uint8Array): Result<ArchiveRoot, ArchiveError> => {
  const decoded = decodeCbor(bytes, MAX_BLOCK_BYTES)
  if (!decoded.ok) return malformed('archive', decoded.error.reason)
  const root = decoded.value
  if (!isRecord(root) || root.type !== ARCHIVE_TYPE || !isCount(root.version)) return malformed('archive', 'no root')
  if (root.version !== ARCHIVE_VERSION) return unknownVersion('archive', root.version, ARCHIVE_VERSION)
  if (!hasKeys(root, KEYS)) return malformed('archive', 'fields missing or too many')
  const wrong = FIELDS.find(([name, isFine]) => !isFine(root[name]))
  if (wrong) return malformed('archive', `"${wrong[0]}" is not valid`)
  const { version: _, type: __, person, ...fields } = root
  // Every field was checked above.
  return ok({ ...fields, person: cidToString(person as Cid) } as unknown as ArchiveRoot)
}
