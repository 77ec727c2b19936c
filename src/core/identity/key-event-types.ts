/**
 * The four events of a person's key chain. Each is signed dag-cbor and names the one before it by CID, so the chain
 * can be checked by anyone who holds it. Rules: docs/protocol/30-identity.md, [I1] to [I19].
 */

/** CIDv1 (dag-cbor, sha2-256, base32) of a person's inception event. */
export type PersonId = string

/** The version every key event begins with. */
export const KEY_EVENT_VERSION = 1

/** What is public of a device. */
export interface DevicePublic {
  /** Ed25519 public key; the author of the device's logs. */
  readonly signing: Uint8Array
  /** X25519 public key; Noise static key and HPKE recipient. */
  readonly agreement: Uint8Array
  /** What its person calls it, at most MAX_DEVICE_NAME_CHARS characters. */
  readonly name: string
}

/** The last entry of a removed device's log that stays valid. */
export interface LogEnd {
  readonly logId: number
  readonly seq: number
  /** BLAKE2b-512 of that entry, 64 bytes. */
  readonly hash: Uint8Array
}

/** The keys that an inception or a rotation establishes. */
export interface Establishment {
  /** Ed25519 public key that signs from here on. */
  readonly root: Uint8Array
  /** SHA-256 of the root key that may rotate this one away. */
  readonly next: Uint8Array
  /** X25519 public key of the recovery words. */
  readonly recovery: Uint8Array
}

interface Common {
  readonly version: typeof KEY_EVENT_VERSION
  /** Milliseconds since 1970 by the signer's clock; shown, never decided upon. */
  readonly time: number
}

interface Following extends Common {
  readonly person: PersonId
  /** CID of the event before. */
  readonly previous: string
  /** Events before this one; the inception is at 0. */
  readonly position: number
}

/** The first event; its CID is the person's id. Signed by `root`. */
export interface Inception extends Common, Establishment {
  readonly kind: 'inception'
  /** 32 bytes; the network the person was made in. */
  readonly network: Uint8Array
}

/** Takes the root key over. Signed by the new `root`, whose hash the last establishment committed to. */
export interface Rotate extends Following, Establishment {
  readonly kind: 'rotate'
}

/** Lets a device speak for the person. Signed by the root key; `consent` is signed by the device. */
export interface AddDevice extends Following {
  readonly kind: 'add-device'
  readonly device: DevicePublic
  /** The device's own signature over person and keys: nobody can claim another's device. */
  readonly consent: Uint8Array
}

/** Ends a device. What it wrote up to `logs` stays valid, everything else of it is void. Signed by the root key. */
export interface RemoveDevice extends Following {
  readonly kind: 'remove-device'
  /** The device's Ed25519 public key. */
  readonly device: Uint8Array
  readonly logs: readonly LogEnd[]
}

/** A key event before it is signed. */
export type UnsignedKeyEvent = Inception | Rotate | AddDevice | RemoveDevice

/** A key event as decoded: its fields, its signature, the bytes it came from and their CID. */
export interface SignedKeyEvent<E extends UnsignedKeyEvent = UnsignedKeyEvent> {
  readonly event: E
  /** Ed25519, 64 bytes, over `KEY_EVENT_DOMAIN ‖ dag-cbor(event without signature)`. */
  readonly signature: Uint8Array
  readonly bytes: Uint8Array
  readonly cid: string
}
