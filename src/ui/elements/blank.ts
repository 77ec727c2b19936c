/** An empty place that teaches the one next step. The slot takes the link or button that does it. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { base } from '../styles/base.ts'

@customElement('kith-blank')
export class Blank extends LitElement {
  @property() heading = ''
  @property() text = ''

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        justify-items: center;
        gap: 8px;
        padding: 32px 20px;
        border: 1px dashed var(--edge);
        border-radius: var(--radius);
        text-align: center;
      }
      p {
        max-width: 26rem;
        color: var(--muted);
        text-wrap: pretty;
      }
      svg {
        color: var(--edge);
      }
    `,
  ]

  override render() {
    return html`<svg viewBox="0 0 72 24" width="72" height="24" aria-hidden="true" fill="none" stroke="currentColor"
        stroke-width="2"><circle cx="12" cy="12" r="7" fill="currentColor" /><circle cx="36" cy="12" r="7" />
        <circle cx="60" cy="12" r="7" stroke-dasharray="3 3" /></svg>
      <h2>${this.heading}</h2>
      <p>${this.text}</p>
      <slot></slot>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-blank': Blank
  }
}
