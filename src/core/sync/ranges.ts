/** Runs of sequence numbers: what is held, what is missing, what to ask for first. Pure. */

/** Sequence numbers from `from` to `to`, both included, 1 ≤ from ≤ to. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** Entries at the end of a log that are asked for before everything else, so that the newest show first. */
export const TAIL_ENTRIES = 50

/** The parts of `wanted` that `held` does not cover. Both ascending and not overlapping; so is the answer. */
export const missingRanges = (wanted: readonly SeqRange[], held: readonly SeqRange[]): SeqRange[] => {
  const missing: SeqRange[] = []
  for (const want of wanted) {
    let next = want.from
    for (const have of held) {
      if (have.to < next || have.from > want.to) continue
      if (have.from > next) missing.push({ from: next, to: have.from - 1 })
      next = Math.max(next, have.to + 1)
    }
    if (next <= want.to) missing.push({ from: next, to: want.to })
  }
  return missing
}

/** The parts that both lists have. */
export const commonRanges = (a: readonly SeqRange[], b: readonly SeqRange[]): SeqRange[] =>
  missingRanges(a, missingRanges(a, b))

/** How many sequence numbers the ranges hold. */
export const rangeSize = (ranges: readonly SeqRange[]): number =>
  ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0)

/** What to fetch next of `missing`: the tail of the newest range first, then the oldest range whole. */
export const nextFetch = (missing: readonly SeqRange[], newestHeld: number): SeqRange | undefined => {
  const newest = missing.at(-1)
  if (!newest) return undefined
  const isHeadMissing = newest.to > newestHeld
  if (isHeadMissing && newest.to - newest.from >= TAIL_ENTRIES) {
    return { from: newest.to - TAIL_ENTRIES + 1, to: newest.to }
  }
  return isHeadMissing ? newest : missing[0]
}

/** The last {@link TAIL_ENTRIES} of the newest range. */
export const newestTail = (missing: readonly SeqRange[]): SeqRange | undefined => {
  const newest = missing.at(-1)
  return newest && { from: Math.max(newest.from, newest.to - TAIL_ENTRIES + 1), to: newest.to }
}

/** Whether ranges are whole numbers from 1, ascending, apart from each other. */
export const areRanges = (ranges: readonly SeqRange[]): boolean =>
  ranges.every((range, i) => {
    const isRange = Number.isSafeInteger(range.from) && Number.isSafeInteger(range.to)
    const previous = ranges[i - 1]
    return isRange && range.from >= 1 && range.from <= range.to && (!previous || previous.to < range.from)
  })
