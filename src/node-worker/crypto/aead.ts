/** AES-256-GCM over WebCrypto. */
import type { Aead } from '../../core/ports.ts'
import { KEY_BYTES } from './key-import.ts'
import { source } from './source.ts'

const params = (nonce: Uint8Array, additionalData: Uint8Array | undefined): AesGcmParams => ({
  name: 'AES-GCM',
  iv: source(nonce),
  ...(additionalData && { additionalData: source(additionalData) }),
})

/** Wraps an AES-GCM CryptoKey, which may be non-extractable. */
export const aeadFromKey = (subtle: SubtleCrypto, key: CryptoKey): Aead => ({
  seal: async (nonce, plaintext, additionalData) =>
    new Uint8Array(await subtle.encrypt(params(nonce, additionalData), key, source(plaintext))),
  open: async (nonce, ciphertext, additionalData) => {
    try {
      return new Uint8Array(await subtle.decrypt(params(nonce, additionalData), key, source(ciphertext)))
    } catch {
      // WebCrypto throws one and the same OperationError for every tag that does not fit.
      return undefined
    }
  },
})

/** Imports 32 raw bytes. */
export const aeadFromBytes = async (subtle: SubtleCrypto, key: Uint8Array): Promise<Aead> => {
  if (key.length !== KEY_BYTES) throw new RangeError(`"key" expected ${KEY_BYTES} bytes, got ${key.length}`)
  return aeadFromKey(subtle, await subtle.importKey('raw', source(key), 'AES-GCM', false, ['encrypt', 'decrypt']))
}
