/** Something about one's things that a person should know and may have to act on; it stays until it is over. */
import { html, type TemplateResult } from 'lit'
import { icon } from './icon.ts'

/** A card for the styles of pages: what is the matter, then what it means and what to do. */
export const alarm = (heading: string, lines: readonly (string | TemplateResult)[]) =>
  html`<section class="card">
    <h2>${icon('circle-alert')} ${heading}</h2>
    ${lines.map((line) => html`<p>${line}</p>`)}
  </section>`
