/** A failure in words: what happened, what it means for the person's things, what to do; exact terms behind "Details". */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { KithError } from '../../rpc/errors.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { icon } from './icon.ts'

@customElement('kith-failure')
export class Failure extends LitElement {
  /** Nothing is shown without one. */
  @property({ attribute: false }) error?: KithError | undefined

  static override styles = [
    base,
    controls,
    css`
      .card {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 4px 12px;
        background: var(--bad-soft);
        border-color: var(--bad);
        overflow-wrap: anywhere;
      }
      .icon {
        color: var(--bad);
        margin-top: 2px;
      }
      .words {
        display: grid;
        gap: 4px;
        font-size: var(--text-2);
      }
      strong {
        font-size: var(--text-3);
      }
      summary {
        color: var(--ink);
        padding-bottom: 0;
      }
    `,
  ]

  override render() {
    if (!this.error) return ''
    const words = t.errorWords(this.error)
    return html`<div class="card" role="alert">
      ${icon('circle-alert')}
      <div class="words">
        <strong>${words.what}</strong>
        <p>${words.means}</p>
        <p>${words.todo}</p>
        ${this.#details(words.details)}
      </div>
    </div>`
  }

  #details(text: string | undefined) {
    if (!text) return ''
    return html`<details>
      <summary>${t.app.details}</summary>
      <p>${text}</p>
    </details>`
  }
}

/** A failure in a template; nothing when there is none. */
export const failure = (error: KithError | undefined) =>
  error ? html`<kith-failure .error=${error}></kith-failure>` : ''

declare global {
  interface HTMLElementTagNameMap {
    'kith-failure': Failure
  }
}
