/** Every port of `core` that needs a platform's cryptography, over WebCrypto. Rules: docs/protocol/30-identity.md. */
import type { Aead, CryptoPort, Random, Signer } from '../../core/ports.ts'
import { aeadFromBytes, aeadFromKey } from './aead.ts'
import { type AgreementKey, agreementFromKeyPair } from './agreement.ts'
import { type DeviceKeyPairs, generateDeviceKeyPairs, unwrapAgreement, type WrappedAgreement } from './device-keys.ts'
import { createHpke } from './hpke.ts'
import { type Curve, generateKeyPair, keyPairFromSeed, rawPublicKey } from './key-import.ts'
import { source } from './source.ts'
import { createVerifier } from './verifier.ts'

/** What the platform's own code needs beyond the ports: keys that live as CryptoKeys. */
export interface DeviceKeyMaker {
  generateDeviceKeyPairs(): Promise<DeviceKeyPairs>
  unwrapAgreement(wrap: CryptoKey, wrapped: WrappedAgreement): Promise<CryptoKeyPair>
  signerFromKeyPair(pair: CryptoKeyPair): Promise<Signer>
  /** The result also opens HPKE boxes that were sealed to it. */
  agreementFromKeyPair(pair: CryptoKeyPair): Promise<AgreementKey>
  aeadFromKey(key: CryptoKey): Aead
}

/** All of it in one object. */
export type KithCrypto = CryptoPort & Random & DeviceKeyMaker

const signerFromKeyPair = async (subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<Signer> => ({
  publicKey: await rawPublicKey(subtle, pair.publicKey),
  sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', pair.privateKey, source(message))),
})

const createDeviceKeyMaker = (webcrypto: Crypto): DeviceKeyMaker => ({
  generateDeviceKeyPairs: () => generateDeviceKeyPairs(webcrypto),
  unwrapAgreement: (wrap, wrapped) => unwrapAgreement(webcrypto.subtle, wrap, wrapped),
  signerFromKeyPair: (pair) => signerFromKeyPair(webcrypto.subtle, pair),
  agreementFromKeyPair: (pair) => agreementFromKeyPair(webcrypto.subtle, pair),
  aeadFromKey: (key) => aeadFromKey(webcrypto.subtle, key),
})

const createSeeded = (subtle: SubtleCrypto) => {
  const pair = (curve: Curve, seed: Uint8Array) => keyPairFromSeed(subtle, curve, seed)
  const agreementFromSeed = async (seed: Uint8Array) => agreementFromKeyPair(subtle, await pair('X25519', seed))
  return {
    signerFromSeed: async (seed: Uint8Array) => signerFromKeyPair(subtle, await pair('Ed25519', seed)),
    agreementFromSeed,
    hpkeRecipientFromSeed: agreementFromSeed,
  }
}

/**
 * @param webcrypto the platform's; needs a secure context, and Ed25519 and X25519: ask `probeCrypto` first
 */
export const createWebCrypto = (webcrypto: Crypto = globalThis.crypto): KithCrypto => {
  const { subtle } = webcrypto
  const ephemeral = async () => agreementFromKeyPair(subtle, await generateKeyPair(subtle, 'X25519'))
  return {
    ...createVerifier(subtle),
    ...createSeeded(subtle),
    ...createDeviceKeyMaker(webcrypto),
    aead: (key) => aeadFromBytes(subtle, key),
    ephemeral,
    sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', source(bytes))),
    hpke: createHpke(subtle),
    bytes: (length) => webcrypto.getRandomValues(new Uint8Array(length)),
  }
}
