/** Recovery words and what is derived from them. */
import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { derive } from '../../../src/core/identity/hkdf.ts'
import { hpkeSeed, locatorSeed, MAX_RUNG, rootSeed } from '../../../src/core/identity/ladder.ts'
import { entropyToWords, MAX_WORDS_CHARS, normaliseWords, wordsToEntropy } from '../../../src/core/identity/words.ts'
import { describe, it } from '../../support/runner.ts'
import { loadVector } from '../../support/vectors.ts'

const VECTOR = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const wrong = (index?: number) => ({ ok: false, error: { type: 'wrong-words', ...(index !== undefined && { index }) } })

describe('recovery words', () => {
  it("[I17] BIP39's own vectors of twelve words, both ways", async (context) => {
    const vectors = (await loadVector('bip39-english', context)) as [string, string][]
    const twelve = vectors.filter(([entropy]) => entropy.length === 32)
    expect(twelve).not.to.have.length(0)
    for (const [entropy, words] of twelve) {
      expect(await entropyToWords(hexToBytes(entropy))).to.equal(words)
      expect(await wordsToEntropy(words)).to.deep.equal({ ok: true, value: hexToBytes(entropy) })
    }
  })

  it('[I17] longer mnemonics are not ours', async () => {
    const words = `${'abandon '.repeat(23)}art`
    expect(await wordsToEntropy(words)).to.deep.equal(wrong())
  })

  it('any entropy comes back from its words', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 16 }), async (entropy) => {
        expect(await wordsToEntropy(await entropyToWords(entropy))).to.deep.equal({ ok: true, value: entropy })
      }),
      { numRuns: 50 },
    )
  })

  it('case, line breaks and spaces do not matter', async () => {
    const typed = `  ${VECTOR.toUpperCase().replaceAll(' ', '\n\t ')}\n`
    expect(normaliseWords(typed)).to.equal(VECTOR)
    expect((await wordsToEntropy(typed)).ok).to.equal(true)
  })

  it('the first word that is not in the list is pointed at', async () => {
    expect(await wordsToEntropy(VECTOR.replace('year', 'yaer'))).to.deep.equal(wrong(3))
    expect(await wordsToEntropy(VECTOR.replace('year', '<b>').replace('wave', 'w'))).to.deep.equal(wrong(3))
  })

  it('a wrong count and a wrong checksum are wrong words without an index', async () => {
    expect(await wordsToEntropy(VECTOR.replace(' yellow', ''))).to.deep.equal(wrong())
    expect(await wordsToEntropy(VECTOR.replace('yellow', 'year'))).to.deep.equal(wrong())
    expect(await wordsToEntropy('')).to.deep.equal(wrong(0))
    expect(await wordsToEntropy('a'.repeat(MAX_WORDS_CHARS + 1))).to.deep.equal(wrong())
  })
})

describe('ladder', () => {
  const entropy = hexToBytes('7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f')

  it('[I17] rungs, HPKE key and locator are all different', () => {
    const seeds = [
      rootSeed(entropy, 0),
      rootSeed(entropy, 1),
      rootSeed(entropy, 10),
      hpkeSeed(entropy),
      locatorSeed(entropy),
    ]
    expect(new Set(seeds.map(bytesToHex)).size).to.equal(seeds.length)
    for (const seed of seeds) expect(seed).to.have.length(32)
  })

  it('[I17] other words, other keys', () => {
    const other = entropy.map((byte, i) => (i === 15 ? byte ^ 1 : byte))
    expect(rootSeed(other, 0)).not.to.deep.equal(rootSeed(entropy, 0))
  })

  it('[I17] no seed begins with a zero byte, which one engine refuses in a private key', () => {
    const seeds = Array.from({ length: MAX_RUNG + 1 }, (_, rung) => rootSeed(entropy, rung))
    expect(seeds.every((seed) => seed[0] !== 0)).to.equal(true)
    const passedOver = seeds.filter((_, rung) => derive(entropy, 'kith/words/1', `root/${rung}`)[0] === 0)
    expect(passedOver).not.to.have.length(0)
  })

  it('rungs outside the ladder and entropy of another length are bugs of the caller', () => {
    for (const rung of [-1, 0.5, MAX_RUNG + 1, Number.NaN]) expect(() => rootSeed(entropy, rung)).to.throw(RangeError)
    expect(() => hpkeSeed(new Uint8Array(15))).to.throw(RangeError)
  })
})
