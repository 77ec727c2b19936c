/** From what others send to facts: what it is, whether it is true, and the bytes to keep of it. */
import { judgeProof, type ProofRefusal } from '../../core/economy/judge-proof.ts'
import type { Fact } from '../../core/economy/ledger-facts.ts'
import type { StatementError } from '../../core/economy/statement-codec.ts'
import type { LedgerEvidence, ProofEvidence } from '../../core/economy/statement-types.ts'
import {
  type LedgerEntryError,
  type StatementContext,
  type StatementRefusal,
  verifyLedgerEntry,
  verifyStatement,
} from '../../core/economy/verify-statement.ts'
import { verifyWarrant, type WarrantError } from '../../core/economy/warrant.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Kept } from './ledger-rows.ts'

/** What somebody said. */
export type Heard =
  /** A pledge or a lease. */
  | { readonly kind: 'entry'; readonly evidence: LedgerEvidence }
  /** A receipt, release or notice. */
  | { readonly kind: 'statement'; readonly bytes: Uint8Array }
  /** An answer to a challenge. */
  | { readonly kind: 'proof'; readonly evidence: ProofEvidence }
  | { readonly kind: 'warrant'; readonly bytes: Uint8Array }

/** Why what was heard is no fact. */
export type NoFact =
  | LedgerEntryError
  | StatementError
  | StatementRefusal
  | ProofRefusal
  | WarrantError
  /** A challenge: it asks, and says nothing. */
  | { readonly type: 'no-fact' }
  /** The holder signed leaves that are not those of the block; with its receipt that is a warrant. */
  | { readonly type: 'wrong-proof'; readonly lease: string }

type Verified = Result<Pick<Kept, 'fact' | 'shown'>, NoFact>

const verifySmall = async (bytes: Uint8Array, context: StatementContext): Promise<Verified> => {
  const verified = await verifyStatement(bytes, context)
  if (!verified.ok) return verified
  const fact = verified.value
  return fact.kind === 'challenge' ? err({ type: 'no-fact' }) : ok({ fact, shown: [bytes] })
}

const verifyProof = async (evidence: ProofEvidence, context: StatementContext): Promise<Verified> => {
  const judged = await judgeProof(evidence, context)
  if (!judged.ok) return judged
  const { value } = judged
  if (value.type === 'wrong') return err({ type: 'wrong-proof', lease: value.lease })
  return ok({ fact: value.fact, shown: [evidence.challenge, evidence.proof] })
}

/** Verifies what was heard; bytes of any length are refused before they are decoded. */
export const verifyHeard = async (heard: Heard, context: StatementContext): Promise<Verified> => {
  switch (heard.kind) {
    case 'entry': {
      const { entry, payload } = heard.evidence
      const verified = await verifyLedgerEntry(heard.evidence, context)
      return verified.ok ? ok({ fact: verified.value.fact, shown: [entry, payload] }) : verified
    }
    case 'statement':
      return verifySmall(heard.bytes, context)
    case 'proof':
      return verifyProof(heard.evidence, context)
    case 'warrant': {
      const verified = await verifyWarrant(heard.bytes, context)
      return verified.ok ? ok({ fact: verified.value, shown: [heard.bytes] }) : verified
    }
  }
}

/** Everybody whom a fact names. */
export const personsIn = (fact: Fact): string[] => [
  fact.person,
  ...(fact.kind === 'lease' ? [fact.holderPerson] : []),
  ...(fact.kind === 'proof' ? [fact.challenger] : []),
]
