/**
 * How one version follows another. A new service worker waits, so that open tabs never mix two builds; the page asks
 * the person, and one click moves all tabs together: the new version takes over and every tab reloads itself.
 */
import { worker } from './scope.ts'

/** Sent from a page to a waiting service worker: the person agreed, take over now. */
export interface TakeOver {
  readonly type: 'take-over'
}

const isTakeOver = (data: unknown): data is TakeOver => (data as TakeOver | null)?.type === 'take-over'

/** Listens for the person's word. A first version claims the tabs that installed it: they can go offline at once. */
export const followUpdates = (): void => {
  worker.addEventListener('message', (event) => {
    if (isTakeOver(event.data)) event.waitUntil(worker.skipWaiting())
  })
  worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
}
