/** Ed25519 verification, the only one in Kith: key and signature are judged by rules [K1] to [K6], then WebCrypto decides. */
import { bytesToHex } from '../../core/bytes.ts'
import type { Verifier } from '../../core/ports.ts'
import { isAcceptablePublicKey, isReducedSignature } from './ed25519-rules.ts'
import { isPrimeOrderKey } from './prime-order.ts'
import { source } from './source.ts'

/** Imported keys kept, since a reader checks many signatures of few devices. */
export const MAX_CACHED_KEYS = 1024

const importKey = async (subtle: SubtleCrypto, key: Uint8Array): Promise<CryptoKey | undefined> => {
  try {
    return await subtle.importKey('raw', source(key), 'Ed25519', false, ['verify'])
  } catch {
    // Engines refuse some keys that are none by throwing.
    return undefined
  }
}

/** Judges and imports keys once; forgets the one imported first when full. */
const createKeyCache = (subtle: SubtleCrypto): ((key: Uint8Array) => Promise<CryptoKey | undefined>) => {
  const judged = async (key: Uint8Array) => (isPrimeOrderKey(key) ? importKey(subtle, key) : undefined)
  const cache = new Map<string, Promise<CryptoKey | undefined>>()
  return (key) => {
    const name = bytesToHex(key)
    const cached = cache.get(name)
    if (cached !== undefined) return cached
    if (cache.size >= MAX_CACHED_KEYS) cache.delete(cache.keys().next().value!)
    const imported = judged(key)
    cache.set(name, imported)
    return imported
  }
}

/** A verifier over WebCrypto. */
export const createVerifier = (subtle: SubtleCrypto): Verifier => {
  const imported = createKeyCache(subtle)
  const verify: Verifier['verify'] = async (publicKey, message, signature) => {
    if (!isReducedSignature(signature) || !isAcceptablePublicKey(publicKey)) return false
    const key = await imported(publicKey)
    try {
      return key !== undefined && (await subtle.verify('Ed25519', key, source(signature), source(message)))
    } catch {
      // Engines refuse by throwing or by saying no; here both are a no.
      return false
    }
  }
  return { verify }
}
