/** Sets of sequence numbers as ascending ranges that neither overlap nor touch. */
import type { SeqRange } from './log-service.ts'

/** `ranges` with `added` united. */
export const uniteRange = (ranges: readonly SeqRange[], added: SeqRange): SeqRange[] => {
  const apart = ranges.filter((range) => range.to < added.from - 1 || range.from > added.to + 1)
  const joined = ranges.filter((range) => !apart.includes(range))
  const united = {
    from: Math.min(added.from, ...joined.map((range) => range.from)),
    to: Math.max(added.to, ...joined.map((range) => range.to)),
  }
  return [...apart, united].sort((a, b) => a.from - b.from)
}

/** At most `limit` ranges that cover `ranges`: those with the least between them become one. */
export const mergeNearest = (ranges: readonly SeqRange[], limit: number): SeqRange[] => {
  const merged = [...ranges]
  const gapAfter = (at: number): number => merged[at + 1]!.from - merged[at]!.to
  while (merged.length > limit) {
    let nearest = 0
    for (let at = 1; at < merged.length - 1; at++) if (gapAfter(at) < gapAfter(nearest)) nearest = at
    merged.splice(nearest, 2, { from: merged[nearest]!.from, to: merged[nearest + 1]!.to })
  }
  return merged
}

/** The parts of `within` that `ranges` lack, ascending. */
export const missingRanges = (ranges: readonly SeqRange[], within: SeqRange): SeqRange[] => {
  const missing: SeqRange[] = []
  let from = within.from
  for (const range of ranges) {
    if (range.to < from) continue
    if (range.from > within.to) break
    if (range.from > from) missing.push({ from, to: range.from - 1 })
    from = range.to + 1
  }
  if (from <= within.to) missing.push({ from, to: within.to })
  return missing
}

/** Whether `seq` is in one of `ranges`. */
export const isHeld = (ranges: readonly SeqRange[], seq: number): boolean =>
  ranges.some((range) => range.from <= seq && seq <= range.to)

/** How many sequence numbers `ranges` hold. */
export const countHeld = (ranges: readonly SeqRange[]): number =>
  ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0)
