/**
 * What the owner of a thing and the holder of a copy say to each other over a `kith/lease` stream. Owners open it. The
 * leases themselves are entries of the owner's ledger log and pass as entries of any log do; here is said which of them
 * are to be signed for, and what became of them. Rules EC1 to EC17: docs/protocol/98-leases.md.
 */
import type { PersonId } from '../identity/key-event-types.ts'
import type { AvailabilityClass } from '../placement/availability.ts'

/** From an owner: how much may be left with you? */
export interface AskRoom {
  readonly type: 'ask-room'
}

/** From an owner: sign for these leases of my person. */
export interface Sign {
  readonly type: 'sign'
  /** Ids of 32 bytes. */
  readonly leases: readonly Uint8Array[]
}

/** From an owner: a release, so that the copies can go. */
export interface End {
  readonly type: 'end'
  readonly statement: Uint8Array
}

/** From an owner: prove that you can reach it. */
export interface Ask {
  readonly type: 'challenge'
  readonly statement: Uint8Array
}

/** From a holder: what may be left here, said when asked and again when it changed. */
export interface Room {
  readonly type: 'room'
  /** Steps of STEP_BYTES. */
  readonly steps: number
  readonly availability: AvailabilityClass
  /** The engine of the browser it runs in, null where there is none. */
  readonly family: string | null
}

/** From one holder to another of the same owner: I am about to have made again what was lost (PL16). */
export interface Claim {
  readonly type: 'claim'
  readonly owner: PersonId
  /** Drawn by lot, less than 2^32; the smallest wins. */
  readonly ticket: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** From a holder of things of `owner`: keep what these leases of mine name, in place of a holder that was lost. */
export interface AskSubstitute {
  readonly type: 'substitute'
  readonly owner: PersonId
  /** Ids of 32 bytes. */
  readonly leases: readonly Uint8Array[]
}

/** From a holder: it has the copies. */
export interface Signed {
  readonly type: 'signed'
  readonly receipts: readonly Uint8Array[]
}

/** From a holder: it will not sign. */
export interface Refused {
  readonly type: 'refused'
  readonly leases: readonly Uint8Array[]
  /** The type of the refusal, for example `over-ration`. */
  readonly reason: string
  /** Steps that are wanting, 0 where that is not what is the matter. */
  readonly missing: number
}

/** From a substitute: it has what these leases name, though it is none of their holders. */
export interface Substituting {
  readonly type: 'substituting'
  readonly leases: readonly Uint8Array[]
}

/** From a holder: it keeps copies no longer. */
export interface Leaving {
  readonly type: 'notice'
  readonly statement: Uint8Array
}

/** From a holder: the answer to a challenge. */
export interface Answer {
  readonly type: 'proof'
  readonly statement: Uint8Array
}

/** What an owner says, or another holder in the owner's absence. */
export type OwnerMessage = AskRoom | Sign | End | Ask | Claim | AskSubstitute

/** What a holder says. */
export type LeaseHolderMessage = Room | Signed | Refused | Leaving | Answer | Substituting
