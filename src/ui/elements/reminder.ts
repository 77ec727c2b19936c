/** The quiet reminder to write down the twelve words; gone once that is done. */
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { icon } from './icon.ts'

@customElement('kith-reminder')
export class Reminder extends LitElement {
  static override styles = [
    base,
    css`
      p {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: start;
        gap: 12px;
        padding: 10px 14px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--warn-soft);
        color: var(--warn);
        font-size: var(--text-2);
      }
      a {
        color: inherit;
        font-weight: 600;
        white-space: nowrap;
        padding: 4px 0;
      }
    `,
  ]

  override render() {
    return html`<p>${icon('key-round')}<span>${t.words.reminder} <a href="/you/words">${t.words.reminderGo}</a></span></p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-reminder': Reminder
  }
}
