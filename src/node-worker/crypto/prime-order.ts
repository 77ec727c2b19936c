/** The one rule on Ed25519 keys that needs curve arithmetic. */
import { Point } from '@noble/ed25519'

/**
 * [K6] Whether the key is a point of the prime-order group, as every key made from a seed is. Takes about a
 * millisecond, so the verifier asks once a key; no other implementation verifies signatures.
 */
export const isPrimeOrderKey = (key: Uint8Array): boolean => {
  try {
    return Point.fromBytes(key).isTorsionFree()
  } catch {
    // Not a point at all.
    return false
  }
}
