/**
 * Appending to one's own logs: sign first, then compare-and-set head and epoch in one strict transaction, and only
 * then tell anyone (DESIGN section 3). An honest device therefore never forks its own log; one whose data was put back
 * from a copy may find that it did, and goes on in the next generation of that log [N26].
 */
import { MAX_PAYLOAD_BYTES } from '../../core/limits.ts'
import { type EntryHash, entryIdOf, signEntry } from '../../core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../core/logs/lipmaa.ts'
import { LOG_ID_STEP, LOG_LEDGER, logGeneration, logKind, MAX_LOG_GENERATION } from '../../core/logs/log-id.ts'
import { encodePayload, type Payload } from '../../core/logs/payload.ts'
import { lastEntryOf, type Segment, splitSegment } from '../../core/logs/segment.ts'
import type { Signer } from '../../core/ports.ts'
import type { Topic } from '../changes.ts'
import type { Self } from '../person/account.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'
import type { CatchUp } from './catch-up.ts'
import { type LogCore, viewOf } from './log-core.ts'
import { emptyLogRow, getLogRow, type LogRow, putLogRow } from './log-row.ts'
import { type Appended, isSealedLog, type NewEntry } from './log-service.ts'
import { LOG_TABLES, type ReadEntry } from './log-view.ts'
import { uniteRange } from './ranges.ts'
import { newPayload } from './sealing.ts'

/** Runs inside the transaction of an append, after its rows were written. @returns what else changed */
export type Also = (tx: WriteTransaction, appended: readonly Appended[]) => Promise<readonly Topic[]>

/** Thrown when a log was forked as often as there are generations: what is appended would reach nobody. */
export class LogSpentError extends Error {
  override readonly name = 'LogSpentError'
}

/** Thrown before anything is signed: an entry whose payload no reader would take. */
export class EntryTooLargeError extends Error {
  override readonly name = 'EntryTooLargeError'
}

/** Appends entries to one's own log of a kind, all or none. @throws EntryTooLargeError, LogSpentError */
export type Append = (
  self: Self,
  kind: number,
  entries: readonly NewEntry[],
  also?: Also,
) => Promise<readonly Appended[]>

/** Where a run of new entries begins: the log, the row before it, and the hashes its lipmaa links need. */
interface Start {
  readonly logId: number
  readonly row: LogRow
  readonly hashes: ReadonlyMap<number, EntryHash>
}

const encodeChecked = (payload: Payload): Uint8Array => {
  const bytes = encodePayload(payload)
  if (bytes.length <= MAX_PAYLOAD_BYTES) return bytes
  throw new EntryTooLargeError(`${payload.type} of ${bytes.length} bytes, at most ${MAX_PAYLOAD_BYTES}`)
}

/** What new entries link to; undefined when the log is forked, or what they link to never came back. */
const linksOf = async (
  core: LogCore,
  tx: ReadTransaction,
  place: { readonly device: Uint8Array; readonly logId: number },
  row: LogRow,
  count: number,
): Promise<Start['hashes'] | undefined> => {
  if (row.fork) return undefined
  const targets = new Set<number>()
  for (let seq = row.seq + 1; seq <= row.seq + count; seq++) {
    if (needsLipmaa(seq) && lipmaaOf(seq) <= row.seq) targets.add(lipmaaOf(seq))
  }
  const hashes = await core.runs.hashesAt(tx, place.device, place.logId, targets)
  return hashes.size === targets.size ? hashes : undefined
}

/** [Q32] Whoever forked a ledger does not get another one from the same device. */
const isLastOf = (kind: number, logId: number): boolean =>
  kind === LOG_LEDGER || logGeneration(logId) >= MAX_LOG_GENERATION

/** The newest generation of a kind, or the one after it; undefined when that was the last. */
const findStart = (core: LogCore, self: Self, kind: number, count: number): Promise<Start | undefined> =>
  core.store.read(['logs', 'segments'], async (tx) => {
    const device = self.device.signer.publicKey
    const rows = await tx.list<LogRow>('logs', { prefix: [device] })
    const newest = rows.findLast(({ key }) => logKind(key[1] as number) === kind)
    const logId = (newest?.key[1] as number | undefined) ?? kind
    const row = newest?.value ?? emptyLogRow(self.person)
    const hashes = await linksOf(core, tx, { device, logId }, row, count)
    if (hashes) return { logId, row, hashes }
    if (isLastOf(kind, logId)) return undefined
    return { logId: logId + LOG_ID_STEP, row: emptyLogRow(self.person), hashes: new Map() }
  })

const readStart = async (core: LogCore, self: Self, kind: number, count: number): Promise<Start> => {
  const start = await findStart(core, self, kind, count)
  if (!start) throw new LogSpentError(`log ${kind} was forked in its last generation`)
  return start
}

const signRun = async (signer: Signer, start: Start, payloads: readonly Uint8Array[]): Promise<Segment> => {
  const { logId } = start
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
export const createAppend = (core: LogCore, catchUp: CatchUp): Append => {
  const commit = (run: Segment, start: Start, read: readonly ReadEntry[], also: Also): Promise<readonly Topic[]> =>
    core.store.write(LOG_TABLES, 'strict', async (tx) => {
      const held = await getLogRow(tx, run.author, run.logId)
      if ((held?.seq ?? 0) !== start.row.seq) throw new Error('the log grew between signing and storing')
      for (const part of splitSegment(run)) await core.runs.put(tx, part)
      await putLogRow(tx, run.author, run.logId, grownRow(start.row, run))
      const topics = (await viewOf(core, run.logId)?.apply(tx, read)) ?? []
      return [...topics, ...(await also(tx, toAppended(run)))]
    })

  const appendNow = (self: Self, kind: number, entries: readonly NewEntry[], also: Also) =>
    core.inOrder(self.device.signer.publicKey, kind, async () => {
      const { signer } = self.device
      const plain = entries.map((entry) => newPayload(core.random, entry))
      const payloads = isSealedLog(kind)
        ? await Promise.all(plain.map((payload) => core.sealing.seal(self, payload)))
        : plain
      const encoded = payloads.map(encodeChecked)
      const start = await readStart(core, self, kind, entries.length)
      const run = await signRun(signer, start, encoded)
      const arrival = core.clock.now()
      const read = run.entries.map(
        (entry, i): ReadEntry => ({
          id: entryIdOf(entry.hash),
          hash: entry.hash,
          person: self.person,
          device: entry.author,
          log: run.logId,
          seq: entry.seq,
          type: plain[i]!.type,
          body: plain[i]!.body,
          arrival,
        }),
      )
      const topics = await commit(run, start, read, also)
      await core.committed({ person: self.person, device: signer.publicKey, log: run.logId, own: true }, run, topics)
      return toAppended(run)
    })

  return async (self, kind, entries, also = async () => []) => {
    await catchUp.settled(kind)
    return appendNow(self, kind, entries, also)
  }
}

const toAppended = (run: Segment): Appended[] =>
  run.entries.map((entry) => ({ id: entryIdOf(entry.hash), hash: entry.hash, log: run.logId, seq: entry.seq }))
