/** What happened to a person's keys and devices, in words: to see what changed since one last looked. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { KeyEventView } from '../../rpc/views.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import './time.ts'

/** Shown at first: who looks wants the newest, and a chain has up to 512. */
const SHOWN = 10

@customElement('kith-key-history')
export class KeyHistory extends LitElement {
  /** Id of the person. */
  @property() person = ''
  @state() private isWhole = false

  readonly #history = new LiveQuery(this, 'key-history', () => ({ person: this.person }))

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
        margin-top: 12px;
        font-size: var(--text-2);
      }
      h3 {
        color: var(--muted);
        font: inherit;
      }
      ol {
        display: grid;
        gap: 6px;
        margin-block: 4px 8px;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        justify-content: space-between;
        overflow-wrap: anywhere;
      }
    `,
  ]

  override render() {
    return html`<h3 id="heading">${t.person.history}</h3>
      ${this.#history.render({ value: (events) => this.#list(events), failed: failure })}`
  }

  #list(events: readonly KeyEventView[]) {
    if (events.length === 0) return html`<p class="hint">${t.person.historyNone}</p>`
    const shown = this.isWhole ? events : events.slice(0, SHOWN)
    return html`<p class="hint">${t.person.historyHint}</p>
      <ol aria-labelledby="heading">
        ${shown.map(
          ({ kind, time, device }) =>
            html`<li>
              <span>${t.person.keys[kind](device || t.person.unnamedDevice)}</span><kith-time .at=${time}></kith-time>
            </li>`,
        )}
      </ol>
      ${shown.length < events.length ? html`<button @click=${this.#showAll}>${t.common.showAll}</button>` : ''}`
  }

  #showAll(): void {
    this.isWhole = true
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-key-history': KeyHistory
  }
}
