import { expect } from 'chai'
import fc from 'fast-check'
import {
  MAX_PADDED_CONTENT,
  openPrivate,
  PADDING_STEPS,
  pad,
  SEAL_OVERHEAD,
  sealPrivate,
  unpad,
} from '../../../src/core/blocks/sealed.ts'
import { MAX_BLOCK_BYTES, MAX_PAYLOAD_BYTES } from '../../../src/core/limits.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'

const KEY = new Uint8Array(32).fill(1)
const sizes = fc.oneof(
  fc.nat(3000),
  fc.constantFrom(...PADDING_STEPS).map((step) => step - 4),
  fc.nat(MAX_PADDED_CONTENT),
)

describe('padding', () => {
  it('[C1] content of any size comes back, out of one of the steps', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const content = new Uint8Array(size).fill(7)
        const padded = pad(content)
        expect(PADDING_STEPS).to.include(padded.length)
        expect(unpad(padded)?.length).to.equal(size)
      }),
      { numRuns: 30 },
    )
  })

  it('[C1] the steps grow, the last fills a block, and one fits a payload with its envelope', () => {
    expect([...PADDING_STEPS].sort((a, b) => a - b)).to.deep.equal([...PADDING_STEPS])
    expect(PADDING_STEPS.at(-1)).to.equal(MAX_BLOCK_BYTES - SEAL_OVERHEAD)
    expect(MAX_PAYLOAD_BYTES - 64_512 - SEAL_OVERHEAD).to.be.within(500, 2000)
  })

  it('[C1] more content than fits the last step is a bug, and throws', () => {
    expect(pad(new Uint8Array(MAX_PADDED_CONTENT)).length).to.equal(MAX_BLOCK_BYTES - SEAL_OVERHEAD)
    expect(() => pad(new Uint8Array(MAX_PADDED_CONTENT + 1))).to.throw(RangeError)
  })

  it('[C2] padding that is not what its length asks for is refused', () => {
    const padded = pad(new Uint8Array(10))
    expect(unpad(padded.with(255, 1)), 'not zero').to.equal(undefined)
    expect(unpad(padded.with(0, 255)), 'length past the end').to.equal(undefined)
    expect(unpad(padded.subarray(1)), 'no step').to.equal(undefined)
    expect(unpad(new Uint8Array(512)), 'a larger step than needed').to.equal(undefined)
    expect(unpad(new Uint8Array(3)), 'no length').to.equal(undefined)
  })
})

describe('sealed content', () => {
  it('[C3] opens under its key, and under no other', async () => {
    const content = Uint8Array.of(1, 2, 3)
    const sealed = await sealPrivate(await testCrypto.aead(KEY), testCrypto, content)
    expect(sealed.length).to.equal(PADDING_STEPS[0] + SEAL_OVERHEAD)
    expect(await openPrivate(await testCrypto.aead(KEY), sealed)).to.deep.equal({ ok: true, value: content })
    const other = await openPrivate(await testCrypto.aead(new Uint8Array(32)), sealed)
    expect(other).to.deep.equal({ ok: false, error: { type: 'sealed-to-another-key' } })
  })

  it('[C3] sealed twice, it is different bytes', async () => {
    const aead = await testCrypto.aead(KEY)
    const [one, two] = [await sealPrivate(aead, testCrypto, KEY), await sealPrivate(aead, testCrypto, KEY)]
    expect(one).not.to.deep.equal(two)
  })

  it('[C3] a flipped byte anywhere does not open', async () => {
    const aead = await testCrypto.aead(KEY)
    const sealed = await sealPrivate(aead, testCrypto, KEY)
    for (let i = 0; i < sealed.length; i++) {
      expect((await openPrivate(aead, sealed.with(i, sealed[i]! ^ 1))).ok, `byte ${i}`).to.equal(false)
    }
  })

  it('[C4] another version, and sizes that cannot be, are refused without a key being used', async () => {
    const unused = {
      seal: () => Promise.reject(new Error('used')),
      open: () => Promise.reject(new Error('used')),
    }
    const typeOf = async (bytes: Uint8Array) => {
      const opened = await openPrivate(unused, bytes)
      return opened.ok ? 'opened' : opened.error.type
    }
    expect(await typeOf(new Uint8Array(SEAL_OVERHEAD))).to.equal('unknown-version')
    expect(await typeOf(new Uint8Array(SEAL_OVERHEAD - 1).fill(1))).to.equal('malformed')
    expect(await typeOf(new Uint8Array(MAX_BLOCK_BYTES + 1).fill(1))).to.equal('malformed')
  })
})
