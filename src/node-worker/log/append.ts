/**
 * Appending to one's own logs: sign first, then compare-and-set head and epoch in one strict transaction, and only
 * then tell anyone (DESIGN section 3). An honest device therefore never forks its own log.
 */
import { type EntryHash, entryIdOf, signEntry } from '../../core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../core/logs/lipmaa.ts'
import { encodePayload } from '../../core/logs/payload.ts'
import { lastEntryOf, type Segment, splitSegment } from '../../core/logs/segment.ts'
import type { Signer } from '../../core/ports.ts'
import type { Topic } from '../changes.ts'
import type { Self } from '../person/account.ts'
import type { WriteTransaction } from '../stores/store.ts'
import type { LogCore } from './log-core.ts'
import { emptyLogRow, getLogRow, type LogRow, putLogRow } from './log-row.ts'
import { type Appended, LOG_FEED, type NewEntry } from './log-service.ts'
import { LOG_TABLES, type ReadEntry } from './log-view.ts'
import { uniteRange } from './ranges.ts'
import { newPayload } from './sealing.ts'

/** Runs inside the transaction of an append, after its rows were written. @returns what else changed */
export type Also = (tx: WriteTransaction, appended: readonly Appended[]) => Promise<readonly Topic[]>

/** Appends entries to one of one's own logs, all or none. */
export type Append = (
  self: Self,
  log: number,
  entries: readonly NewEntry[],
  also?: Also,
) => Promise<readonly Appended[]>

/** Where a run of new entries begins: the row before it, and the hashes its lipmaa links need. */
interface Start {
  readonly row: LogRow
  readonly hashes: ReadonlyMap<number, EntryHash>
}

const readStart = (core: LogCore, person: string, device: Uint8Array, log: number, count: number): Promise<Start> =>
  core.store.read(['logs', 'segments'], async (tx) => {
    const row = (await getLogRow(tx, device, log)) ?? emptyLogRow(person)
    const targets = new Set<number>()
    for (let seq = row.seq + 1; seq <= row.seq + count; seq++) {
      if (needsLipmaa(seq) && lipmaaOf(seq) <= row.seq) targets.add(lipmaaOf(seq))
    }
    return { row, hashes: await core.runs.hashesAt(tx, device, log, targets) }
  })

const signRun = async (
  signer: Signer,
  logId: number,
  start: Start,
  payloads: readonly Uint8Array[],
): Promise<Segment> => {
  const hashes = new Map(start.hashes)
  if (start.row.seq > 0) hashes.set(start.row.seq, start.row.hash)
  const entries = []
  for (const payload of payloads) {
    const seq = start.row.seq + entries.length + 1
    const lipmaa = needsLipmaa(seq) ? hashes.get(lipmaaOf(seq)) : undefined
    const entry = await signEntry({ logId, seq, backlink: hashes.get(seq - 1), lipmaa, payload }, signer)
    hashes.set(seq, entry.hash)
    entries.push(entry)
  }
  return { author: signer.publicKey, logId, firstSeq: start.row.seq + 1, entries, payloads: [...payloads] }
}

const grownRow = (row: LogRow, run: Segment): LogRow => {
  const last = lastEntryOf(run)
  return {
    ...row,
    ranges: uniteRange(row.ranges, { from: run.firstSeq, to: last.seq }),
    seq: last.seq,
    hash: last.hash,
    bytes: row.bytes + run.payloads.reduce((sum, payload) => sum + (payload?.length ?? 0), 0),
  }
}

/** See {@link Append}. */
export const createAppend = (core: LogCore): Append => {
  const commit = (run: Segment, start: Start, read: readonly ReadEntry[], also: Also): Promise<readonly Topic[]> =>
    core.store.write(LOG_TABLES, 'strict', async (tx) => {
      const held = await getLogRow(tx, run.author, run.logId)
      if ((held?.seq ?? 0) !== start.row.seq) throw new Error('the log grew between signing and storing')
      for (const part of splitSegment(run)) await core.runs.put(tx, part)
      await putLogRow(tx, run.author, run.logId, grownRow(start.row, run))
      const topics = (await core.views[run.logId]?.apply(tx, read)) ?? []
      return [...topics, ...(await also(tx, toAppended(run)))]
    })

  return (self, log, entries, also = async () => []) =>
    core.inOrder(self.device.signer.publicKey, log, async () => {
      const { signer } = self.device
      const plain = entries.map((entry) => newPayload(core.random, entry))
      const payloads =
        log === LOG_FEED ? plain : await Promise.all(plain.map((payload) => core.sealing.seal(self, payload)))
      const start = await readStart(core, self.person, signer.publicKey, log, entries.length)
      const run = await signRun(signer, log, start, payloads.map(encodePayload))
      const arrival = core.clock.now()
      const read = run.entries.map(
        (entry, i): ReadEntry => ({
          id: entryIdOf(entry.hash),
          hash: entry.hash,
          person: self.person,
          device: entry.author,
          log,
          seq: entry.seq,
          type: plain[i]!.type,
          body: plain[i]!.body,
          arrival,
        }),
      )
      const topics = await commit(run, start, read, also)
      await core.committed({ person: self.person, device: signer.publicKey, log, own: true }, run, topics)
      return toAppended(run)
    })
}

const toAppended = (run: Segment): Appended[] =>
  run.entries.map((entry) => ({ id: entryIdOf(entry.hash), hash: entry.hash, seq: entry.seq }))
