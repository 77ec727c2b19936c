/**
 * What a benchmark leaves behind: a table on the terminal, and the same numbers as JSON in .cache/bench/ together with
 * the facts about the machine without which a number says nothing.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { paths } from '../../scripts/lib/paths.mjs'

/** One measured number. `limit`, when given, is the most it may be, in the same unit. */
export interface Measurement {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit?: number
  /** When `value` is the median of several runs. */
  readonly range?: { readonly low: number; readonly high: number; readonly runs: number }
  /** `value` over that of a limit or peer measured in the same run. */
  readonly ratio?: { readonly of: string; readonly value: number }
  /** What bounds it, how it was measured: whatever a reader needs to believe it. */
  readonly note?: string
}

const LOAD_AT_START = Number(loadavg()[0]!.toFixed(2))

const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: paths.root, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

/** Processor, memory, versions, commit and time; a load well over 1 at the start says that others worked too. */
const machineFacts = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${release()} ${process.arch}`,
  node: process.version,
  commit: commit(),
  loadAtStart: LOAD_AT_START,
  time: new Date().toISOString(),
})

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })

const toRow = ({ name, value, unit, limit, range, ratio, note }: Measurement) => ({
  name,
  value: `${digits.format(value)} ${unit}`,
  ...(range && { range: `${digits.format(range.low)} – ${digits.format(range.high)} (${range.runs})` }),
  ...(ratio && { ratio: `${digits.format(ratio.value)} of ${ratio.of}` }),
  ...(limit !== undefined && {
    limit: `${digits.format(limit)} ${unit}`,
    ...(limit > 0 && { 'of limit': (value / limit).toFixed(2) }),
  }),
  ...(note !== undefined && { note }),
})

/** Prints `measurements` under `title` and writes .cache/bench/`name`.json. */
export const report = (name: string, title: string, measurements: readonly Measurement[]): void => {
  const machine = machineFacts()
  console.log(
    `\n${title}  (${machine.cores} x ${machine.cpu}, Node ${machine.node}, ${machine.commit}, load ${machine.loadAtStart})`,
  )
  const rows = measurements.map(toRow)
  console.table(Object.fromEntries(rows.map(({ name: label, ...row }) => [label, row])))
  mkdirSync(paths.bench, { recursive: true })
  writeFileSync(join(paths.bench, `${name}.json`), JSON.stringify({ title, machine, measurements }, null, 2))
}
