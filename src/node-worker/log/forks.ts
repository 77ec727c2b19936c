/** A device that signed two entries for one position: the first is kept, both are the proof, the log stops. */

import { lastSeqOf, type Segment, sliceSegment } from '../../core/logs/segment.ts'
import { encodeSegment } from '../../core/logs/segment-codec.ts'
import type { LogCore } from './log-core.ts'
import { getLogRow, putLogRow } from './log-row.ts'

const withoutPayloads = (segment: Segment): Uint8Array => encodeSegment(segment, { payloads: false }).slice()

/**
 * Stops the log of `run`. The proof is the held row from `seq` on and the run: both are authentic, and they differ at
 * or before `seq`.
 */
export const recordFork = (core: LogCore, run: Segment, seq: number): Promise<void> =>
  core.store.write(['meta', 'logs', 'segments'], 'strict', async (tx) => {
    const { author, logId } = run
    const row = await getLogRow(tx, author, logId)
    const held = await core.runs.rowAt(tx, author, logId, seq)
    if (!row || !held) return
    const first = sliceSegment(held, seq, lastSeqOf(held))
    await putLogRow(tx, author, logId, { ...row, fork: [withoutPayloads(first), withoutPayloads(run)] })
  })
