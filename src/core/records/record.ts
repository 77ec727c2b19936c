/** Bytes of records: signing, decoding, and which of two is newer. Whether one is accepted: verify-record.ts. */
import { sha256 } from '@noble/hashes/sha2.js'
import { CID } from 'multiformats/cid'
import { compareBytes } from '../bytes.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isCount, isRecord } from '../cbor.ts'
import { isKeyEventCid } from '../identity/person-id.ts'
import { Domain, SIGNATURE_BYTES, signingInput } from '../identity/signed.ts'
import { SCOPE_ID_BYTES } from '../limits.ts'
import type { Signer } from '../ports.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type Check, type Shape, shapeMismatch } from '../shape.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { RECORD_VERSION, type RecordKind, type SignedRecord, type UnsignedRecord } from './record-types.ts'
import { isPath, STORAGE_KEY_BYTES } from './storage-key.ts'

/** One record, signature included. */
export const MAX_RECORD_BYTES = 8192

const KEY_BYTES = 32

/** Why bytes are no record of ours. */
export type RecordError = Malformed<'record'> | UnknownVersion<'record'>

const isEnd: Check = (value) => isCount(value)

const COMMON = {
  version: (value: unknown) => value === RECORD_VERSION,
  kind: () => true,
  key: (value: unknown) => isBytes(value, STORAGE_KEY_BYTES),
  network: (value: unknown) => isBytes(value, SCOPE_ID_BYTES),
  group: (value: unknown) => isBytes(value, SCOPE_ID_BYTES),
  epoch: isEnd,
  seq: isEnd,
  value: () => true,
  signer: (value: unknown) => isBytes(value, KEY_BYTES),
  signature: (value: unknown) => isBytes(value, SIGNATURE_BYTES),
}

const namesPersonOnly: Check = (value) => isRecord(value) && hasKeys(value, ['person']) && isKeyEventCid(value.person)

/** Every kind and what its fields must be; no other field is allowed. */
const SHAPES = {
  public: {
    ...COMMON,
    person: isKeyEventCid,
    path: (value: unknown) => typeof value === 'string' && isPath(value),
    expires: isEnd,
    keyEvent: isKeyEventCid,
  },
  private: { ...COMMON, expires: isEnd },
  locator: { ...COMMON, value: namesPersonOnly, expires: (value: unknown) => value === null },
} as const satisfies Record<RecordKind, Shape>

const shapeOf = (kind: unknown): Shape | undefined =>
  typeof kind === 'string' && Object.hasOwn(SHAPES, kind) ? SHAPES[kind as RecordKind] : undefined

/** The fields as dag-cbor holds them: CIDs are links, not texts. */
const fieldsOf = (record: UnsignedRecord): Record<string, unknown> => {
  if (record.kind === 'private') return { ...record }
  if (record.kind === 'locator') return { ...record, value: { person: CID.parse(record.value.person) } }
  return { ...record, person: CID.parse(record.person), keyEvent: CID.parse(record.keyEvent) }
}

const toRecord = ({ signature: _, ...fields }: Record<string, unknown>): UnsignedRecord => {
  const texts =
    fields.kind === 'public'
      ? { person: String(fields.person), keyEvent: String(fields.keyEvent) }
      : fields.kind === 'locator' && { value: { person: String((fields.value as { person: unknown }).person) } }
  // Every field was checked against the shape of this kind.
  return { ...fields, ...texts } as unknown as UnsignedRecord
}

/** What the signer signs. */
export const recordSigningInput = (record: UnsignedRecord): Uint8Array => signingInput(Domain.record, fieldsOf(record))

/**
 * Signs a record.
 * @throws RangeError when it gets larger than {@link MAX_RECORD_BYTES} or the signer is not the one it names
 */
export const signRecord = async <R extends UnsignedRecord>(record: R, signer: Signer): Promise<SignedRecord<R>> => {
  if (compareBytes(record.signer, signer.publicKey) !== 0) throw new RangeError('"signer" expected the key it names')
  const signature = await signer.sign(recordSigningInput(record))
  const bytes = encodeCbor({ ...fieldsOf(record), signature })
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new RangeError(`"record" expected at most ${MAX_RECORD_BYTES} bytes, got ${bytes.length}`)
  }
  return { record, signature, bytes, hash: sha256(bytes) }
}

const refuse = (reason: string): { readonly ok: false; readonly error: RecordError } => malformed('record', reason)

/** [R3] Decodes a record. Its signature is not looked at here. */
export const decodeRecord = (bytes: Uint8Array): Result<SignedRecord, RecordError> => {
  const decoded = decodeCbor(bytes, MAX_RECORD_BYTES)
  if (!decoded.ok) return refuse(decoded.error.reason)
  const fields = decoded.value
  if (!isRecord(fields)) return refuse('not a map')
  if (!isCount(fields.version)) return refuse('no version')
  if (fields.version !== RECORD_VERSION) return unknownVersion('record', fields.version, RECORD_VERSION)
  const shape = shapeOf(fields.kind)
  if (!shape) return refuse('unknown kind')
  const mismatch = shapeMismatch(shape, fields)
  if (mismatch !== undefined) return refuse(mismatch)
  return ok({ record: toRecord(fields), signature: fields.signature as Uint8Array, bytes, hash: sha256(bytes) })
}

/**
 * [R7] Positive when `a` is newer: the higher epoch, then the higher seq, then the smaller hash. Zero only for the
 * same record.
 */
export const compareRecords = (a: SignedRecord, b: SignedRecord): number =>
  a.record.epoch - b.record.epoch || a.record.seq - b.record.seq || compareBytes(b.hash, a.hash)
