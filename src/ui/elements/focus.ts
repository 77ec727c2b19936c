/** Where the focus is, and how it gets back when what had it goes away. */

/** The element that has the focus, inside whatever shadow trees it stands in; undefined when nothing has it. */
export const focused = (): Element | undefined => {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active && active !== document.body ? active : undefined
}

/** Asks the shell to put the focus on the page's heading, because what had it was taken away. */
export class FocusPageEvent extends Event {
  constructor() {
    super('kith-focus-page', { bubbles: true, composed: true })
  }
}
