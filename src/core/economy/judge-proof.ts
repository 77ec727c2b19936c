/**
 * Answers to challenges: made from the block, judged without it. A judged answer is right or wrong for good, so a wrong
 * one that is signed is evidence; one that does not belong to the challenge is neither. Rules Q11 to Q15 of docs/protocol.
 */
import { bytesToHex, equalBytes } from '../bytes.ts'
import { err, ok, type Result } from '../result.ts'
import { CLOCK_SKEW, PROOF_WINDOW } from './economy-limits.ts'
import { chooseLeaves } from './leaf-choice.ts'
import { checkLeasedBlock, type NotTheBlock } from './lease-terms.ts'
import type { EntryId, ProofFact } from './ledger-facts.ts'
import { leafCountOf, type ProvenLeaf, proveLeaves, verifyLeaf } from './merkle.ts'
import { decodeProof, decodeStatement, type StatementError } from './statement-codec.ts'
import {
  type Challenge,
  type Lease,
  LedgerType,
  type PersonDevice,
  type Proof,
  type ProofEvidence,
  type SignedStatement,
  type Subject,
} from './statement-types.ts'
import {
  checkStatement,
  isSignedByDevice,
  type LedgerEntryError,
  type StatementContext,
  type StatementRefusal,
  verifyLedgerEntry,
} from './verify-statement.ts'

/** Why an answer cannot be judged. */
export type ProofRefusal =
  | StatementError
  | LedgerEntryError
  | StatementRefusal
  /** The lease is of a log or a record: those are read, not challenged. Or the entry is no lease. */
  | { readonly type: 'not-a-block-lease' }
  /** The three are not of one lease, one holder and one challenge: for example an old answer, sent again. */
  | { readonly type: 'not-this-challenge' }
  /** The holder asked itself, and could choose what to be asked. */
  | { readonly type: 'own-challenge' }

/** What became of an answer. */
export type ProofVerdict =
  /** It counts for the holder. */
  | { readonly type: 'right'; readonly fact: ProofFact }
  /** With the holder's receipt it is a warrant. */
  | { readonly type: 'wrong'; readonly lease: EntryId; readonly holder: PersonDevice }

type BlockLease = Lease & { readonly subject: Extract<Subject, { readonly kind: 'block' }> }

/**
 * [Q13] The leaves that answer the challenge with this hash, or why there is no answer: a holder whose bytes are not the
 * block any more must give notice, for signing wrong leaves is what it is punished for.
 */
export const answerChallenge = (
  lease: Lease,
  challengeHash: Uint8Array,
  block: Uint8Array,
): Result<readonly ProvenLeaf[], NotTheBlock> => {
  const checked = checkLeasedBlock(lease, block)
  return checked.ok ? ok(proveLeaves(block, chooseLeaves(challengeHash, leafCountOf(lease.size)))) : checked
}

/**
 * [Q12] Whether an answer arrived while the challenger waits, by the challenger's clock alone; what the holder's clock
 * says decides nothing.
 */
export const isTimely = (challenge: Pick<Challenge, 'time'>, arrivedAt: number): boolean =>
  arrivedAt >= challenge.time && arrivedAt - challenge.time <= PROOF_WINDOW

/** [Q25] Whether a proof of `time` still speaks for its holder. */
export const isRecent = (time: number, now: number, life: number): boolean =>
  time <= now + CLOCK_SKEW && now - time < life

const areRight = ({ subject, size }: BlockLease, challengeHash: Uint8Array, leaves: readonly ProvenLeaf[]): boolean => {
  const chosen = chooseLeaves(challengeHash, leafCountOf(size))
  const block = { size, root: subject.root }
  return leaves.length === chosen.length && leaves.every((leaf, i) => verifyLeaf(block, chosen[i]!, leaf))
}

/** [Q12] Lease, challenge and answer name each other. */
const belongTogether = (
  id: EntryId,
  { holder }: Lease,
  { statement: challenge, hash }: SignedStatement<Challenge>,
  { statement: proof }: SignedStatement<Proof>,
): boolean =>
  bytesToHex(challenge.lease) === id &&
  equalBytes(challenge.holder, holder.device) &&
  bytesToHex(proof.lease) === id &&
  equalBytes(proof.challenge, hash) &&
  equalBytes(proof.device, holder.device) &&
  proof.person === holder.person

const decodeBoth = ({ challenge, proof }: ProofEvidence) => {
  const asked = decodeStatement(challenge)
  if (!asked.ok) return asked
  const answered = decodeProof(proof)
  if (!answered.ok) return answered
  const { statement } = asked.value
  if (statement.kind !== 'challenge') return err({ type: 'not-this-challenge' } as const)
  return ok({ asked: { ...asked.value, statement }, answered: answered.value })
}

const readBlockLease = async (evidence: ProofEvidence, context: StatementContext) => {
  const verified = await verifyLedgerEntry(evidence.lease, context)
  if (!verified.ok) return verified
  const { fact, payload } = verified.value
  if (payload.type !== LedgerType.lease || payload.body.subject.kind !== 'block') {
    return err({ type: 'not-a-block-lease' } as const)
  }
  return ok({ id: fact.id, lease: payload.body as BlockLease })
}

/**
 * [Q11] Judges an answer, without the block. Of the challenge only its own signature is asked here: whose word it was
 * matters for what a right answer counts, not for whether a wrong one is wrong.
 */
export const judgeProof = async (
  evidence: ProofEvidence,
  context: StatementContext,
): Promise<Result<ProofVerdict, ProofRefusal>> => {
  const both = decodeBoth(evidence)
  if (!both.ok) return both
  const { asked, answered } = both.value
  const left = await readBlockLease(evidence, context)
  if (!left.ok) return left
  const { id, lease } = left.value
  if (!belongTogether(id, lease, asked, answered)) return err({ type: 'not-this-challenge' })
  if (asked.statement.person === lease.holder.person) return err({ type: 'own-challenge' })
  const checked = await checkStatement(answered, context)
  if (!checked.ok) return checked
  if (!(await isSignedByDevice(asked, context.verifier))) return err({ type: 'forged' })
  if (!areRight(lease, asked.hash, answered.statement.leaves)) {
    return ok({ type: 'wrong', lease: id, holder: lease.holder })
  }
  return ok({ type: 'right', fact: toFact(id, asked.statement, answered.statement) })
}

const toFact = (lease: EntryId, challenge: Challenge, proof: Proof): ProofFact => ({
  kind: 'proof',
  person: proof.person,
  device: bytesToHex(proof.device),
  lease,
  challenger: challenge.person,
  challengerDevice: bytesToHex(challenge.device),
  time: challenge.time,
})
