/**
 * Capabilities over a private slot: to write it, to read it, to verify it. Each is a few keys, and each lower one is
 * made from the one above it by a function that does not lead back. None names a person, a path or an epoch. Rules
 * [CP1] to [CP3] of docs/protocol.
 */
import { privateSlotSeed } from '../identity/account-secret.ts'
import { derive } from '../identity/hkdf.ts'
import type { CryptoPort } from '../ports.ts'

/** Everything: whoever has it signs records of the slot, and reads and verifies them. */
export interface WriteCapability {
  readonly kind: 'write'
  /** Seed of the slot's Ed25519 key, 32 bytes. */
  readonly seed: Uint8Array
}

/** Whoever has it finds the slot's record, and opens it. */
export interface ReadCapability {
  readonly kind: 'read'
  /** The storage key, which is the public key that signs. */
  readonly key: Uint8Array
  /** 32 bytes, from the seed. */
  readonly readKey: Uint8Array
}

/** Whoever has it finds the slot's record and sees that it is signed, how new it is and when it runs out. */
export interface VerifyCapability {
  readonly kind: 'verify'
  readonly key: Uint8Array
}

/** See the module's doc. */
export type Capability = WriteCapability | ReadCapability | VerifyCapability

/** What a capability is for. */
export type CapabilityKind = Capability['kind']

type Seeds = Pick<CryptoPort, 'signerFromSeed'>

/**
 * [CP1] The highest capability over a slot.
 * @param secret that of one epoch of the account
 * @param path names the slot among all of that epoch
 */
export const writeCapability = (secret: Uint8Array, path: string): WriteCapability => ({
  kind: 'write',
  seed: privateSlotSeed(secret, path),
})

/** [CP2] */
export const toRead = async ({ seed }: WriteCapability, crypto: Seeds): Promise<ReadCapability> => ({
  kind: 'read',
  key: (await crypto.signerFromSeed(seed)).publicKey,
  readKey: derive(seed, 'kith/read-key/1', ''),
})

/** [CP2] */
export const toVerify = ({ key }: ReadCapability): VerifyCapability => ({ kind: 'verify', key })

/** [CP3] The capability of that kind, or undefined when the one at hand is a lower one. */
export const attenuate = async (
  capability: Capability,
  kind: CapabilityKind,
  crypto: Seeds,
): Promise<Capability | undefined> => {
  if (capability.kind === kind) return capability
  if (capability.kind === 'verify' || kind === 'write') return undefined
  const read = capability.kind === 'write' ? await toRead(capability, crypto) : capability
  return kind === 'read' ? read : toVerify(read)
}

/** [CP2] An AES key for one kind of thing that the slot's readers open. */
export const readingKey = ({ readKey }: ReadCapability, what: 'value' | 'block'): Uint8Array =>
  derive(readKey, 'kith/reading-key/1', what)
