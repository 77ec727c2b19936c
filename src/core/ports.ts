/**
 * What the rules need from a platform. `core` has no clock, no randomness, no keys and no WebCrypto of its own:
 * whoever calls it hands these in. All byte arrays are plain `Uint8Array`s; keys are 32 bytes unless said otherwise.
 */

/** Wall clock in milliseconds since 1970. May jump; never used to measure a duration. */
export interface Clock {
  now(): number
}

/** Cryptographically secure random bytes. */
export interface Random {
  bytes(length: number): Uint8Array
}

/**
 * Ed25519 verification with the one verdict of DESIGN section 4: small-order and non-canonical public keys are
 * refused first, then WebCrypto decides. Bad input is false; a rejection says that nothing could be judged.
 */
export interface Verifier {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>
}

/** SHA-256 by the platform: faster than in JavaScript by far, and not on the thread that asks. */
export interface Hasher {
  /** @returns 32 bytes */
  sha256(bytes: Uint8Array): Promise<Uint8Array>
}

/** An Ed25519 key that signs; the private half may be a non-extractable CryptoKey. */
export interface Signer {
  readonly publicKey: Uint8Array
  /** @returns 64 bytes */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** An X25519 key; the private half may be a non-extractable CryptoKey. */
export interface KeyAgreement {
  readonly publicKey: Uint8Array
  /** @returns 32 bytes; rejects when the result is all zero (RFC 7748 section 6.1) */
  sharedSecret(theirPublicKey: Uint8Array): Promise<Uint8Array>
}

/** One AES-256-GCM key. Nonces are 12 bytes and never repeat under one key: that is the caller's duty. */
export interface Aead {
  seal(nonce: Uint8Array, plaintext: Uint8Array, additionalData?: Uint8Array): Promise<Uint8Array>
  /** @returns undefined when the tag does not fit */
  open(nonce: Uint8Array, ciphertext: Uint8Array, additionalData?: Uint8Array): Promise<Uint8Array | undefined>
}

/** HPKE base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180). */
export interface Hpke {
  /** @returns enc (32 bytes) followed by the ciphertext */
  seal(recipient: Uint8Array, plaintext: Uint8Array, info: Uint8Array): Promise<Uint8Array>
  /** @returns undefined when the box was not made for this key or was changed */
  open(recipient: HpkeRecipient, sealed: Uint8Array, info: Uint8Array): Promise<Uint8Array | undefined>
}

/** The private side of an HPKE key pair, made only by a {@link CryptoPort}. */
export interface HpkeRecipient {
  readonly publicKey: Uint8Array
}

/** Everything cryptographic that needs a platform, in one place. Implemented in node-worker/crypto. */
export interface CryptoPort extends Verifier, Hasher {
  /** Raw AES-256-GCM from 32 key bytes. */
  aead(key: Uint8Array): Promise<Aead>
  /** A fresh key for one Noise handshake. */
  ephemeral(): Promise<KeyAgreement>
  /** Ed25519 key from a 32-byte seed (root keys, private slots). */
  signerFromSeed(seed: Uint8Array): Promise<Signer>
  /** X25519 key from 32 private bytes (tests, words' HPKE key). */
  agreementFromSeed(seed: Uint8Array): Promise<KeyAgreement>
  /** HPKE recipient from 32 private bytes. */
  hpkeRecipientFromSeed(seed: Uint8Array): Promise<HpkeRecipient>
  readonly hpke: Hpke
}

/** The two keys that make one browser profile or process a device of a person. */
export interface DeviceKeys {
  readonly signer: Signer
  /** Noise static key; also an HPKE recipient for sealed epoch secrets. */
  readonly agreement: KeyAgreement
}

/**
 * One connection under a session: a data channel or a relay circuit. Messages are whole, in order, and at most
 * 256 KiB. `send` after `close` is ignored. The handlers are set once, by the session that owns the carrier.
 */
export interface Carrier {
  /** `direct` is preferred to `relay` when both are up. */
  readonly kind: 'direct' | 'relay'
  /** True on the side that dialled: it speaks first in the handshake. */
  readonly initiator: boolean
  send(message: Uint8Array): void
  close(reason: string): void
  /** Bytes handed to `send` that have not left yet; the session keeps this under 2 MiB. */
  buffered(): number
  onmessage: ((message: Uint8Array) => void) | undefined
  onclose: ((reason: string) => void) | undefined
  /** Called when `buffered()` has fallen under 256 KiB again. */
  ondrain: (() => void) | undefined
}
