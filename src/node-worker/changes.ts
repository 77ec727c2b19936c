/** What changed, as topics: the one channel between services that write and queries that run again. */

/** `*`-free topic names; those with an id are `name/ID`. */
export type Topic =
  | 'session'
  | 'home'
  | 'inbox'
  | 'people'
  | 'settings'
  | 'connection'
  | 'copies'
  | 'storage'
  | 'devices'
  | 'notes'
  /** Notes that are shared by link, and what is said of them. */
  | 'shares'
  /** Who keeps private things for whom. */
  | 'keepers'
  | 'foreign'
  /** Pledges, leases and what was said of them. */
  | 'economy'
  /** What was left with others, and what lacks copies. */
  | 'leases'
  /** Logs that were here are deleted. */
  | 'logs-gone'
  | `person/${string}`
  /** Records of a person that is kept here. */
  | `records/${string}`
  | `thread/${string}`
  | `note/${string}`
  | `job/${string}`

/** See the module's doc. */
export interface Changes {
  emit(...topics: readonly Topic[]): void
  /** Calls `handler` with each batch of topics. @returns stops it */
  listen(handler: (topics: readonly Topic[]) => void): () => void
}

/** A channel of changes. A handler's throw does not reach the emitter's caller. */
export const createChanges = (onError: (error: unknown) => void): Changes => {
  const handlers = new Set<(topics: readonly Topic[]) => void>()
  return {
    emit(...topics) {
      for (const handler of [...handlers]) {
        try {
          handler(topics)
        } catch (error) {
          onError(error)
        }
      }
    },
    listen(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}
