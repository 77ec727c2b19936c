/** Reads entries of private logs that came before their epoch's secret was known here: until now they said nothing. */
import { isCount, isRecord } from '../../core/cbor.ts'
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { decodePayload } from '../../core/logs/payload.ts'
import { lastSeqOf } from '../../core/logs/segment.ts'
import { type LogCore, viewOf } from './log-core.ts'
import { isSealedLog, type LogHead } from './log-service.ts'
import { LOG_TABLES } from './log-view.ts'
import { openEntries } from './open-entries.ts'

const isAfter = (payload: Uint8Array | null, epoch: number): boolean => {
  const decoded = payload && decodePayload(payload)
  const body = decoded?.ok ? decoded.value.body : undefined
  return isRecord(body) && isCount(body.epoch) && body.epoch > epoch
}

const reopenLog = async (core: LogCore, { person, device, log, ranges }: LogHead, epoch: number): Promise<void> => {
  for (const range of ranges) {
    for (let seq = range.from; seq <= range.to; ) {
      const run = await core.store.read(['segments', 'payloads'], (tx) =>
        core.runs.read(tx, { device, log }, seq, range.to, MAX_SEGMENT_BYTES),
      )
      if (!run) throw new Error('a range that is held cannot be read')
      seq = lastSeqOf(run) + 1
      const payloads = run.payloads.map((payload) => (isAfter(payload, epoch) ? payload : null))
      if (!payloads.some(Boolean)) continue
      const read = await openEntries(core, person, { ...run, payloads })
      const topics = await core.store.write(LOG_TABLES, 'strict', async (tx) => {
        return (await viewOf(core, log)?.apply(tx, read)) ?? []
      })
      await core.committed({ person, device, log, own: false }, undefined, topics)
    }
  }
}

/** Those of epochs after `epoch`, which could not be opened when they came: each is applied once all the same. */
export const reopenLogs = async (core: LogCore, heads: readonly LogHead[], epoch: number): Promise<void> => {
  for (const head of heads) {
    if (!isSealedLog(head.log)) continue
    await core.inOrder(head.device, head.log, () => reopenLog(core, head, epoch))
  }
}
