import { expect } from 'chai'
import fc from 'fast-check'
import { diffTexts, moveCaret, piecesOf } from '../../src/ui/controllers/text-diff.ts'
import { describe, it } from '../support/runner.ts'

const apply = (text: string, before: string, after: string): string => {
  const change = diffTexts(before, after)
  if (!change) return text
  return text.slice(0, change.index) + change.inserted + text.slice(change.index + change.removed)
}

/** No half of a character stands alone. */
const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text)

describe('text differences', () => {
  it('[U5] the replacement turns one text into the other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        expect(apply(before, before, after)).to.equal(after)
      }),
    )
  })

  it('[U5] a character is never cut in halves', () => {
    expect(diffTexts('😀', '😂')).to.deep.equal({ index: 0, removed: 2, inserted: '😂' })
    expect(diffTexts('a😀b', 'ab')).to.deep.equal({ index: 1, removed: 2, inserted: '' })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const change = diffTexts(before, after)
        if (change && isWhole(before) && isWhole(after)) expect(isWhole(change.inserted)).to.equal(true)
      }),
    )
  })

  it('[U5] the caret stays with the characters around it', () => {
    const insertion = { index: 2, removed: 0, inserted: 'xyz' }
    expect([1, 2, 5].map((caret) => moveCaret(caret, insertion))).to.deep.equal([1, 2, 8])
    const deletion = { index: 2, removed: 3, inserted: '' }
    expect([1, 3, 9].map((caret) => moveCaret(caret, deletion))).to.deep.equal([1, 2, 6])
  })

  it('[U5] a long text falls into pieces that end between characters and give the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (text, length) => {
        const pieces = piecesOf(text, length)
        expect(pieces.join('')).to.equal(text)
        for (const piece of pieces) {
          expect(piece.length).to.be.within(1, length)
          expect(isWhole(piece)).to.equal(true)
        }
      }),
    )
  })
})
