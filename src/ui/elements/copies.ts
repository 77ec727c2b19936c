/** Copies as dots: filled is a live copy, hollow is wanted but not there yet, ringed is on an always-on device. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Copies as CopiesView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { placeOnToggle } from './popover-place.ts'

/** More dots than this say nothing more. */
const MOST = 5
type Dot = 'live' | 'always' | 'wanted'

/** The dots of an item, at most five. */
export const dotsOf = ({ live, wanted, always }: CopiesView): readonly Dot[] =>
  Array.from({ length: Math.min(MOST, Math.max(live, wanted)) }, (_, i) =>
    i < Math.min(always, live) ? 'always' : i < live ? 'live' : 'wanted',
  )

@customElement('kith-copies')
export class Copies extends LitElement {
  /** How many there are, wanted, always on. */
  @property({ attribute: false }) copies: CopiesView = { live: 0, wanted: 0, always: 0 }
  /** Another person's thing: copies are not this person's worry. */
  @property({ type: Boolean }) theirs = false

  static override styles = [
    base,
    controls,
    css`
      button.dots {
        min-width: 44px;
        padding: 8px;
        gap: 4px;
      }
      i {
        display: block;
        width: 9px;
        height: 9px;
        border-radius: 50%;
        border: 1.5px solid var(--edge);
        flex: none;
      }
      i.live,
      i.always {
        background: var(--good);
        border-color: var(--good);
      }
      i.always {
        box-shadow:
          0 0 0 1.5px var(--card),
          0 0 0 3px var(--good);
        margin: 0 2px;
      }
      .about {
        padding: 14px 16px;
        font-size: var(--text-2);
      }
      .about h3 + p {
        margin-top: 4px;
      }
      .about p + p {
        margin-top: 6px;
      }
      .legend {
        display: grid;
        gap: 4px;
        margin-top: 12px;
        color: var(--muted);
      }
      .legend li {
        display: flex;
        align-items: center;
        gap: 10px;
      }
      @media (forced-colors: active) {
        i {
          border-color: CanvasText;
        }
        i.live,
        i.always {
          background: CanvasText;
          forced-color-adjust: none;
        }
      }
    `,
  ]

  override render() {
    const dots = dotsOf(this.copies)
    if (!dots.length) return ''
    const label = t.copies.label(this.copies)
    return html`<button class="quiet dots" popovertarget="about" aria-label=${label} title=${label}>
        ${dots.map((dot) => html`<i class=${dot}></i>`)}
      </button>
      <div id="about" class="about" popover @toggle=${placeOnToggle}>${this.#about()}</div>`
  }

  #about() {
    const { live, wanted, always } = this.copies
    return html`<h3>${t.copies.title}</h3>
      <p>${live ? t.copies.some(live, wanted) : t.copies.none}</p>
      ${always ? html`<p>${t.copies.always(always)}</p>` : ''}
      ${this.theirs ? html`<p>${t.copies.theirs}</p>` : ''}
      <ul class="legend">
        ${(['live', 'wanted', 'always'] as const).map((dot) => html`<li><i class=${dot}></i>${t.copies.legend[dot]}</li>`)}
      </ul>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-copies': Copies
  }
}
