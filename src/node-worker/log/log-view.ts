/** How what is in the logs becomes what is shown: one view a kind of log, told of entries inside the commit that adds them. */
import type { EntryHash } from '../../core/logs/entry.ts'
import type { Topic } from '../changes.ts'
import type { ReadTransaction, Table, WriteTransaction } from '../stores/store.ts'

/** An entry whose payload is here, opened. */
export interface ReadEntry {
  readonly id: string
  readonly hash: EntryHash
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  readonly seq: number
  /** Type and body of the payload; of a sealed payload, what was inside. */
  readonly type: string
  readonly body: unknown
  /** When it came here. */
  readonly arrival: number
}

/** See the module's doc. */
export interface LogView {
  /**
   * Updates rows for new entries of one log, ascending. Runs inside a transaction over {@link LOG_TABLES}: nothing but
   * the transaction may be awaited.
   * @returns what changed
   */
  apply(tx: WriteTransaction, entries: readonly ReadEntry[]): Promise<readonly Topic[]>
  /** Whether an entry was applied; a view that says nothing of it was told of all that is held. */
  isShown?(tx: ReadTransaction, entry: ReadEntry): Promise<boolean>
}

/** Of entries that are held those that their view was never told of. */
export const unshown = async (
  tx: ReadTransaction,
  view: LogView | undefined,
  entries: readonly ReadEntry[],
): Promise<ReadEntry[]> => {
  const left: ReadEntry[] = []
  for (const entry of entries) if (view?.isShown && !(await view.isShown(tx, entry))) left.push(entry)
  return left
}

/** Views by kind of log. Entries of other logs are stored and shown to nobody. */
export type LogViews = Readonly<Record<number, LogView>>

/** Everything that a commit to a log may touch. */
export const LOG_TABLES: readonly Table[] = [
  'meta',
  'persons',
  'logs',
  'segments',
  'payloads',
  'posts',
  'feeds',
  'records',
  'blocks',
  'blockMeta',
  'notes',
  'queue',
  'requests',
]
