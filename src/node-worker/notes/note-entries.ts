/** What entries of the notes log say, inside their seal. Rules NO1 to NO9 of docs/protocol. */
import { base32Decode } from '../../core/bytes.ts'
import { hasKeys, isBytes, isCount, isRecord, isText } from '../../core/cbor.ts'
import type { NewEntry } from '../log/log-service.ts'

/** Payload types of the notes log. */
export const NoteType = { update: 'kith/note-update', delete: 'kith/note-delete' } as const

/** One Yjs update: what is left of a padded payload (64,512 bytes) for it, rounded down. */
export const MAX_NOTE_UPDATE_BYTES = 64_000
/** A note's whole Yjs state, as far as this device lets it grow. */
export const MAX_NOTE_BYTES = 1_048_576
/** Random bytes of a note's id. */
export const NOTE_ID_BYTES = 16
/** Characters of those bytes in base32. */
const NOTE_ID_LENGTH = 26

/** A change of a note's text and title. */
export interface NoteUpdate {
  readonly note: string
  readonly update: Uint8Array
  readonly time: number
}

/** The end of a note, on all devices and for good. */
export interface NoteDelete {
  readonly note: string
  readonly time: number
}

/** Whether a text is the id of a note, in its one spelling. */
export const isNoteId = (value: unknown): value is string =>
  isText(value, NOTE_ID_LENGTH) && base32Decode(value)?.length === NOTE_ID_BYTES

/** The entry of an update. */
export const updateEntry = ({ note, update, time }: NoteUpdate): NewEntry => ({
  type: NoteType.update,
  body: { note, update, time },
})

/** The entry of a deletion. */
export const deleteEntry = ({ note, time }: NoteDelete): NewEntry => ({ type: NoteType.delete, body: { note, time } })

/** The update in an opened entry. */
export const readUpdate = ({ type, body }: NewEntry): NoteUpdate | undefined => {
  if (type !== NoteType.update || !isRecord(body) || !hasKeys(body, ['note', 'update', 'time'])) return undefined
  const { note, update, time } = body
  if (!isNoteId(note) || !isBytes(update) || update.length > MAX_NOTE_UPDATE_BYTES || !isCount(time)) return undefined
  return { note, update, time }
}

/** The deletion in an opened entry. */
export const readDelete = ({ type, body }: NewEntry): NoteDelete | undefined => {
  if (type !== NoteType.delete || !isRecord(body) || !hasKeys(body, ['note', 'time'])) return undefined
  const { note, time } = body
  return isNoteId(note) && isCount(time) ? { note, time } : undefined
}
