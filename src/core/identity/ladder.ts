/** Everything that the twelve recovery words are the seed of ([I17]). Each is 32 bytes. */
import { deriveSeed } from './hkdf.ts'
import { ENTROPY_BYTES } from './words.ts'

const LABEL = 'kith/words/1'

/** Rungs a person can climb: as many rotations as a chain can hold. */
export const MAX_RUNG = 511

const fromWords = (entropy: Uint8Array, info: string): Uint8Array => {
  if (entropy.length !== ENTROPY_BYTES) {
    throw new RangeError(`"entropy" expected ${ENTROPY_BYTES} bytes, got ${entropy.length}`)
  }
  return deriveSeed(entropy, LABEL, info)
}

/** Seed of the Ed25519 root key at a rung; recovery rotates to the next one, and the same words go on working. */
export const rootSeed = (entropy: Uint8Array, rung: number): Uint8Array => {
  if (!Number.isInteger(rung) || rung < 0 || rung > MAX_RUNG) {
    throw new RangeError(`"rung" expected 0 to ${MAX_RUNG}, got ${rung}`)
  }
  return fromWords(entropy, `root/${rung}`)
}

/** Private X25519 key to which every epoch of the account secret is sealed. */
export const hpkeSeed = (entropy: Uint8Array): Uint8Array => fromWords(entropy, 'hpke')

/** Seed of the Ed25519 key under which the locator is found. */
export const locatorSeed = (entropy: Uint8Array): Uint8Array => fromWords(entropy, 'locator')
