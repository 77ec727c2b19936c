import { expect } from 'chai'
import fc from 'fast-check'
import { lipmaaOf, lipmaaPath, MAX_SEQ, needsLipmaa } from '../../../src/core/logs/lipmaa.ts'
import { describe, it } from '../../support/runner.ts'

const seqs = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: MAX_SEQ }))

describe('lipmaa links', () => {
  it('[L2] the published beginning: 0 1 2 1 4 5 6 4 8 9 10 8 4', () => {
    const first = Array.from({ length: 13 }, (_, i) => lipmaaOf(i + 1))
    expect(first).to.deep.equal([0, 1, 2, 1, 4, 5, 6, 4, 8, 9, 10, 8, 4])
  })

  it('[L2] the heads of complete trees link to the head before them', () => {
    expect([lipmaaOf(40), lipmaaOf(121), lipmaaOf(MAX_SEQ)]).to.deep.equal([13, 40, (MAX_SEQ - 1) / 3])
  })

  it('[L2] a link points back, and is left out where it equals the backlink', () => {
    fc.assert(
      fc.property(seqs, (seq) => {
        const target = lipmaaOf(seq)
        expect(target).to.be.within(0, seq - 1)
        expect(needsLipmaa(seq)).to.equal(target !== seq - 1)
      }),
    )
  })

  it('[L2] any two entries are joined by a path of logarithmically many links', () => {
    fc.assert(
      fc.property(seqs, seqs, (a, b) => {
        const [from, to] = [Math.max(a, b), Math.min(a, b)]
        const path = lipmaaPath(from, to)
        expect(path[0]).to.equal(from)
        expect(path.at(-1)).to.equal(to)
        expect(path.length).to.be.at.most(6 * Math.log2(from + 1) + 2)
        for (const [i, seq] of path.slice(1).entries()) expect([path[i]! - 1, lipmaaOf(path[i]!)]).to.include(seq)
      }),
    )
  })
})
