/**
 * The twelve recovery words: BIP39's English list and checksum over 16 bytes of entropy. Keys come from the entropy
 * itself (ladder.ts), not from BIP39's PBKDF2, which adds nothing to 128 random bits.
 */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { err, ok, type Result } from '../result.ts'

/** 128 bits: twelve words. */
export const ENTROPY_BYTES = 16

/** How many words there are. */
export const WORD_COUNT = 12

/** The most characters looked at; twelve words with room for sloppy spacing. */
export const MAX_WORDS_CHARS = 1024

/** `index` is the first word, from 0, that is not in the list; absent when count or checksum is wrong. */
export interface WrongWords {
  readonly type: 'wrong-words'
  readonly index?: number
}

/** The list is 13 KB and needed twice in a person's life: it is loaded when asked for. */
const loadList = async (): Promise<string[]> => (await import('@scure/bip39/wordlists/english.js')).wordlist

/** Lower case, single spaces, Unicode NFKD: what a person typed or pasted becomes what BIP39 compares. */
export const normaliseWords = (text: string): string =>
  text.normalize('NFKD').toLowerCase().split(/\s+/).filter(Boolean).join(' ')

/** @throws RangeError unless `entropy` is 16 bytes */
export const entropyToWords = async (entropy: Uint8Array): Promise<string> => {
  if (entropy.length !== ENTROPY_BYTES) {
    throw new RangeError(`"entropy" expected ${ENTROPY_BYTES} bytes, got ${entropy.length}`)
  }
  return entropyToMnemonic(entropy, await loadList())
}

/** Reads twelve words; case and spacing do not matter. */
export const wordsToEntropy = async (text: string): Promise<Result<Uint8Array, WrongWords>> => {
  if (text.length > MAX_WORDS_CHARS) return err({ type: 'wrong-words' })
  const list = await loadList()
  const words = normaliseWords(text).split(' ')
  const index = words.findIndex((word) => !list.includes(word))
  if (index >= 0) return err({ type: 'wrong-words', index })
  if (words.length !== WORD_COUNT) return err({ type: 'wrong-words' })
  try {
    return ok(mnemonicToEntropy(words.join(' '), list))
  } catch {
    // All words are in the list and there are twelve of them: only the checksum is left to be wrong.
    return err({ type: 'wrong-words' })
  }
}
