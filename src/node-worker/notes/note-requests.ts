/** Making, changing and deleting notes. */
import { base32Encode } from '../../core/bytes.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestContext, RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_NOTES, type NewEntry } from '../log/log-service.ts'
import type { Self } from '../person/account.ts'
import type { NoteBook } from './note-book.ts'
import {
  deleteEntry,
  isNoteId,
  MAX_NOTE_BYTES,
  MAX_NOTE_UPDATE_BYTES,
  NOTE_ID_BYTES,
  updateEntry,
} from './note-entries.ts'
import { getNote } from './note-rows.ts'

type Handlers = Pick<RequestHandlers, 'create-note' | 'update-note' | 'delete-note'>

/** The Yjs update of a document in which nothing has happened. */
const EMPTY_UPDATE = Uint8Array.of(0, 0)

const NOT_FOUND = err({ type: 'not-found', what: 'note' } as const)

/** Answers the requests about notes. */
export const noteRequests = (services: InternalServices, book: NoteBook): Handlers => {
  const { account, logs, platform } = services

  const append = async <T>(
    self: Self,
    entry: NewEntry,
    outcome: T,
    context: RequestContext,
  ): Promise<Result<T, never>> => {
    await logs.append(self, LOG_NOTES, [entry], async (tx) => {
      await context.remember(tx, outcome)
      return []
    })
    return ok(outcome)
  }

  /** Why an update is not taken; a note that is full can still be deleted. */
  const refusalOf = async (self: Self, note: string, update: Uint8Array): Promise<KithError | undefined> => {
    if (update.length > MAX_NOTE_UPDATE_BYTES) return { type: 'too-large', what: 'note', limit: MAX_NOTE_UPDATE_BYTES }
    const held = isNoteId(note) ? await book.load(self, note) : undefined
    if (!held) return NOT_FOUND.error
    const { mergeNote } = await import('./note-doc.ts')
    const merged = mergeNote([held.update, update])
    if (merged.refused > 0) return { type: 'bad-file', reason: 'not a Yjs update' }
    return merged.update.length > MAX_NOTE_BYTES
      ? { type: 'too-large', what: 'note', limit: MAX_NOTE_BYTES }
      : undefined
  }

  return {
    async 'create-note'(_, context) {
      const self = account.self()
      if (!self) return err({ type: 'no-person' })
      const note = base32Encode(platform.random.bytes(NOTE_ID_BYTES))
      return append(self, updateEntry({ note, update: EMPTY_UPDATE, time: context.time }), { note }, context)
    },

    async 'update-note'({ note, update }, context) {
      const self = account.self()
      if (!self) return err({ type: 'no-person' })
      const refusal = await refusalOf(self, note, update)
      if (refusal) return err(refusal)
      return append(self, updateEntry({ note, update, time: context.time }), {}, context)
    },

    async 'delete-note'({ note }, context) {
      const self = account.self()
      if (!self) return err({ type: 'no-person' })
      const row = isNoteId(note) && (await platform.store.read(['notes'], (tx) => getNote(tx, note)))
      if (!row) return NOT_FOUND
      return append(self, deleteEntry({ note, time: context.time }), {}, context)
    },
  }
}
