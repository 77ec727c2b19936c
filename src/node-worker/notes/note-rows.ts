/**
 * Rows of notes. The log itself is where updates stay, sealed; rows only name them, so that nothing of a note lies in
 * plain text in the store and no transaction has to encrypt anything.
 */
import { LOG_ID_STEP, logGeneration, logIdOf } from '../../core/logs/log-id.ts'
import { type EntryPosition, LOG_NOTES } from '../log/log-service.ts'
import type { Key, ReadTransaction, WriteTransaction } from '../stores/store.ts'

/** Row of `notes` under [note id]: the updates merged so far, as a cache of the log. */
export interface NoteRow {
  /** Grows with each merge that is stored: a merge that began from an older row is thrown away. */
  readonly revision: number
  /** The merged Yjs state in pieces, each sealed under the device's local key; none before the first merge. */
  readonly state: readonly Uint8Array[]
  /** Title, excerpt and time of the last change, sealed the same way. */
  readonly summary: Uint8Array | null
}

/** A note of which nothing is merged yet. */
export const EMPTY_NOTE: NoteRow = { revision: 0, state: [], summary: null }

/** Names of the rows of `queue` that concern a note. */
const Kind = {
  /** [kind, note, writer, seq] → 0: an entry of that note. */
  entry: 'note-entry',
  /** [kind, note, writer, seq] → 0: an entry that is not merged into the row yet. */
  pending: 'note-pending',
  /** [kind, note] → 0: the note was deleted. */
  gone: 'note-gone',
} as const

const DEVICE_BYTES = 32
/** Sorts behind every generation. */
const END_OF_GENERATIONS = 0xff

/** A log of notes as a part of a key: its device, and behind it the generation, unless it is the first. */
const writerOf = ({ device, log }: Pick<EntryPosition, 'device' | 'log'>): Uint8Array =>
  log < LOG_ID_STEP ? device : Uint8Array.of(...device, logGeneration(log))

/** Keys of the rows in `queue`. */
export const noteKeys = {
  entry: (note: string, position: EntryPosition): Key => [Kind.entry, note, writerOf(position), position.seq],
  pending: (note: string, position: EntryPosition): Key => [Kind.pending, note, writerOf(position), position.seq],
  entries: (note: string): Key => [Kind.entry, note],
  pendings: (note: string): Key => [Kind.pending, note],
  gone: (note: string): Key => [Kind.gone, note],
} as const

const toPosition = (key: Key): EntryPosition => {
  const writer = key[2] as Uint8Array
  const log = logIdOf(LOG_NOTES, writer[DEVICE_BYTES] ?? 0)
  return { device: writer.slice(0, DEVICE_BYTES), log, seq: key[3] as number }
}

const listPositions = async (tx: ReadTransaction, prefix: Key): Promise<EntryPosition[]> =>
  (await tx.list<0>('queue', { prefix })).map(({ key }) => toPosition(key))

/** Every entry of a note that is held. */
export const listEntries = (tx: ReadTransaction, note: string): Promise<EntryPosition[]> =>
  listPositions(tx, noteKeys.entries(note))

/** Those not merged yet. */
export const listPending = (tx: ReadTransaction, note: string): Promise<EntryPosition[]> =>
  listPositions(tx, noteKeys.pendings(note))

/** The newest entry that `device` made for a note. */
export const newestEntry = async (
  tx: ReadTransaction,
  note: string,
  device: Uint8Array,
): Promise<EntryPosition | undefined> => {
  const bound = (writer: Uint8Array): Key => [...noteKeys.entries(note), writer]
  const within = { after: bound(device), before: bound(Uint8Array.of(...device, END_OF_GENERATIONS)) }
  const [row] = await tx.list<0>('queue', { ...within, reverse: true, limit: 1 })
  return row && toPosition(row.key)
}

/** The row of a note, undefined when there is none or it was deleted. */
export const getNote = (tx: ReadTransaction, note: string): Promise<NoteRow | undefined> =>
  tx.get<NoteRow>('notes', [note])

/** Whether a note was deleted. */
export const isGone = async (tx: ReadTransaction, note: string): Promise<boolean> =>
  (await tx.get('queue', noteKeys.gone(note))) !== undefined

/** Merges were sealed under a key of this device that is gone: the log has everything, and each note is merged anew. */
export const forgetMerges = async (tx: WriteTransaction): Promise<void> => {
  for (const { key, value } of await tx.list<NoteRow>('notes')) {
    const note = key[0] as string
    await tx.put('notes', [note], { ...EMPTY_NOTE, revision: value.revision + 1 })
    for (const position of await listEntries(tx, note)) await tx.put('queue', noteKeys.pending(note, position), 0)
  }
}
