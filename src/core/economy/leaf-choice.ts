/**
 * Which leaves a challenge asks for. They follow from the challenge alone, so a holder cannot choose them and anyone can
 * compute them; and the salt is the challenger's, so nobody can keep only those. Rules Q14 and Q15 of docs/protocol.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, createWriter, utf8Encode } from '../bytes.ts'

/**
 * Leaves in a proof, or all where there are fewer. A holder that dropped a share p of a large block is caught by one
 * challenge with 1 − (1 − p)^16: 56 % for a twentieth, 81 % for a tenth, 99 % for a quarter. Sixteen leaves with their
 * paths are 20 KiB; twice as many would cost twice that, and so does asking again, with leaves of another day.
 */
export const LEAVES_PER_PROOF = 16

const PREFIX = 'kith/leaf-choice/1'

/** The `n`th number of 32 bits out of a seed. */
const numberAt = (seed: Uint8Array, n: number): number => {
  const writer = createWriter(4)
  writer.u32(n)
  const digest = sha256(concatBytes(seed, writer.finish()))
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0)
}

/**
 * [Q14] The leaves, in rising order, that the challenge with this hash (32 bytes) selects from `count`: a shuffle cut
 * short, so that all are different. A block has at most 256 leaves; the remainder of 32 bits favours none of them by
 * more than one part in 16 million.
 */
export const chooseLeaves = (challengeHash: Uint8Array, count: number): number[] => {
  const seed = concatBytes(utf8Encode(PREFIX), challengeHash)
  const leaves = Array.from({ length: count }, (_, i) => i)
  const wanted = Math.min(count, LEAVES_PER_PROOF)
  for (let i = 0; i < wanted; i++) {
    const j = i + (numberAt(seed, i) % (count - i))
    const chosen = leaves[j]!
    leaves[j] = leaves[i]!
    leaves[i] = chosen
  }
  return leaves.slice(0, wanted).sort((a, b) => a - b)
}
