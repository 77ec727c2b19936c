/** Finds out what a platform's cryptography lacks, so that the person is told plainly instead of meeting a crash. */
import { generateKeyPair } from './key-import.ts'

/** What Kith cannot do without. */
const NEEDS = {
  ed25519: (subtle: SubtleCrypto) => generateKeyPair(subtle, 'Ed25519'),
  x25519: (subtle: SubtleCrypto) => generateKeyPair(subtle, 'X25519'),
  'aes-gcm': (subtle: SubtleCrypto) => subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']),
  hkdf: (subtle: SubtleCrypto) => subtle.importKey('raw', new Uint8Array(32), 'HKDF', false, ['deriveBits']),
} as const satisfies Record<string, (subtle: SubtleCrypto) => Promise<unknown>>

/** A feature by name; `secure-context` is missing on a page that came over plain http from another machine. */
export type CryptoFeature = keyof typeof NEEDS | 'secure-context'

/** @returns what is missing; empty when everything is there */
export const probeCrypto = async (
  webcrypto: Partial<Crypto> | undefined = globalThis.crypto,
): Promise<CryptoFeature[]> => {
  const subtle = webcrypto?.subtle
  if (!subtle) return ['secure-context']
  const features = Object.keys(NEEDS) as (keyof typeof NEEDS)[]
  const works = await Promise.all(
    // Called inside an async function: some engines throw where others reject.
    features
      .map(async (feature) => NEEDS[feature](subtle))
      .map((tried) =>
        tried.then(
          () => true,
          () => false,
        ),
      ),
  )
  return features.filter((_, i) => !works[i])
}
