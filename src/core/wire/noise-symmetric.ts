/** SymmetricState of the Noise specification, section 5.2, for SHA256 and AESGCM. */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8Encode } from '../bytes.ts'
import type { Aead, CryptoPort } from '../ports.ts'
import { noiseNonce } from './noise-cipher.ts'

const PROTOCOL_NAME = 'Noise_XX_25519_AESGCM_SHA256'

/** The running keys and transcript of one handshake. */
export interface SymmetricState {
  /** h: the hash of everything said so far. */
  readonly hash: () => Uint8Array
  mixHash(data: Uint8Array): void
  mixKey(input: Uint8Array): Promise<void>
  encryptAndHash(plaintext: Uint8Array): Promise<Uint8Array>
  /** @returns undefined when it does not decrypt */
  decryptAndHash(ciphertext: Uint8Array): Promise<Uint8Array | undefined>
  /** The two transport keys: initiator's, responder's. */
  split(): readonly [Uint8Array, Uint8Array]
}

/** HKDF with two outputs (section 4.3). */
const hkdf2 = (chainingKey: Uint8Array, input: Uint8Array): readonly [Uint8Array, Uint8Array] => {
  const temporary = hmac(sha256, chainingKey, input)
  const first = hmac(sha256, temporary, Uint8Array.of(1))
  return [first, hmac(sha256, temporary, concatBytes(first, Uint8Array.of(2)))]
}

/** InitializeSymmetric and the prologue. The name has 28 bytes: it is padded with zeros, not hashed. */
export const createSymmetricState = (crypto: CryptoPort, prologue: Uint8Array): SymmetricState => {
  let hash: Uint8Array = new Uint8Array(32)
  hash.set(utf8Encode(PROTOCOL_NAME))
  let chainingKey = hash
  let cipher: Aead | undefined
  let counter = 0
  const mixHash = (data: Uint8Array): void => {
    hash = sha256(concatBytes(hash, data))
  }
  mixHash(prologue)
  return {
    hash: () => hash,
    mixHash,
    async mixKey(input) {
      const [next, key] = hkdf2(chainingKey, input)
      chainingKey = next
      cipher = await crypto.aead(key)
      counter = 0
    },
    async encryptAndHash(plaintext) {
      const ciphertext = cipher ? await cipher.seal(noiseNonce(counter++), plaintext, hash) : plaintext
      mixHash(ciphertext)
      return ciphertext
    },
    async decryptAndHash(ciphertext) {
      const plaintext = cipher ? await cipher.open(noiseNonce(counter++), ciphertext, hash) : ciphertext
      mixHash(ciphertext)
      return plaintext
    },
    split: () => hkdf2(chainingKey, new Uint8Array(0)),
  }
}
