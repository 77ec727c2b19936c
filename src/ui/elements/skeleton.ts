/** Shapes of what is about to come. Used only after SKELETON_DELAY, see LiveQuery. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'

@customElement('kith-skeleton')
export class Skeleton extends LitElement {
  /** How many. */
  @property({ type: Number }) count = 3

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      .card {
        display: grid;
        grid-template-columns: 44px 1fr;
        gap: 10px 12px;
      }
      i {
        display: block;
        height: 12px;
        border-radius: 6px;
        background: var(--sunk);
      }
      .face {
        height: 44px;
        border-radius: 32%;
        grid-row: span 3;
      }
      .name {
        width: 35%;
      }
      .last {
        width: 70%;
      }
    `,
  ]

  override render() {
    const shape = html`<div class="card" aria-hidden="true">
      <i class="face"></i><i class="name"></i><i></i><i class="last"></i>
    </div>`
    return html`<span class="off-screen" role="status">${t.common.loading}</span>${Array.from({ length: this.count }, () => shape)}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-skeleton': Skeleton
  }
}
