/** Feeds, newest first, and threads, oldest first. */
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { PostViews } from '../social/post-views.ts'
import { Feed, listFeed } from '../social/rows.ts'
import type { Store } from '../stores/store.ts'

/** Replies shown of one thread. */
export const MAX_THREAD_REPLIES = 500

/** Answers `home`, `person-feed`, `inbox` and `thread`. */
export const feedQueries = (
  store: Store,
  views: PostViews,
): Pick<QueryHandlers, 'home' | 'person-feed' | 'inbox' | 'thread'> => ({
  home: {
    topics: () => ['home', 'people', 'copies', 'settings', 'session', 'connection'],
    run: (input) => views.page(Feed.home, input),
  },
  'person-feed': {
    topics: ({ person }) => [`person/${person}`, 'people', 'copies', 'settings', 'connection'],
    run: (input) => views.page(Feed.person(input.person), input),
  },
  inbox: {
    topics: () => ['inbox', 'people'],
    run: (input) => views.page(Feed.inbox, input),
  },
  thread: {
    topics: ({ entry }) => [`thread/${entry}`, 'people', 'copies', 'settings', 'home'],
    async run({ entry }) {
      const places = await store.read(['feeds'], (tx) =>
        listFeed(tx, Feed.thread(entry), { oldestFirst: true, limit: MAX_THREAD_REPLIES }),
      )
      const [post] = await views.posts([entry])
      const replies = await views.posts(places.map(({ id }) => id))
      return { ...(post && { post }), replies }
    },
  },
})
