/**
 * Rows of notes. The log itself is where updates stay, sealed; rows only name them, so that nothing of a note lies in
 * plain text in the store and no transaction has to encrypt anything.
 */
import type { Key, ReadTransaction } from '../stores/store.ts'

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
  /** [kind, note, device, seq] → 0: an entry of that note. */
  entry: 'note-entry',
  /** [kind, note, device, seq] → 0: an entry that is not merged into the row yet. */
  pending: 'note-pending',
  /** [kind, note] → 0: the note was deleted. */
  gone: 'note-gone',
} as const

/** Where an update stands in the notes log of a device. */
export interface NotePosition {
  readonly device: Uint8Array
  readonly seq: number
}

/** Keys of the rows in `queue`. */
export const noteKeys = {
  entry: (note: string, { device, seq }: NotePosition): Key => [Kind.entry, note, device, seq],
  pending: (note: string, { device, seq }: NotePosition): Key => [Kind.pending, note, device, seq],
  entries: (note: string): Key => [Kind.entry, note],
  pendings: (note: string): Key => [Kind.pending, note],
  gone: (note: string): Key => [Kind.gone, note],
} as const

const toPosition = (key: Key): NotePosition => ({ device: key[2] as Uint8Array, seq: key[3] as number })

const listPositions = async (tx: ReadTransaction, prefix: Key): Promise<NotePosition[]> =>
  (await tx.list<0>('queue', { prefix })).map(({ key }) => toPosition(key))

/** Every entry of a note that is held. */
export const listEntries = (tx: ReadTransaction, note: string): Promise<NotePosition[]> =>
  listPositions(tx, noteKeys.entries(note))

/** Those not merged yet. */
export const listPending = (tx: ReadTransaction, note: string): Promise<NotePosition[]> =>
  listPositions(tx, noteKeys.pendings(note))

/** The newest entry that `device` made for a note. */
export const newestEntry = async (
  tx: ReadTransaction,
  note: string,
  device: Uint8Array,
): Promise<NotePosition | undefined> => {
  const [row] = await tx.list<0>('queue', { prefix: [...noteKeys.entries(note), device], reverse: true, limit: 1 })
  return row && toPosition(row.key)
}

/** The row of a note, undefined when there is none or it was deleted. */
export const getNote = (tx: ReadTransaction, note: string): Promise<NoteRow | undefined> =>
  tx.get<NoteRow>('notes', [note])

/** Whether a note was deleted. */
export const isGone = async (tx: ReadTransaction, note: string): Promise<boolean> =>
  (await tx.get('queue', noteKeys.gone(note))) !== undefined
