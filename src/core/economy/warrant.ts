/**
 * Warrants: evidence that a device cheated, which anybody can pass on and everybody checks. Rule Q24 of docs/protocol
 * says what follows from one.
 */
import { CID } from 'multiformats/cid'
import { bytesToHex, compareBytes, equalBytes } from '../bytes.ts'
import { decodeCbor, encodeCbor, isBytes, isCount, isRecord } from '../cbor.ts'
import { isActiveDevice } from '../identity/key-state.ts'
import { isKeyEventCid } from '../identity/person-id.ts'
import { MAX_SEGMENT_BYTES } from '../limits.ts'
import { type EntryHash, MAX_ENTRY_BYTES } from '../logs/entry.ts'
import { lipmaaOf } from '../logs/lipmaa.ts'
import { LOG_LEDGER } from '../logs/log-id.ts'
import type { Segment } from '../logs/segment.ts'
import { decodeSegment, type SegmentMalformed } from '../logs/segment-codec.ts'
import { verifySegment } from '../logs/segment-verify.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import { type Shape, shapeMismatch } from '../shape.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { MAX_LEDGER_PAYLOAD_BYTES, MAX_PROOF_BYTES, MAX_STATEMENT_BYTES, MAX_WARRANT_BYTES } from './economy-limits.ts'
import { judgeProof, type ProofRefusal } from './judge-proof.ts'
import type { WarrantFact } from './ledger-facts.ts'
import { decodeStatement } from './statement-codec.ts'
import { type ProofEvidence, STATEMENT_VERSION, type Warrant } from './statement-types.ts'
import { checkStatement, type StatementContext, type StatementRefusal } from './verify-statement.ts'

/** Why bytes are no warrant, or one that shows nothing. */
export type WarrantError =
  | Malformed<'warrant'>
  | UnknownVersion<'warrant'>
  | SegmentMalformed
  | ProofRefusal
  | StatementRefusal
  /** The evidence is authentic, and nobody cheated. */
  | { readonly type: 'no-offence' }

type Fork = Extract<Warrant, { readonly kind: 'fork' }>
type WrongProof = Extract<Warrant, { readonly kind: 'wrong-proof' }>

const isUpTo = (limit: number) => (value: unknown) => isBytes(value) && value.length <= limit

const COMMON: Shape = { version: (value) => value === STATEMENT_VERSION, kind: () => true, person: isKeyEventCid }
const LEASE: Shape = { entry: isUpTo(MAX_ENTRY_BYTES), payload: isUpTo(MAX_LEDGER_PAYLOAD_BYTES) }

const SHAPES: Readonly<Record<Warrant['kind'], Shape>> = {
  fork: {
    ...COMMON,
    runs: (value) => Array.isArray(value) && value.length === 2 && value.every(isUpTo(MAX_SEGMENT_BYTES)),
  },
  'wrong-proof': {
    ...COMMON,
    lease: (value) => isRecord(value) && shapeMismatch(LEASE, value) === undefined,
    receipt: isUpTo(MAX_STATEMENT_BYTES),
    challenge: isUpTo(MAX_STATEMENT_BYTES),
    proof: isUpTo(MAX_PROOF_BYTES),
  },
}

/** The bytes of a warrant. */
export const encodeWarrant = (warrant: Warrant): Uint8Array =>
  encodeCbor({ ...warrant, person: CID.parse(warrant.person) })

const refuse = (reason: string) => malformed('warrant', reason)

/** [Q5] Decodes a warrant. Whether its evidence shows anything is not looked at here. */
export const decodeWarrant = (bytes: Uint8Array): Result<Warrant, Malformed<'warrant'> | UnknownVersion<'warrant'>> => {
  const decoded = decodeCbor(bytes, MAX_WARRANT_BYTES)
  if (!decoded.ok) return refuse(decoded.error.reason)
  const fields = decoded.value
  if (!isRecord(fields)) return refuse('not a map')
  if (!isCount(fields.version)) return refuse('no version')
  if (fields.version !== STATEMENT_VERSION) return unknownVersion('warrant', fields.version, STATEMENT_VERSION)
  if (fields.kind !== 'fork' && fields.kind !== 'wrong-proof') return refuse('unknown kind')
  const mismatch = shapeMismatch(SHAPES[fields.kind], fields)
  // Every field was checked against the shape of this kind.
  return mismatch === undefined
    ? ok({ ...fields, person: String(fields.person) } as unknown as Warrant)
    : refuse(mismatch)
}

