/** The keys that make a browser profile or a process a device. Their private halves never leave WebCrypto. */
import { generateKeyPair, KEY_BYTES, rawPublicKey } from './key-import.ts'
import { source } from './source.ts'

/** What a device's vault keeps; every private half is non-extractable. */
export interface DeviceKeyPairs {
  /** Ed25519. */
  readonly signing: CryptoKeyPair
  /** X25519. */
  readonly agreement: CryptoKeyPair
  /** AES-256-GCM, for secrets at rest on this device. */
  readonly wrap: CryptoKey
  /** The agreement key under `wrap`, for engines whose storage loses X25519 keys (WebKitGTK). */
  readonly wrappedAgreement: WrappedAgreement
}

/** An X25519 pair that can be stored as bytes: only `wrap` opens it. */
export interface WrappedAgreement {
  readonly publicKey: Uint8Array
  readonly nonce: Uint8Array
  readonly box: Uint8Array
}

const NONCE_BYTES = 12
const WRAP_USAGES = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] as const
const wrapParams = (nonce: Uint8Array): AesGcmParams => ({ name: 'AES-GCM', iv: source(nonce) })

/** The agreement pair again, non-extractable. Rejects when `wrap` is not the key it was wrapped under. */
export const unwrapAgreement = async (
  subtle: SubtleCrypto,
  wrap: CryptoKey,
  wrapped: WrappedAgreement,
): Promise<CryptoKeyPair> => {
  const box = source(wrapped.box)
  const params = wrapParams(wrapped.nonce)
  const privateKey = await subtle.unwrapKey('pkcs8', box, wrap, params, 'X25519', false, ['deriveBits'])
  const publicKey = await subtle.importKey('raw', source(wrapped.publicKey), 'X25519', true, [])
  return { privateKey, publicKey }
}

/** Wraps a fresh extractable pair, which is dropped afterwards. */
const wrapAgreement = async (webcrypto: Crypto, wrap: CryptoKey): Promise<WrappedAgreement> => {
  const { subtle } = webcrypto
  const pair = await generateKeyPair(subtle, 'X25519', true)
  const nonce = webcrypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const box = new Uint8Array(await subtle.wrapKey('pkcs8', pair.privateKey, wrap, wrapParams(nonce)))
  return { publicKey: await rawPublicKey(subtle, pair.publicKey), nonce, box }
}

/** Makes the keys of a new device. */
export const generateDeviceKeyPairs = async (webcrypto: Crypto): Promise<DeviceKeyPairs> => {
  const { subtle } = webcrypto
  const signing = await generateKeyPair(subtle, 'Ed25519')
  const wrap = await subtle.generateKey({ name: 'AES-GCM', length: 8 * KEY_BYTES }, false, [...WRAP_USAGES])
  const wrappedAgreement = await wrapAgreement(webcrypto, wrap)
  return { signing, wrap, wrappedAgreement, agreement: await unwrapAgreement(subtle, wrap, wrappedAgreement) }
}
