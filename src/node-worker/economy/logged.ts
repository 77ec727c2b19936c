/** What stands in the ledger logs that are held here: those of this person's devices, and of whoever is kept for. */
import { readLedgerEntry, type StatementContext } from '../../core/economy/verify-statement.ts'
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { encodeEntry } from '../../core/logs/entry.ts'
import { LOG_LEDGER } from '../../core/logs/log-id.ts'
import { lastSeqOf, type Segment } from '../../core/logs/segment.ts'
import type { LogRow } from '../log/log-row.ts'
import type { SeqRange } from '../log/log-service.ts'
import type { OwnLogs } from '../log/own-logs.ts'
import type { Kept } from './ledger-rows.ts'

/** Entries of one ledger log. */
export interface LedgerRun extends SeqRange {
  readonly person: string
  readonly device: Uint8Array
}

/** Every run of a ledger log that is held here. */
export const ledgerRuns = async ({ core }: OwnLogs): Promise<readonly LedgerRun[]> => {
  const rows = await core.store.read(['logs'], (tx) => tx.list<LogRow>('logs'))
  return rows
    .filter(({ key }) => key[1] === LOG_LEDGER)
    .flatMap(({ key, value }) =>
      value.ranges.map((range) => ({ person: value.person, device: key[0] as Uint8Array, ...range })),
    )
}

/** Entries were verified when their run came in; one that says nothing here is passed over. */
const readRun = (run: Segment, context: StatementContext): Kept[] =>
  run.entries.flatMap((entry, i) => {
    const payload = run.payloads[i]
    const read = payload && readLedgerEntry(entry, payload, context)
    return read?.ok ? { fact: read.value.fact, shown: [encodeEntry(entry), payload!], heard: 0 } : []
  })

/** The pledges and leases of a run. */
export const readLogged = async (
  { core }: OwnLogs,
  { device, from, to }: LedgerRun,
  context: StatementContext,
): Promise<readonly Kept[]> => {
  const found: Kept[] = []
  for (let seq = from; seq <= to; ) {
    const run = await core.store.read(['segments', 'payloads'], (tx) =>
      core.runs.read(tx, { device, log: LOG_LEDGER }, seq, to, MAX_SEGMENT_BYTES),
    )
    // A log can be deleted, with what was kept for somebody, while it is read.
    if (!run) break
    found.push(...readRun(run, context))
    seq = lastSeqOf(run) + 1
  }
  return found
}
