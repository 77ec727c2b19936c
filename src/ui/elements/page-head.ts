/** The head of a page: its name, and a link to where it hangs. */
import { html } from 'lit'
import { t } from '../messages/index.ts'
import { icon } from './icon.ts'

/** `back` is the page above and its name. The heading takes the focus after a navigation. */
export const pageHead = (heading: unknown, back?: { readonly href: string; readonly name: string }) => html`
  <header class="page-head">
    ${
      back
        ? html`<a class="button quiet back" href=${back.href} aria-label=${t.app.backTo(back.name)}>${icon('arrow-left')}<span>${back.name}</span></a>`
        : ''
    }
    <h1 tabindex="-1">${heading}</h1>
  </header>
`

/** Asks the shell to name the window after what is shown. */
export const nameWindow = (title: string): void => {
  document.title = title ? `${title} · ${t.app.name}` : t.app.name
}
