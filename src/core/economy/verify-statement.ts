/**
 * From bytes to facts: whether a statement counts, told by anybody who has the key events of the person that makes it.
 * The cheap questions come first; a signature is checked only when nothing else speaks against a statement. Rules Q5 to
 * Q10 of docs/protocol.
 */
import { bytesToHex, equalBytes } from '../bytes.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import { findDevice, isActiveDevice, type KeyState } from '../identity/key-state.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../limits.ts'
import { decodeEntry, type Entry, type EntryHash, encodeUnsigned, hashPayload } from '../logs/entry.ts'
import { LOG_LEDGER } from '../logs/log-id.ts'
import type { Verifier } from '../ports.ts'
import { err, type Malformed, ok, type Result } from '../result.ts'
import { MAX_LEDGER_PAYLOAD_BYTES } from './economy-limits.ts'
import { decodeLedgerPayload, type LedgerBodyError, type LedgerPayload } from './ledger-body.ts'
import type { EndFact, EntryId, LedgerFact, ReceiptFact, SubjectKey } from './ledger-facts.ts'
import { decodeStatement, type StatementError, statementSigningInput } from './statement-codec.ts'
import {
  type Challenge,
  type Lease,
  type LedgerEvidence,
  LedgerType,
  type SignedStatement,
  type SmallStatement,
  type Subject,
  type UnsignedStatement,
} from './statement-types.ts'
import { stepsOf } from './units.ts'

/** What a verdict depends on beside the statement. */
export interface StatementContext {
  readonly verifier: Verifier
  /** The newest keys known of a person. */
  keys(person: PersonId): KeyState | undefined
  /** Zero unless named. */
  readonly network?: Uint8Array
  readonly group?: Uint8Array
}

/** Why a well-formed statement was refused. */
export type StatementRefusal =
  /** The signature is not the signer's, or the payload not the entry's. */
  | { readonly type: 'forged' }
  /** The signer is not a device of that person; one that was removed can make no statements outside its logs. */
  | { readonly type: 'not-a-device' }
  /** Nothing is known of the person: fetch the key events first, then verify again. */
  | { readonly type: 'unknown-person'; readonly person: PersonId }
  /** The statement names a key event that the reader lacks: fetch it first, then verify again. */
  | { readonly type: 'unknown-key-event'; readonly person: PersonId; readonly keyEvent: string }
  /** An entry of another log than the ledger. */
  | { readonly type: 'not-a-ledger'; readonly log: number }
  | { readonly type: 'wrong-network' }
  | { readonly type: 'wrong-group' }

/** A verified entry of a ledger log, and what it says. */
export interface VerifiedEntry {
  readonly fact: LedgerFact
  readonly payload: LedgerPayload
}

/** Why an entry of a ledger log was not accepted. */
export type LedgerEntryError = Malformed<'entry'> | LedgerBodyError | StatementRefusal

/** [Q6] The id of a ledger entry out of its hash, 32 bytes; that of a lease is what others name it by. */
export const entryIdBytes = (hash: EntryHash): Uint8Array => hash.subarray(0, 32)

const idOf = (hash: EntryHash): EntryId => bytesToHex(entryIdBytes(hash))

/** A text that is the same for the same block, log or record: a longer prefix of a log takes the place of a shorter. */
export const subjectKey = (subject: Subject): SubjectKey => {
  if (subject.kind === 'block') return `block ${subject.cid}`
  if (subject.kind === 'record') return `record ${bytesToHex(subject.key)}`
  return `log ${bytesToHex(subject.device)} ${subject.log}`
}

const wrongScope = (
  said: { readonly network: Uint8Array; readonly group: Uint8Array },
  { network = NETWORK_ZERO, group = GROUP_ZERO }: StatementContext,
): StatementRefusal | undefined => {
  if (!equalBytes(said.network, network)) return { type: 'wrong-network' }
  return equalBytes(said.group, group) ? undefined : { type: 'wrong-group' }
}

const leaseFields = ({ subject, size, copies, holder, ends }: Lease) => ({
  subject: subjectKey(subject),
  steps: stepsOf(size),
  copies,
  holderPerson: holder.person,
  holderDevice: bytesToHex(holder.device),
  ends,
})

const factOf = ({ author, seq, hash, backlink, lipmaa }: Entry, said: LedgerPayload): LedgerFact => {
  const common = {
    person: said.body.person,
    device: bytesToHex(author),
    seq,
    id: idOf(hash),
    backlink: backlink && idOf(backlink),
    lipmaa: lipmaa && idOf(lipmaa),
  }
  return said.type === LedgerType.pledge
    ? { kind: 'pledge', ...common, slots: said.body.slots }
    : { kind: 'lease', ...common, ...leaseFields(said.body) }
}

