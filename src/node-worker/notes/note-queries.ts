/** Live queries over notes. */
import type { NoteSummary } from '../../rpc/views.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { InternalServices } from '../internal-services.ts'
import { type EntryPosition, LOG_NOTES } from '../log/log-service.ts'
import type { Self } from '../person/account.ts'
import type { NoteBook } from './note-book.ts'
import { isNoteId } from './note-entries.ts'

/** Up to where this device's notes must be held elsewhere for a copy of one note to count. */
export const noteCopiesAt = async (self: Self, book: NoteBook, note: string): Promise<EntryPosition> => {
  const newest = await book.newest(self, note)
  // Written elsewhere only: entry 0 is before any, so it counts who holds this device's notes at all.
  return newest ?? { device: self.device.signer.publicKey, log: LOG_NOTES, seq: 0 }
}

/** Answers `notes` and `note`. */
export const noteQueries = (services: InternalServices, book: NoteBook): Pick<QueryHandlers, 'notes' | 'note'> => {
  const { account, copies, settings } = services

  const copiesOf = async (self: Self, note: string): Promise<NoteSummary['copies']> =>
    copies.copies(await noteCopiesAt(self, book, note), settings.copiesOf(note) - 1)

  return {
    notes: {
      topics: () => ['notes', 'copies', 'settings', 'session'],
      async run() {
        const self = account.self()
        if (!self) return []
        const summaries = []
        for (const { note, ...summary } of await book.list(self)) {
          summaries.push({ id: note, ...summary, copies: await copiesOf(self, note) })
        }
        return summaries
      },
    },
    note: {
      topics: ({ note }) => [`note/${note}`, 'session'],
      async run({ note }) {
        const self = account.self()
        const loaded = self && isNoteId(note) ? await book.load(self, note) : undefined
        return loaded && { id: note, update: loaded.update }
      },
    },
  }
}
