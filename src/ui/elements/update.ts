/** A newer version is here already; the person says when to change over. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'

@customElement('kith-update')
export class Update extends LitElement {
  /** Changes over; the page loads again. */
  @property({ attribute: false }) apply: () => void = () => {}

  static override styles = [
    base,
    controls,
    css`
      p {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        padding: 6px 6px 6px 14px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--accent-soft);
        font-size: var(--text-2);
      }
    `,
  ]

  override render() {
    return html`<p role="status">${t.app.update}<button class="quiet" @click=${() => this.apply()}>${t.app.updateNow}</button></p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-update': Update
  }
}
