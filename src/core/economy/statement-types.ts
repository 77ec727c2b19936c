/**
 * What persons say to each other about storage. Pledges and leases are payloads of entries in the ledger log of the
 * device that says them, so that nobody can show different ones to different people without forking that log. The
 * others are small signed maps that stand alone. Rules Q5 to Q13: docs/protocol/95-economy.md.
 */
import type { Cid } from '../blocks/cid.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import type { ProvenLeaf } from './merkle.ts'

/** The version every statement begins with. */
export const STATEMENT_VERSION = 1

/** Types of payloads in a ledger log. */
export const LedgerType = {
  /** A device gives so many slots from here on; the newest pledge of a device counts. */
  pledge: 'kith/pledge',
  /** A person leaves one copy with a holder until a date. */
  lease: 'kith/lease',
} as const

/** A device of `person` gives `slots`, for its own copies and for those of others. */
export interface Pledge {
  readonly version: typeof STATEMENT_VERSION
  readonly person: PersonId
  /** Of SLOT_BYTES each; 0 takes the pledge back. */
  readonly slots: number
}

/** What a copy is a copy of. */
export type Subject =
  /** One block; `root` is the Merkle root over its leaves, 32 bytes. */
  | { readonly kind: 'block'; readonly cid: Cid; readonly root: Uint8Array }
  /** The entries 1 to `seq` of a log with the payloads that are not forgotten. */
  | { readonly kind: 'log'; readonly device: Uint8Array; readonly log: number; readonly seq: number }
  /** Whatever is the newest record under a storage key, 32 bytes. */
  | { readonly kind: 'record'; readonly key: Uint8Array }

/** A device, and the person it is a device of. */
export interface PersonDevice {
  readonly person: PersonId
  /** Ed25519 public key. */
  readonly device: Uint8Array
}

/** `person` leaves a copy with `holder`. Its id is the first 32 bytes of the hash of its entry. */
export interface Lease {
  readonly version: typeof STATEMENT_VERSION
  /** Whose the copy is. */
  readonly person: PersonId
  readonly subject: Subject
  /** Bytes of the subject. */
  readonly size: number
  /** Copies that other people are wanted to hold of it when this is written, so that they know when one is lost. */
  readonly copies: number
  /** May be a device of the same person, also the one that writes: then it is a copy of one's own. */
  readonly holder: PersonDevice
  /** Milliseconds since 1970 by the clock of the device that writes. */
  readonly time: number
  /** From this time on the lease is over. */
  readonly ends: number
}

/** A pledge or a lease with its type. */
export type LedgerBody =
  | { readonly type: typeof LedgerType.pledge; readonly body: Pledge }
  | { readonly type: typeof LedgerType.lease; readonly body: Lease }

/** What every statement outside the ledger log says. */
interface StatementBase {
  readonly version: typeof STATEMENT_VERSION
  /** 32 bytes. */
  readonly network: Uint8Array
  /** 32 bytes. */
  readonly group: Uint8Array
  /** Who says it … */
  readonly person: PersonId
  /** … with the key of which device … */
  readonly device: Uint8Array
  /** … knowing which newest key event of that person. */
  readonly keyEvent: string
  /** Milliseconds since 1970 by the signer's clock. */
  readonly time: number
}

/** The holder has the whole copy, as the lease describes it, and will keep it until the lease ends. */
export interface Receipt extends StatementBase {
  readonly kind: 'receipt'
  /** Id of the lease, 32 bytes. */
  readonly lease: Uint8Array
}

/** The owner ends leases now. */
export interface Release extends StatementBase {
  readonly kind: 'release'
  readonly leases: readonly Uint8Array[]
}

/** The holder keeps the copies no longer than until `ends`, which may be past. */
export interface Notice extends StatementBase {
  readonly kind: 'notice'
  readonly leases: readonly Uint8Array[]
  readonly ends: number
}

/** Anybody asks a holder to prove that it can reach what it was left under a lease. */
export interface Challenge extends StatementBase {
  readonly kind: 'challenge'
  readonly lease: Uint8Array
  /** The device that is asked. */
  readonly holder: Uint8Array
  /** 32 random bytes. */
  readonly salt: Uint8Array
}

/** The holder's answer: the leaves that the challenge selects, in rising order. */
export interface Proof extends StatementBase {
  readonly kind: 'proof'
  readonly lease: Uint8Array
  /** SHA-256 of the challenge, signature included. */
  readonly challenge: Uint8Array
  readonly leaves: readonly ProvenLeaf[]
}

/** A statement outside the ledger log before it is signed. */
export type UnsignedStatement = SmallStatement | Proof

/** The statements without leaves. */
export type SmallStatement = Receipt | Release | Notice | Challenge

/** A statement as decoded: fields, signature, the bytes it came from and their SHA-256. */
export interface SignedStatement<S extends UnsignedStatement = UnsignedStatement> {
  readonly statement: S
  readonly signature: Uint8Array
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

/** A pledge or lease as it is handed on: the Bamboo bytes of its entry, and its payload. */
export interface LedgerEvidence {
  readonly entry: Uint8Array
  readonly payload: Uint8Array
}

/** A holder's answer with all that is needed to judge it. */
export interface ProofEvidence {
  readonly lease: LedgerEvidence
  readonly challenge: Uint8Array
  readonly proof: Uint8Array
}

/**
 * Shows that a device of `person` cheated. It needs no signature of its own: it proves itself.
 * `fork`: two runs of one ledger log, as segments without payloads, that name different entries at one position.
 * `wrong-proof`: a holder that had signed for the whole copy signed an answer that is wrong.
 */
export type Warrant =
  | {
      readonly version: typeof STATEMENT_VERSION
      readonly kind: 'fork'
      readonly person: PersonId
      readonly runs: readonly [Uint8Array, Uint8Array]
    }
  | ({
      readonly version: typeof STATEMENT_VERSION
      readonly kind: 'wrong-proof'
      readonly person: PersonId
      readonly receipt: Uint8Array
    } & ProofEvidence)
