/** A record: a small signed mutable value under a storage key. Rules: docs/protocol/40-records.md, [R1] to [R11]. */

import type { PersonId } from '../identity/key-event-types.ts'

/** The version every record begins with. */
export const RECORD_VERSION = 1

/**
 * `public`: computable by all, signed by a device of the person. `private`: signed by the key that is the storage
 * key. `locator`: the same, derived from the recovery words, never expiring, names only the person.
 */
export type RecordKind = 'public' | 'private' | 'locator'

interface RecordBase {
  readonly version: typeof RECORD_VERSION
  /** The storage key, 32 bytes. */
  readonly key: Uint8Array
  /** 32 bytes. */
  readonly network: Uint8Array
  /** 32 bytes. */
  readonly group: Uint8Array
  /** Epoch of the account secret when this was written; a higher one wins over every `seq`. */
  readonly epoch: number
  readonly seq: number
  /** Anything dag-cbor can hold; a CID where the value is a block. */
  readonly value: unknown
  /** Ed25519 public key. */
  readonly signer: Uint8Array
}

export interface PublicRecord extends RecordBase {
  readonly kind: 'public'
  readonly person: PersonId
  /** Begins with `/`. */
  readonly path: string
  /** Milliseconds since 1970. */
  readonly expires: number
  /** CID of the newest key event the signer knew. */
  readonly keyEvent: string
}

export interface PrivateRecord extends RecordBase {
  readonly kind: 'private'
  readonly expires: number
}

export interface LocatorRecord extends RecordBase {
  readonly kind: 'locator'
  readonly value: { readonly person: PersonId }
  readonly expires: null
}

/** A record before it is signed. */
export type UnsignedRecord = PublicRecord | PrivateRecord | LocatorRecord

/** A record as decoded: fields, signature, the bytes it came from and their SHA-256. */
export interface SignedRecord<R extends UnsignedRecord = UnsignedRecord> {
  readonly record: R
  readonly signature: Uint8Array
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

/** Why a well-formed record was refused. */
export type RecordRefusal =
  /** Signature, signer or storage key do not fit together. */
  | { readonly type: 'forged' }
  | { readonly type: 'expired' }
  /** The signer is not, or no longer, a device of that person. */
  | { readonly type: 'not-a-device' }
  /** The record names a key event that the reader lacks: fetch it first, then verify again. */
  | { readonly type: 'unknown-key-event'; readonly person: PersonId; readonly keyEvent: string }
  | { readonly type: 'wrong-network' }
  | { readonly type: 'wrong-group' }
