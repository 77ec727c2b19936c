/** Key pairs of both curves: fresh ones, and those of 32 bytes, which WebCrypto takes only inside PKCS #8 (RFC 8410). */
import { source } from './source.ts'

/** The two curves and what their private keys are for. */
const CURVES = {
  Ed25519: { oidEnd: 0x70, usages: ['sign'] },
  X25519: { oidEnd: 0x6e, usages: ['deriveBits'] },
} as const satisfies Record<string, { oidEnd: number; usages: KeyUsage[] }>

/** `Ed25519` signs, `X25519` agrees. */
export type Curve = keyof typeof CURVES

/** Bytes of a seed, a private or a public key of either curve. */
export const KEY_BYTES = 32

/** SEQUENCE { version 0, SEQUENCE { OID 1.3.101.x }, OCTET STRING { OCTET STRING { 32 bytes } } }, up to the bytes. */
const pkcs8Head = (oidEnd: number): number[] => [
  0x30,
  0x2e,
  0x02,
  0x01,
  0x00,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  oidEnd,
  0x04,
  0x22,
  0x04,
  0x20,
]

const importPrivate = (subtle: SubtleCrypto, curve: Curve, seed: Uint8Array, extractable: boolean) => {
  const { oidEnd, usages } = CURVES[curve]
  return subtle.importKey('pkcs8', new Uint8Array([...pkcs8Head(oidEnd), ...seed]), curve, extractable, [...usages])
}

/** @returns the 32 raw bytes of a public key */
export const rawPublicKey = async (subtle: SubtleCrypto, key: CryptoKey): Promise<Uint8Array> =>
  new Uint8Array(await subtle.exportKey('raw', key))

/** Tries until a key was made: 256 to the power of this is the chance of failing on a healthy engine. */
const GENERATE_ATTEMPTS = 8

/**
 * Runs something that makes a key inside. WebKitGTK fails at one key in 256, whose private half begins with a zero
 * byte; anything else that fails, fails every time.
 */
export const tryGenerating = async <T>(make: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; attempt < GENERATE_ATTEMPTS; attempt++) {
    const made = await make().catch(() => undefined)
    if (made !== undefined) return made
  }
  return make()
}

/** Thrown where this thread's WebCrypto does not know a curve. */
export class MissingCurveError extends Error {
  override readonly name = 'MissingCurveError'
  readonly curve: Curve
  constructor(curve: Curve) {
    super(`WebCrypto has no ${curve} here`)
    this.curve = curve
  }
}

/** A fresh key pair; an extractable one is for wrapping only. @throws MissingCurveError */
export const generateKeyPair = async (
  subtle: SubtleCrypto,
  curve: Curve,
  extractable = false,
): Promise<CryptoKeyPair> => {
  const usages: KeyUsage[] = curve === 'Ed25519' ? ['sign', 'verify'] : ['deriveBits']
  try {
    return await tryGenerating(() => subtle.generateKey(curve, extractable, usages) as Promise<CryptoKeyPair>)
  } catch (error) {
    throw error instanceof DOMException && error.name === 'NotSupportedError' ? new MissingCurveError(curve) : error
  }
}

/** A public X25519 key from its 32 bytes. Ed25519 public keys are imported by the verifier alone. */
export const importAgreementPublic = (subtle: SubtleCrypto, key: Uint8Array): Promise<CryptoKey> =>
  subtle.importKey('raw', source(key), 'X25519', true, [])

/**
 * A key pair from its seed, whose first byte should not be zero (`deriveSeed`). The private half that is kept is not extractable; a second, extractable import lives for
 * this call only, because WebCrypto tells the public half in no other way.
 */
export const keyPairFromSeed = async (subtle: SubtleCrypto, curve: Curve, seed: Uint8Array): Promise<CryptoKeyPair> => {
  if (seed.length !== KEY_BYTES) throw new RangeError(`"seed" expected ${KEY_BYTES} bytes, got ${seed.length}`)
  const jwk = await subtle.exportKey('jwk', await importPrivate(subtle, curve, seed, true))
  const { kty, crv, x } = jwk
  const usages: KeyUsage[] = curve === 'Ed25519' ? ['verify'] : []
  return {
    privateKey: await importPrivate(subtle, curve, seed, false),
    publicKey: await subtle.importKey('jwk', { kty: kty!, crv: crv!, x: x! }, curve, true, usages),
  }
}
