/** Forgetting payloads: the entries stay, so the chain stays valid; what they said is gone. */
import type { WriteTransaction } from '../stores/store.ts'
import { withoutHollow } from './hollow.ts'
import { getLogRow, putLogRow } from './log-row.ts'
import type { Runs } from './runs.ts'

/** Removes payloads of one log inside a transaction over logs, segments and payloads. */
export const forgetPayloads = async (
  tx: WriteTransaction,
  runs: Runs,
  { device, log }: { readonly device: Uint8Array; readonly log: number },
  seqs: readonly number[],
): Promise<void> => {
  const row = seqs.length > 0 ? await getLogRow(tx, device, log) : undefined
  if (!row) return
  const freed = await runs.dropPayloads(tx, { device, log }, seqs)
  await putLogRow(tx, device, log, withoutHollow({ ...row, bytes: row.bytes - freed }, seqs))
}
