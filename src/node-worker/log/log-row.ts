/** The row of table `logs`: what is held of one log. */
import type { EntryHash } from '../../core/logs/entry.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'
import type { Fork, LogHead, SeqRange } from './log-service.ts'

/** See the module's doc. The key is [device, log]. */
export interface LogRow {
  readonly person: string
  readonly ranges: readonly SeqRange[]
  readonly seq: number
  readonly hash: EntryHash
  /** Payload bytes held. */
  readonly bytes: number
  /** Entries held without their payload although nobody here heard that it was taken back. */
  readonly hollow?: readonly SeqRange[]
  /** Two entries at one position, both authentic: the device forked its log. */
  readonly fork?: Fork['proof']
  /** When the fork became known here. */
  readonly forkedAt?: number
}

/** A log of which nothing is held yet. */
export const emptyLogRow = (person: string): LogRow => ({
  person,
  ranges: [],
  seq: 0,
  hash: new Uint8Array(0),
  bytes: 0,
})

/** What an entry takes beside its payload, about: its signature and hashes, and what is stored around them. Bytes. */
export const ENTRY_COST = 192

/** [EC2] What is held of a log costs so many bytes: entries count, or a log of empty ones could grow without end. */
export const bytesHeld = ({ bytes, ranges }: LogRow): number =>
  bytes + ENTRY_COST * ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** Reads the row of a log. */
export const getLogRow = (tx: ReadTransaction, device: Uint8Array, log: number): Promise<LogRow | undefined> =>
  tx.get<LogRow>('logs', [device, log])

/** Writes the row of a log. */
export const putLogRow = (tx: WriteTransaction, device: Uint8Array, log: number, row: LogRow): Promise<void> =>
  tx.put('logs', [device, log], row)

/** What others are shown of a row. */
export const toHead = (device: Uint8Array, log: number, row: LogRow): LogHead => ({
  person: row.person,
  device,
  log,
  seq: row.seq,
  hash: row.hash,
  ranges: row.ranges,
  hollow: row.hollow ?? [],
  forked: row.fork !== undefined,
})

/** What is known of the fork of a log, if it is forked. */
export const toFork = (device: Uint8Array, log: number, row: LogRow): Fork | undefined =>
  row.fork && { person: row.person, device, log, time: row.forkedAt ?? 0, proof: row.fork }
