/** Keys for tests: deterministic, from one byte, over the same WebCrypto ports that the node uses. */
import type { Random, Signer } from '../../src/core/ports.ts'
import { createWebCrypto } from '../../src/node-worker/crypto/web-crypto.ts'

/** The cryptography ports. */
export const testCrypto = createWebCrypto()

/** The Ed25519 key whose seed is 32 times `byte`. */
export const testSigner = (byte: number): Promise<Signer> => testCrypto.signerFromSeed(new Uint8Array(32).fill(byte))

/** Bytes that count upwards from `start`: never for keys, always the same for vectors. */
export const countingRandom = (start = 0): Random => {
  let next = start
  return { bytes: (length) => Uint8Array.from({ length }, () => next++ & 0xff) }
}