/**
 * [Q6] What an entry says whose authenticity is known already, for example from a verified segment. A device that was
 * removed still counts as one here: how far its log goes, the view of the ledger judges.
 */
export const readLedgerEntry = (
  entry: Entry,
  payload: Uint8Array,
  context: StatementContext,
): Result<VerifiedEntry, LedgerEntryError> => {
  // Only the first generation: whoever forked a ledger does not get another one from the same device.
  if (entry.logId !== LOG_LEDGER) return err({ type: 'not-a-ledger', log: entry.logId })
  if (payload.length <= MAX_LEDGER_PAYLOAD_BYTES && !equalBytes(hashPayload(payload), entry.payloadHash)) {
    return err({ type: 'forged' })
  }
  const decoded = decodeLedgerPayload(payload)
  if (!decoded.ok) return decoded
  const scope = wrongScope(decoded.value, context)
  if (scope) return err(scope)
  const { person } = decoded.value.body
  const keys = context.keys(person)
  if (!keys) return err({ type: 'unknown-person', person })
  if (!findDevice(keys, entry.author)) return err({ type: 'not-a-device' })
  return ok({ fact: factOf(entry, decoded.value), payload: decoded.value })
}

/** [Q6] Verifies a pledge or lease that is handed on alone, by the signature of its own entry. */
export const verifyLedgerEntry = async (
  { entry: bytes, payload }: LedgerEvidence,
  context: StatementContext,
): Promise<Result<VerifiedEntry, LedgerEntryError>> => {
  const entry = decodeEntry(bytes)
  if (!entry.ok) return entry
  const read = readLedgerEntry(entry.value, payload, context)
  if (!read.ok) return read
  const { author, signature } = entry.value
  const isSigned = await context.verifier.verify(author, encodeUnsigned(entry.value), signature)
  return isSigned ? read : err({ type: 'forged' })
}

/** Whether the signature is that of the device that a statement names, whoever that is. */
export const isSignedByDevice = ({ statement, signature }: SignedStatement, verifier: Verifier): Promise<boolean> =>
  verifier.verify(statement.device, statementSigningInput(statement), signature)

const checkSigner = ({ person, device, keyEvent }: UnsignedStatement, { keys }: StatementContext) => {
  const state = keys(person)
  if (!state) return { type: 'unknown-person', person } as const
  if (!state.cids.includes(keyEvent)) return { type: 'unknown-key-event', person, keyEvent } as const
  return isActiveDevice(state, device) ? undefined : ({ type: 'not-a-device' } as const)
}

/** [Q8] Whether a decoded statement was said here, by a device of the person it names. */
export const checkStatement = async (
  signed: SignedStatement,
  context: StatementContext,
): Promise<Result<void, StatementRefusal>> => {
  const refusal = wrongScope(signed.statement, context) ?? checkSigner(signed.statement, context)
  if (refusal) return err(refusal)
  return (await isSignedByDevice(signed, context.verifier)) ? ok(undefined) : err({ type: 'forged' })
}

/** A verified statement that stands alone: a fact of the ledger, or a challenge, which is none. */
export type VerifiedStatement = ReceiptFact | EndFact | { readonly kind: 'challenge'; readonly challenge: Challenge }

const toVerified = (statement: SmallStatement): VerifiedStatement => {
  const signer = { person: statement.person, device: bytesToHex(statement.device) }
  switch (statement.kind) {
    case 'receipt':
      return { kind: 'receipt', ...signer, lease: bytesToHex(statement.lease) }
    case 'release':
      return { kind: 'release', ...signer, leases: statement.leases.map(bytesToHex), ends: 0 }
    case 'notice':
      return { kind: 'notice', ...signer, leases: statement.leases.map(bytesToHex), ends: statement.ends }
    case 'challenge':
      return { kind: 'challenge', challenge: statement }
  }
}

/** [Q8] Verifies a receipt, release, notice or challenge. */
export const verifyStatement = async (
  bytes: Uint8Array,
  context: StatementContext,
): Promise<Result<VerifiedStatement, StatementError | StatementRefusal>> => {
  const decoded = decodeStatement(bytes)
  if (!decoded.ok) return decoded
  const checked = await checkStatement(decoded.value, context)
  return checked.ok ? ok(toVerified(decoded.value.statement)) : checked
}
