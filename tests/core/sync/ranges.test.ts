import { expect } from 'chai'
import fc from 'fast-check'
import {
  areRanges,
  missingRanges,
  nextFetch,
  rangeSize,
  type SeqRange,
  TAIL_ENTRIES,
} from '../../../src/core/sync/ranges.ts'
import { describe, it } from '../../support/runner.ts'

const MAX = 60

/** Ranges from a set of numbers, the long way round. */
const rangesOf = (numbers: ReadonlySet<number>): SeqRange[] => {
  const ranges: { from: number; to: number }[] = []
  for (let n = 1; n <= MAX; n++) {
    if (!numbers.has(n)) continue
    const last = ranges.at(-1)
    if (last && last.to === n - 1) last.to = n
    else ranges.push({ from: n, to: n })
  }
  return ranges
}
const numbersOf = (ranges: readonly SeqRange[]): Set<number> =>
  new Set(ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
const numberSet = fc.uniqueArray(fc.integer({ min: 1, max: MAX })).map((list) => new Set(list))

describe('ranges of a log', () => {
  it('[SY7] what is missing is exactly what is wanted and not held', () => {
    fc.assert(
      fc.property(numberSet, numberSet, (wanted, held) => {
        const missing = missingRanges(rangesOf(wanted), rangesOf(held))
        const expected = [...wanted].filter((n) => !held.has(n)).sort((a, b) => a - b)
        expect([...numbersOf(missing)]).to.deep.equal(expected)
        expect(rangeSize(missing)).to.equal(expected.length)
      }),
    )
  })

  it('[SY7] the newest entries are fetched before all others, then the oldest', () => {
    expect(nextFetch([{ from: 1, to: 1000 }], 0)).to.deep.equal({ from: 1001 - TAIL_ENTRIES, to: 1000 })
    expect(nextFetch([{ from: 1, to: 950 }], 1000)).to.deep.equal({ from: 1, to: 950 })
    expect(
      nextFetch(
        [
          { from: 1, to: 10 },
          { from: 20, to: 30 },
        ],
        15,
      ),
    ).to.deep.equal({ from: 20, to: 30 })
    expect(nextFetch([], 5)).to.equal(undefined)
  })

  it('[SY7] fetching what comes next, again and again, ends with nothing missing', () => {
    fc.assert(
      fc.property(numberSet, numberSet, (wanted, held) => {
        const have = new Set(held)
        for (let step = 0; step < MAX; step++) {
          const missing = missingRanges(rangesOf(wanted), rangesOf(have))
          const next = nextFetch(missing, Math.max(0, ...have))
          if (!next) break
          for (let n = next.from; n <= next.to; n++) have.add(n)
        }
        expect(missingRanges(rangesOf(wanted), rangesOf(have))).to.deep.equal([])
      }),
    )
  })

  it('[SY3] ranges that are not whole, ascending and apart are no ranges', () => {
    expect(
      areRanges([
        { from: 1, to: 2 },
        { from: 4, to: 4 },
      ]),
    ).to.equal(true)
    for (const bad of [
      [{ from: 0, to: 1 }],
      [{ from: 2, to: 1 }],
      [{ from: 1.5, to: 2 }],
      [
        { from: 1, to: 3 },
        { from: 3, to: 4 },
      ],
      [
        { from: 5, to: 6 },
        { from: 1, to: 2 },
      ],
    ]) {
      expect(areRanges(bad)).to.equal(false)
    }
  })
})
