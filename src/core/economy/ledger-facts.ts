/**
 * What a ledger is folded from: statements that were verified, short enough that a hundred thousand of them fit. Only
 * verify-statement.ts and judge-proof.ts make them. Ids and keys are lower-case hex, because they are keys of maps.
 */
import type { PersonId } from '../identity/key-event-types.ts'

/** 32 bytes as hex: the first half of the hash of a ledger entry; for a lease, its id. */
export type EntryId = string

/** An Ed25519 public key as hex. */
export type DeviceId = string

/** What is a copy's subject, as a text that is the same for the same block, log or record. */
export type SubjectKey = string

interface EntryFact {
  readonly person: PersonId
  readonly device: DeviceId
  readonly seq: number
  readonly id: EntryId
  /** Ids that the entry's links name; absent where the entry has none. */
  readonly backlink?: EntryId | undefined
  readonly lipmaa?: EntryId | undefined
}

/** The device gives so many slots. */
export interface PledgeFact extends EntryFact {
  readonly kind: 'pledge'
  readonly slots: number
}

/** A copy is left with a holder until `ends`. */
export interface LeaseFact extends EntryFact {
  readonly kind: 'lease'
  readonly subject: SubjectKey
  /** What the copy costs. */
  readonly steps: number
  /** Copies that other people are wanted to hold. */
  readonly copies: number
  readonly holderPerson: PersonId
  readonly holderDevice: DeviceId
  readonly ends: number
}

/** An entry of a ledger log. */
export type LedgerFact = PledgeFact | LeaseFact

interface SignerFact {
  readonly person: PersonId
  readonly device: DeviceId
}

/** The signer has the copy. */
export interface ReceiptFact extends SignerFact {
  readonly kind: 'receipt'
  readonly lease: EntryId
}

/** The signer ends leases: at once as their owner, or at `ends` as their holder. */
export interface EndFact extends SignerFact {
  readonly kind: 'release' | 'notice'
  readonly leases: readonly EntryId[]
  readonly ends: number
}

/** The signer, holder of the lease, answered a challenge of somebody else rightly. */
export interface ProofFact extends SignerFact {
  readonly kind: 'proof'
  readonly lease: EntryId
  readonly challenger: PersonId
  readonly challengerDevice: DeviceId
  /** When it was challenged, by the challenger's clock. */
  readonly time: number
}

/** What a device was shown to have done. */
export type Offence = 'fork' | 'wrong-proof'

/** A device cheated. */
export interface WarrantFact extends SignerFact {
  readonly kind: 'warrant'
  readonly offence: Offence
}

/** A verified statement. */
export type Fact = LedgerFact | ReceiptFact | EndFact | ProofFact | WarrantFact
