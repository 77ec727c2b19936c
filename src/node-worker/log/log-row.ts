/** The row of table `logs`: what is held of one log. */
import type { EntryHash } from '../../core/logs/entry.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'
import type { LogHead, SeqRange } from './log-service.ts'

/** Two entries at one position of one log, both authentic: the device forked its log. Each a segment in wire form. */
export type ForkProof = readonly [first: Uint8Array, second: Uint8Array]

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
  readonly fork?: ForkProof
}

/** A log of which nothing is held yet. */
export const emptyLogRow = (person: string): LogRow => ({
  person,
  ranges: [],
  seq: 0,
  hash: new Uint8Array(0),
  bytes: 0,
})

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
