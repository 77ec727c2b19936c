/** The addresses that hosts say they are reached under, for whoever asks before a host has answered, too. */
import type { LinkState } from '../hosts/link-ports.ts'
import type { Timers } from '../platform.ts'

/** Milliseconds that a host gets to answer before a link is made without its word. */
export const ANNOUNCE_WAIT = 2_000

/** See the module's doc. */
export interface AnnouncedUrls {
  /** A link to a host changed its state. */
  heard(origin: string, state: LinkState): void
  /** Nothing is known of a host any more. */
  forget(origin: string): void
  /** What a host said last; waits at most {@link ANNOUNCE_WAIT} for its first answer. */
  of(origin: string): Promise<string | undefined>
}

/** Nothing heard yet. */
export const createAnnouncedUrls = (timers: Timers): AnnouncedUrls => {
  const said = new Map<string, string | undefined>()
  const waiting = new Map<string, Set<() => void>>()

  /** Resolves when the host has answered, does not, or the time is over. */
  const answer = (origin: string): Promise<void> =>
    new Promise((resolve) => {
      const waiters = waiting.get(origin) ?? new Set()
      const finish = (): void => {
        timers.clearTimeout(timer)
        waiters.delete(finish)
        if (waiters.size === 0) waiting.delete(origin)
        resolve()
      }
      const timer = timers.setTimeout(finish, ANNOUNCE_WAIT)
      waiting.set(origin, waiters.add(finish))
    })
  const wake = (origin: string): void => {
    for (const finish of [...(waiting.get(origin) ?? [])]) finish()
  }
  return {
    heard(origin, state) {
      if (state.state === 'connecting' || state.state === 'closed') return
      said.set(origin, state.state === 'connected' ? state.publicUrl : said.get(origin))
      wake(origin)
    },
    forget(origin) {
      said.delete(origin)
      wake(origin)
    },
    async of(origin) {
      if (!said.has(origin)) await answer(origin)
      return said.get(origin)
    },
  }
}
