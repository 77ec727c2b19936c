/** Sharing by link before anybody uses it: its requests and its query, and whether it is needed. The rest is loaded then. */
import { lazily } from '../api/lazy.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { RequestHandler } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { NoteBook } from '../notes/note-book.ts'
import { hasState } from '../person/account-state.ts'
import type { Connection } from '../services.ts'
import type { Sharing, SharingHandlers } from './sharing.ts'

/** What node.ts composes. */
export interface SharingParts {
  readonly requests: SharingHandlers
  readonly queries: Pick<QueryHandlers, 'shares'>
  schedule(): void
  close(): void
}

/** Loads it when something is shared, or a link is opened. */
export const shareNotes = (services: InternalServices, book: NoteBook, connection: Connection): SharingParts => {
  const { platform, changes } = services
  let isClosed = false
  let opened: Sharing | undefined
  const load = lazily(async () => {
    const { createSharing } = await import('../later.ts')
    opened = createSharing(services, book, connection)
    if (isClosed) opened.close()
    return opened
  })
  const forward =
    <N extends keyof SharingHandlers>(name: N): RequestHandler<N> =>
    async (input, context) => {
      const handlers: { readonly [M in keyof SharingHandlers]: RequestHandler<M> } = (await load()).requests
      return handlers[name](input, context)
    }
  const look = async (): Promise<void> => {
    if (opened || isClosed) return
    if (await platform.store.read(['meta'], (tx) => hasState(tx, 'share'))) await load()
  }
  const run = (): void => {
    // Not to be had for now: tried again with the next change.
    look().catch((error) => isClosed || platform.log({ level: 'warning', what: 'shares', detail: String(error) }))
  }
  const stop = changes.listen((topics) => topics.includes('shares') && run())
  run()
  return {
    requests: {
      'share-note': forward('share-note'),
      'share-link': forward('share-link'),
      'read-share': forward('read-share'),
      unshare: forward('unshare'),
      'open-shared': forward('open-shared'),
      'write-shared': forward('write-shared'),
    },
    queries: {
      shares: { topics: () => ['shares', 'session'], run: async ({ note }) => (await load()).view(note) },
    },
    schedule: () => opened?.schedule(),
    close() {
      isClosed = true
      stop()
      opened?.close()
    },
  }
}
