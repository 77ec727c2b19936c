/** Medians and ranges: single runs on a busy machine say little, and averages are moved by one bad run. */
import type { Measurement } from './report.ts'

/** Several runs of one thing. */
export interface Runs {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** The value below which `share` (0 to 1) of `values` lie. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}

/** Median and range. */
export const summarize = (values: readonly number[]): Runs => ({
  median: percentile(values, 0.5),
  low: Math.min(...values),
  high: Math.max(...values),
})

/** What a row of the report says beside its numbers. */
export interface RowOptions {
  readonly note?: string | undefined
  /** The limit or peer that was measured in the same run, in the same unit. */
  readonly against?: { readonly name: string; readonly values: readonly number[] }
}

/** One row of the report out of several runs; `against` gives it a ratio. */
export const row = (name: string, unit: string, values: readonly number[], options: RowOptions = {}): Measurement => {
  const { median, low, high } = summarize(values)
  const { against, note } = options
  return {
    name,
    unit,
    value: median,
    range: { low, high, runs: values.length },
    ...(against && { ratio: { of: against.name, value: median / summarize(against.values).median } }),
    ...(note !== undefined && { note }),
  }
}

/** Runs each task once a round, in turn, so that what else happens on the machine hits all of them. */
export const alternate = async <Name extends string>(
  rounds: number,
  tasks: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> => {
  const names = Object.keys(tasks) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++) for (const name of names) values[name].push(await tasks[name]())
  return values
}

/** Milliseconds that `task` takes. */
export const timed = async (task: () => unknown): Promise<number> => {
  const start = performance.now()
  await task()
  return performance.now() - start
}

/** How often a second something happens that happened `count` times in `ms` milliseconds. */
export const perSecond = (count: number, ms: number): number => (count * 1000) / ms
