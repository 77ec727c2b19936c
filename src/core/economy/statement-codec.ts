/** Bytes of the statements that stand alone: signing and decoding. Whether one counts: verify-statement.ts. */
import { sha256 } from '@noble/hashes/sha2.js'
import { CID } from 'multiformats/cid'
import { equalBytes } from '../bytes.ts'
import { decodeCbor, encodeCbor, isBytes, isCount, isRecord } from '../cbor.ts'
import { isKeyEventCid } from '../identity/person-id.ts'
import { Domain, SIGNATURE_BYTES, signingInput } from '../identity/signed.ts'
import { SCOPE_ID_BYTES } from '../limits.ts'
import { AUTHOR_BYTES } from '../logs/entry.ts'
import type { Signer } from '../ports.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type Shape, shapeMismatch } from '../shape.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { MAX_ENDED_LEASES, MAX_PROOF_BYTES, MAX_STATEMENT_BYTES } from './economy-limits.ts'
import { LEAVES_PER_PROOF } from './leaf-choice.ts'
import { LEAF_BYTES, MAX_PATH_LENGTH, MERKLE_HASH_BYTES } from './merkle.ts'
import {
  type Proof,
  type SignedStatement,
  type SmallStatement,
  STATEMENT_VERSION,
  type UnsignedStatement,
} from './statement-types.ts'

/** Bytes of the id of a lease. */
export const LEASE_ID_BYTES = 32

/** Random bytes in a challenge. */
export const CHALLENGE_SALT_BYTES = 32

/** Why bytes are no statement. */
export type StatementError = Malformed<'statement'> | UnknownVersion<'statement'>

type Kind = UnsignedStatement['kind']

const isId = (value: unknown): boolean => isBytes(value, LEASE_ID_BYTES)
const isHash = (value: unknown): boolean => isBytes(value, MERKLE_HASH_BYTES)
const isScope = (value: unknown): boolean => isBytes(value, SCOPE_ID_BYTES)
const isTime = (value: unknown): boolean => isCount(value)

const isLeaseList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.length <= MAX_ENDED_LEASES && value.every(isId)

const isPathOf = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MAX_PATH_LENGTH && value.every(isHash)

const LEAF: Shape = { bytes: (value) => isBytes(value) && value.length <= LEAF_BYTES, path: isPathOf }

const areLeaves = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= LEAVES_PER_PROOF &&
  value.every((leaf) => isRecord(leaf) && shapeMismatch(LEAF, leaf) === undefined)

const COMMON: Shape = {
  version: (value) => value === STATEMENT_VERSION,
  kind: () => true,
  network: isScope,
  group: isScope,
  person: isKeyEventCid,
  device: (value) => isBytes(value, AUTHOR_BYTES),
  keyEvent: isKeyEventCid,
  time: isTime,
  signature: (value) => isBytes(value, SIGNATURE_BYTES),
}

/** Every kind and what its fields must be; no other field is allowed. */
const SHAPES: Readonly<Record<Kind, Shape>> = {
  receipt: { ...COMMON, lease: isId },
  release: { ...COMMON, leases: isLeaseList },
  notice: { ...COMMON, leases: isLeaseList, ends: isTime },
  challenge: {
    ...COMMON,
    lease: isId,
    holder: (value) => isBytes(value, AUTHOR_BYTES),
    salt: (value) => isBytes(value, CHALLENGE_SALT_BYTES),
  },
  proof: { ...COMMON, lease: isId, challenge: isHash, leaves: areLeaves },
}

const limitOf = (kind: Kind): number => (kind === 'proof' ? MAX_PROOF_BYTES : MAX_STATEMENT_BYTES)

const fieldsOf = (statement: UnsignedStatement): Record<string, unknown> => ({
  ...statement,
  person: CID.parse(statement.person),
  keyEvent: CID.parse(statement.keyEvent),
})

/** What the signer signs. */
export const statementSigningInput = (statement: UnsignedStatement): Uint8Array =>
  signingInput(Domain.statement, fieldsOf(statement))

/**
 * Signs a statement.
 * @throws {RangeError} a signer that it does not name, or fields that decoding would refuse
 */
export const signStatement = async <S extends UnsignedStatement>(
  statement: S,
  signer: Signer,
): Promise<SignedStatement<S>> => {
  if (!equalBytes(statement.device, signer.publicKey)) throw new RangeError('"signer" expected the device it names')
  const signature = await signer.sign(statementSigningInput(statement))
  const bytes = encodeCbor({ ...fieldsOf(statement), signature })
  const decoded = decodeAs(bytes, [statement.kind], limitOf(statement.kind))
  if (!decoded.ok) throw new RangeError(`"statement" expected a ${statement.kind}: ${JSON.stringify(decoded.error)}`)
  return { statement, signature, bytes, hash: sha256(bytes) }
}

const toStatement = ({ signature: _, ...fields }: Record<string, unknown>): UnsignedStatement =>
  // Every field was checked against the shape of this kind.
  ({ ...fields, person: String(fields.person), keyEvent: String(fields.keyEvent) }) as unknown as UnsignedStatement

const refuse = (reason: string) => malformed('statement', reason)

const decodeAs = (
  bytes: Uint8Array,
  kinds: readonly Kind[],
  limit: number,
): Result<SignedStatement, StatementError> => {
  const decoded = decodeCbor(bytes, limit)
  if (!decoded.ok) return refuse(decoded.error.reason)
  const fields = decoded.value
  if (!isRecord(fields)) return refuse('not a map')
  if (!isCount(fields.version)) return refuse('no version')
  if (fields.version !== STATEMENT_VERSION) return unknownVersion('statement', fields.version, STATEMENT_VERSION)
  const kind = kinds.find((known) => known === fields.kind)
  if (kind === undefined) return refuse('unknown kind')
  const mismatch = shapeMismatch(SHAPES[kind], fields)
  if (mismatch !== undefined) return refuse(mismatch)
  return ok({
    statement: toStatement(fields),
    signature: fields.signature as Uint8Array,
    bytes,
    hash: sha256(bytes),
  })
}

const SMALL_KINDS: readonly SmallStatement['kind'][] = ['receipt', 'release', 'notice', 'challenge']

/** [Q5] Decodes a receipt, release, notice or challenge. Its signature is not looked at here. */
export const decodeStatement = (bytes: Uint8Array): Result<SignedStatement<SmallStatement>, StatementError> =>
  decodeAs(bytes, SMALL_KINDS, MAX_STATEMENT_BYTES) as Result<SignedStatement<SmallStatement>, StatementError>

/** [Q5] Decodes a proof, the one kind that is large. */
export const decodeProof = (bytes: Uint8Array): Result<SignedStatement<Proof>, StatementError> =>
  decodeAs(bytes, ['proof'], MAX_PROOF_BYTES) as Result<SignedStatement<Proof>, StatementError>
