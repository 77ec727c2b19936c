/** X25519 keys: Noise key agreement and HPKE recipients are the same pairs. */
import type { HpkeRecipient, KeyAgreement } from '../../core/ports.ts'
import { importAgreementPublic, KEY_BYTES, rawPublicKey } from './key-import.ts'

/** A private X25519 key that both agrees and opens HPKE boxes. */
export type AgreementKey = KeyAgreement & HpkeRecipient

/** The pair behind each {@link AgreementKey}: the ports show its public bytes only. */
const pairs = new WeakMap<HpkeRecipient, CryptoKeyPair>()

/** @throws TypeError when the recipient was not made here */
export const pairOf = (recipient: HpkeRecipient): CryptoKeyPair => {
  const pair = pairs.get(recipient)
  if (!pair) throw new TypeError('"recipient" expected a key made by this crypto port')
  return pair
}

/** [K3] The shared secret; the all-zero one, which a small-order public key forces, is refused. */
const agree = async (subtle: SubtleCrypto, own: CryptoKey, theirs: Uint8Array): Promise<Uint8Array> => {
  const publicKey = await importAgreementPublic(subtle, theirs)
  const bits = await subtle.deriveBits({ name: 'X25519', public: publicKey }, own, 8 * KEY_BYTES)
  const secret = new Uint8Array(bits)
  if (secret.every((byte) => byte === 0)) throw new Error('X25519 gave the all-zero secret')
  return secret
}

/** Wraps a CryptoKey pair, whose private half may be non-extractable. */
export const agreementFromKeyPair = async (subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<AgreementKey> => {
  const key: AgreementKey = {
    publicKey: await rawPublicKey(subtle, pair.publicKey),
    sharedSecret: (theirs) => agree(subtle, pair.privateKey, theirs),
  }
  pairs.set(key, pair)
  return key
}