/** What a run says stands at each position that it has or links to. */
const claimsOf = ({ entries }: Segment): [number, EntryHash][] =>
  entries.flatMap(({ seq, hash, backlink, lipmaa }) => [
    [seq, hash] as [number, EntryHash],
    ...(backlink ? [[seq - 1, backlink] as [number, EntryHash]] : []),
    ...(lipmaa ? [[lipmaaOf(seq), lipmaa] as [number, EntryHash]] : []),
  ])

/** [Q24] Whether two runs of one log name different entries at one position. */
export const contradict = (a: Segment, b: Segment): boolean => {
  if (a.logId !== b.logId || !equalBytes(a.author, b.author)) return false
  const claims = new Map(claimsOf(a))
  return claimsOf(b).some(([seq, hash]) => {
    const other = claims.get(seq)
    return other !== undefined && compareBytes(other, hash) !== 0
  })
}

const verifyFork = async (
  { person, runs }: Fork,
  context: StatementContext,
): Promise<Result<WarrantFact, WarrantError>> => {
  const keys = context.keys(person)
  if (!keys) return err({ type: 'unknown-person', person })
  const [first, second] = runs.map((run) => decodeSegment(run)) as [
    ReturnType<typeof decodeSegment>,
    ReturnType<typeof decodeSegment>,
  ]
  if (!first.ok) return first
  if (!second.ok) return second
  const { author, logId } = first.value
  if (logId !== LOG_LEDGER) return err({ type: 'not-a-ledger', log: logId })
  if (!isActiveDevice(keys, author)) return err({ type: 'not-a-device' })
  if (!contradict(first.value, second.value)) return err({ type: 'no-offence' })
  for (const run of [first.value, second.value]) {
    if (!(await verifySegment(run, { verifier: context.verifier })).ok) return err({ type: 'forged' })
  }
  return ok({ kind: 'warrant', person, device: bytesToHex(author), offence: 'fork' })
}

const verifyWrongProof = async (
  warrant: WrongProof,
  context: StatementContext,
): Promise<Result<WarrantFact, WarrantError>> => {
  const receipt = decodeStatement(warrant.receipt)
  if (!receipt.ok) return receipt
  const { statement } = receipt.value
  if (statement.kind !== 'receipt' || statement.person !== warrant.person) return err({ type: 'no-offence' })
  const { lease, challenge, proof }: ProofEvidence = warrant
  const judged = await judgeProof({ lease, challenge, proof }, context)
  if (!judged.ok) return judged
  const { value: verdict } = judged
  if (verdict.type === 'right') return err({ type: 'no-offence' })
  const isReceipt =
    verdict.lease === bytesToHex(statement.lease) &&
    verdict.holder.person === statement.person &&
    equalBytes(verdict.holder.device, statement.device)
  if (!isReceipt) return err({ type: 'no-offence' })
  const checked = await checkStatement(receipt.value, context)
  if (!checked.ok) return checked
  return ok({ kind: 'warrant', person: warrant.person, device: bytesToHex(statement.device), offence: 'wrong-proof' })
}

/** [Q24] Checks a warrant: what its device did, or why it shows nothing. */
export const verifyWarrant = async (
  bytes: Uint8Array,
  context: StatementContext,
): Promise<Result<WarrantFact, WarrantError>> => {
  const decoded = decodeWarrant(bytes)
  if (!decoded.ok) return decoded
  return decoded.value.kind === 'fork' ? verifyFork(decoded.value, context) : verifyWrongProof(decoded.value, context)
}
