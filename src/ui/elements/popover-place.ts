/**
 * Puts a popover under (or over) the control that opens it, inside the window. CSS anchor positioning is not in every
 * engine yet; positions set through the object model are allowed by the content security policy.
 */
import { focused } from './focus.ts'

const GAP = 6
const EDGE = 8

/** Places `popover` at `control` and lets it be seen; to be called once it is open. */
export const placePopover = (popover: HTMLElement, control: Element): void => {
  const at = control.getBoundingClientRect()
  const box = popover.getBoundingClientRect()
  const below = at.bottom + GAP
  const top = below + box.height + EDGE <= innerHeight ? below : Math.max(EDGE, at.top - GAP - box.height)
  const left = Math.min(Math.max(EDGE, at.left), Math.max(EDGE, innerWidth - box.width - EDGE))
  popover.style.setProperty('top', `${top}px`)
  popover.style.setProperty('left', `${left}px`)
  popover.style.setProperty('visibility', 'visible')
}

/** Keeps it at its control while it is open and the window changes, as when a phone is turned. */
const keepPlaced = (popover: HTMLElement, control: Element): void => {
  const closed = new AbortController()
  const place = (): void => (popover.isConnected ? placePopover(popover, control) : closed.abort())
  addEventListener('resize', place, { signal: closed.signal })
  popover.addEventListener('toggle', () => closed.abort(), { once: true })
}

/**
 * Handler for a popover's `toggle`: places it beside the control whose `popovertarget` names it. Until then its style
 * hides it, so that nobody sees, or presses, it where it was before.
 */
export const placeOnToggle = (event: Event): void => {
  const popover = event.currentTarget as HTMLElement
  const control = (popover.getRootNode() as ShadowRoot).querySelector<HTMLElement>(`[popovertarget="${popover.id}"]`)
  if ((event as ToggleEvent).newState === 'open') {
    if (!control) return
    placePopover(popover, control)
    keepPlaced(popover, control)
    return
  }
  popover.style.removeProperty('visibility')
  // Chromium leaves it on what is hidden now when a popover inside a shadow tree is closed with Escape.
  const active = focused()
  if (!active || popover.contains(active)) control?.focus()
}
