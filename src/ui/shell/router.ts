/**
 * Follows links inside the app without loading a document. Real links with real addresses: without this, each would
 * still open the right page. Places on a page are remembered by history entry.
 */

/** Called at each change of address; `scrollTo` is where the page was left, 0 for a new one. */
export type OnNavigate = (path: string, scrollTo: number) => void

const ownLink = (event: MouseEvent): URL | undefined => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return
  const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement)
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return
  // A link to a place on this page is the browser's.
  if (link.hash && link.pathname === location.pathname) return
  return new URL(link.href)
}

const keyOf = (state: unknown): string => (state as { key?: string } | null)?.key ?? ''

/** Starts following links; `go` opens an address, the rest happens by itself. */
export const startRouter = (onNavigate: OnNavigate): { go(address: string): void; stop(): void } => {
  const places = new Map<string, number>()
  let key = keyOf(history.state)
  const leave = (): void => void places.set(key, scrollY)
  const go = (address: string): void => {
    const url = new URL(address, location.href)
    leave()
    key = crypto.randomUUID()
    // The page that is open already replaces itself, so that "back" leads away from it.
    const same = url.href === location.href
    history[same ? 'replaceState' : 'pushState']({ key }, '', url)
    onNavigate(url.pathname, 0)
  }
  const click = (event: MouseEvent): void => {
    const url = ownLink(event)
    if (!url) return
    event.preventDefault()
    go(url.href)
  }
  const pop = (): void => {
    leave()
    key = keyOf(history.state)
    onNavigate(location.pathname, places.get(key) ?? 0)
  }
  history.scrollRestoration = 'manual'
  document.addEventListener('click', click)
  addEventListener('popstate', pop)
  const stop = (): void => {
    document.removeEventListener('click', click)
    removeEventListener('popstate', pop)
  }
  return { go, stop }
}

const GO = 'kith-go'

/** Opens an address from anywhere in the interface. */
export const navigate = (address: string): void => {
  dispatchEvent(new CustomEvent(GO, { detail: address }))
}

/** Connects {@link navigate} with a router; returns how to undo it. */
export const onNavigateRequest = (go: (address: string) => void): (() => void) => {
  const listener = (event: Event): void => go((event as CustomEvent<string>).detail)
  addEventListener(GO, listener)
  return () => removeEventListener(GO, listener)
}
