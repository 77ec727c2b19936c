/** Makes the element of a page. Home is kept, so that coming back from a post finds the feed as it was left. */
import type { LitElement } from 'lit'
import type { Match } from './routes.ts'

const KEPT = 'kith-home-page'
const kept = new Map<string, LitElement>()

/** The element of a page, its parameters set. */
export const pageElement = async ({ tag, params, load }: Match): Promise<LitElement> => {
  await load()
  const element = kept.get(tag) ?? (document.createElement(tag) as LitElement)
  if (tag === KEPT) kept.set(tag, element)
  return Object.assign(element, tag === KEPT ? { view: 'latest' } : {}, params)
}

const wantsMotion = (): boolean => !matchMedia('(prefers-reduced-motion: reduce)').matches

const elementAt = (x: number, y: number): HTMLElement | undefined => {
  let found = document.elementFromPoint(x, y)
  while (found?.shadowRoot) {
    const inner = found.shadowRoot.elementFromPoint(x, y)
    if (!inner || inner === found) break
    found = inner
  }
  return found?.closest<HTMLElement>('a, button, input, textarea, summary, label') ?? undefined
}

/**
 * While a view transition runs, its pictures lie over the page and swallow clicks. Whoever clicks then is in a hurry:
 * the transition ends and the click goes where it was meant to go.
 */
const passClicksOn = (transition: ViewTransition): void => {
  const over = new AbortController()
  const pass = (event: MouseEvent): void => {
    if (event.target !== document.documentElement) return
    transition.skipTransition()
    const target = elementAt(event.clientX, event.clientY)
    target?.focus()
    target?.click()
  }
  document.addEventListener('click', pass, { capture: true, signal: over.signal })
  const end = (): void => over.abort()
  transition.finished.then(end, end)
}

/** Runs a change of page, faded over where the browser has view transitions. */
export const withTransition = async (change: () => Promise<unknown>): Promise<void> => {
  if (!('startViewTransition' in document) || !wantsMotion() || document.hidden) {
    await change()
    return
  }
  const transition = document.startViewTransition(async () => void (await change()))
  // A skipped animation (another page was opened meanwhile) is no failure of the change.
  transition.ready.catch(() => {})
  passClicksOn(transition)
  await transition.updateCallbackDone
}

/** Puts the focus on a page's heading, so that what was opened is read out; false while there is none yet. */
export const focusHeading = (element: LitElement): boolean => {
  const heading = element.renderRoot.querySelector<HTMLElement>('h1')
  heading?.focus({ preventScroll: true })
  return heading !== null
}
