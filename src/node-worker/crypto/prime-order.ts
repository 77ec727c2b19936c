/** The one rule on Ed25519 keys that needs curve arithmetic, apart so that it loads beside the node and not before it. */
import { ed25519 } from '@noble/curves/ed25519.js'

/**
 * [K6] Whether the key is a point of the prime-order group, as every key made from a seed is. Takes under a
 * millisecond, so the verifier asks once a key; no other implementation verifies signatures.
 */
export const isPrimeOrderKey = (key: Uint8Array): boolean => {
  try {
    return ed25519.Point.fromBytes(key).isTorsionFree()
  } catch {
    // Not a point at all.
    return false
  }
}
