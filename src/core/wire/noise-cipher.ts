/**
 * One direction of a Noise transport (specification sections 5.1 and 11.3): AES-256-GCM under a counter, with REKEY
 * after so many messages or bytes. WebCrypto answers later, so several messages may be under way at once: nonces and
 * keys are assigned when `seal` or `open` is called, in that order, whatever finishes first.
 */
import type { Aead, CryptoPort } from '../ports.ts'
import { REKEY_BYTES, REKEY_MESSAGES } from './wire-limits.ts'

const EMPTY = new Uint8Array(0)
const ZEROS = new Uint8Array(32)
/** The nonce 2^64 − 1, which no message ever gets. */
const REKEY_NONCE = new Uint8Array([0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255])

/** AESGCM's nonce: 32 zero bits, then the counter as 64 bits, big-endian (section 12.4). */
export const noiseNonce = (counter: number): Uint8Array => {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter))
  return nonce
}

/** REKEY(k): the first 32 bytes of ENCRYPT(k, 2^64 − 1, "", 32 zero bytes). */
const rekey = async (crypto: CryptoPort, aead: Aead): Promise<Aead> =>
  crypto.aead((await aead.seal(REKEY_NONCE, ZEROS, EMPTY)).slice(0, 32))

/** When a direction changes its key. Both sides count the same messages, so they change at the same one. */
export interface RekeyPolicy {
  readonly messages: number
  /** Plaintext bytes. */
  readonly bytes: number
}

export const REKEY_POLICY: RekeyPolicy = { messages: REKEY_MESSAGES, bytes: REKEY_BYTES }

/** Seals or opens the messages of one direction; an instance does one of the two. */
export interface NoiseCipher {
  seal(plaintext: Uint8Array): Promise<Uint8Array>
  /** @returns undefined when the message was changed, lost its place, or was sealed under another key */
  open(ciphertext: Uint8Array): Promise<Uint8Array | undefined>
}

/** @param key 32 bytes, used for nothing else */
export const createNoiseCipher = (crypto: CryptoPort, key: Uint8Array, policy = REKEY_POLICY): NoiseCipher => {
  let aead = crypto.aead(key)
  let counter = 0
  let messages = 0
  let bytes = 0
  const next = (plaintextBytes: number): { readonly aead: Promise<Aead>; readonly nonce: Uint8Array } => {
    const place = { aead, nonce: noiseNonce(counter++) }
    messages += 1
    bytes += plaintextBytes
    if (messages < policy.messages && bytes < policy.bytes) return place
    messages = 0
    bytes = 0
    aead = aead.then((old) => rekey(crypto, old))
    return place
  }
  return {
    async seal(plaintext) {
      const place = next(plaintext.length)
      return (await place.aead).seal(place.nonce, plaintext, EMPTY)
    },
    async open(ciphertext) {
      const place = next(ciphertext.length - 16)
      return (await place.aead).open(place.nonce, ciphertext, EMPTY)
    },
  }
}
