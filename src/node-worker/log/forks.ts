/** A device that signed two entries for one position: the first is kept, both are the proof, the log stops. */

import { lastSeqOf, type Segment, sliceSegment } from '../../core/logs/segment.ts'
import { encodeSegment } from '../../core/logs/segment-codec.ts'
import type { LogCore } from './log-core.ts'
import { getLogRow, putLogRow, toFork } from './log-row.ts'
import type { Fork } from './log-service.ts'

const withoutPayloads = (segment: Segment): Uint8Array => encodeSegment(segment, { payloads: false }).slice()

/**
 * Stops the log of `run`. The proof is the held row from `seq` on and the run: both are authentic, and they differ at
 * or before `seq`. Everyone who asks for forks is told.
 */
export const recordFork = async (core: LogCore, run: Segment, seq: number): Promise<void> => {
  const { author, logId } = run
  const fork = await core.store.write(['meta', 'logs', 'segments'], 'strict', async (tx): Promise<Fork | undefined> => {
    const row = await getLogRow(tx, author, logId)
    const held = await core.runs.rowAt(tx, author, logId, seq)
    if (!row || !held) return undefined
    const first = sliceSegment(held, seq, lastSeqOf(held))
    const forked = {
      ...row,
      fork: [withoutPayloads(first), withoutPayloads(run)],
      forkedAt: core.clock.now(),
    } as const
    await putLogRow(tx, author, logId, forked)
    return toFork(author, logId, forked)
  })
  if (fork) core.forked(fork)
}
