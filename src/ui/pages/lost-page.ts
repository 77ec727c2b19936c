/** An address that leads nowhere. */
import { html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import '../elements/blank.ts'
import { pageHead } from '../elements/page-head.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

@customElement('kith-lost-page')
export class LostPage extends LitElement {
  static override styles = [base, controls, page]

  override render() {
    return html`${pageHead(t.lost.heading)}
      <p class="lead">${t.lost.text}</p>
      <div><a class="button primary" href="/">${t.lost.home}</a></div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-lost-page': LostPage
  }
}
