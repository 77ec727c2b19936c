/** Whether one's things would survive a wipe now: the answer, what it is about, and with whom everything lies. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { HolderView, KindSafety, SafetyView } from '../../rpc/safety.ts'
import { LiveQuery } from '../controllers/live-query.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { copyStyles } from '../styles/copies.ts'
import { page } from '../styles/page.ts'
import { peopleLines } from '../styles/people.ts'
import { failure } from './failure.ts'
import { personLine } from './person-line.ts'
import './time.ts'

/** More dots than this say nothing more. */
const MOST = 5

@customElement('kith-safety')
export class Safety extends LitElement {
  /** Whether the person has the words, without which nothing comes back. */
  @property({ type: Boolean }) wordsKept = false
  readonly #safety = new LiveQuery(this, 'safety', () => ({}))

  static override styles = [
    base,
    page,
    peopleLines,
    copyStyles,
    css`
      .kinds {
        display: grid;
        gap: 8px;
      }
      .kinds li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        column-gap: 12px;
        align-items: baseline;
      }
      .kinds .dots {
        display: flex;
        gap: 4px;
        min-width: 60px;
      }
      .note {
        -webkit-line-clamp: 4;
      }
    `,
  ]

  override render() {
    return this.#safety.render({ value: (view) => (view ? this.#whole(view) : ''), failed: failure })
  }

  #whole(view: SafetyView) {
    return html`<section class="card">
        <h2>${t.safety.heading}</h2>
        <p role="status">${this.#verdict(view)}</p>
        ${view.shortage ? html`<p class="muted small">${t.safety.shortage(view.shortage)}</p>` : ''}
        <ul class="kinds">${view.kinds.map((kind) => this.#kind(kind, view.copies - 1))}</ul>
      </section>
      <section class="card">
        <h2>${t.safety.holders}</h2>
        ${
          view.holders.length
            ? html`<ul class="lines">${view.holders.map((holder) => this.#holder(holder))}</ul>`
            : html`<p class="muted">${t.safety.noHolders}</p>`
        }
      </section>`
  }

  #verdict({ survives, because }: SafetyView): string {
    if (!survives) return t.safety.no(because)
    return this.wordsKept ? t.safety.yes : t.safety.yesButWords
  }

  /** One's own copy is no dot: it is what would be wiped. */
  #kind(kind: KindSafety, wanted: number) {
    const live = kind.lost > 0 ? 0 : kind.fewest
    const dots = Array.from({ length: Math.min(MOST, Math.max(live, wanted)) }, (_, i) =>
      i < live ? 'live' : 'wanted',
    )
    return html`<li>
      <span class="dots" aria-hidden="true">${dots.map((dot) => html`<i class=${dot}></i>`)}</span>
      <span>${t.safety.kind(kind.kind)}: <span class="muted">${t.safety.state(kind)}</span></span>
    </li>`
  }

  #holder(holder: HolderView) {
    const { person, online, lastSeen, lastProof } = holder
    const seen = online ? t.safety.online : html`${t.safety.seen} <kith-time .at=${lastSeen}></kith-time>`
    const proven = lastProof > 0 ? html` · ${t.safety.proven} <kith-time .at=${lastProof}></kith-time>` : ''
    return html`<li>${personLine(person, html`${t.safety.holder(holder)} · ${seen}${proven}`)}</li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-safety': Safety
  }
}
