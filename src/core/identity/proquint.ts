/**
 * A short name to compare by eye or voice, in proquints (Wilkerson, "A Proposal for Proquints", 2009): sixteen bits
 * are a syllable pair of five letters. Three of them are 48 bits: enough to tell apart people who share a name, not
 * enough against somebody who grinds keys for it; where that matters, compare the whole id.
 */
import { cidToBytes, parseCid } from '../blocks/cid.ts'

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aiou'

/** Sixteen-bit words in a fingerprint. */
export const FINGERPRINT_WORDS = 3

/** Consonant, vowel, consonant, vowel, consonant: 4, 2, 4, 2, 4 bits, the highest first. */
const proquint = (word: number): string =>
  CONSONANTS.charAt((word >> 12) & 15) +
  VOWELS.charAt((word >> 10) & 3) +
  CONSONANTS.charAt((word >> 6) & 15) +
  VOWELS.charAt((word >> 4) & 3) +
  CONSONANTS.charAt(word & 15)

/** Proquints of the bytes, two bytes each; an odd last byte is left out. */
export const toProquints = (bytes: Uint8Array): string =>
  Array.from({ length: bytes.length >> 1 }, (_, i) => proquint((bytes[2 * i]! << 8) | bytes[2 * i + 1]!)).join('-')

/**
 * Fingerprint of a person id, or of any CID: the last 48 bits of its digest.
 * @throws TypeError when the text is no CID
 */
export const fingerprint = (id: string): string => {
  const cid = parseCid(id)
  if (!cid.ok) throw new TypeError('"id" expected a CID')
  return toProquints(cidToBytes(cid.value).slice(-2 * FINGERPRINT_WORDS))
}
