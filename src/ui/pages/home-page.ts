/** The board: write at the top, then everything from oneself and the people one follows, newest first. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { OutgoingPost } from '../controllers/outbox.ts'
import '../elements/blank.ts'
import type { Composer } from '../elements/composer.ts'
import '../elements/composer.ts'
import '../elements/feed.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

const latest = { query: 'home' } as const
const replies = { query: 'inbox' } as const

@customElement('kith-home-page')
export class HomePage extends LitElement {
  @property() view: 'latest' | 'replies' = 'latest'

  static override styles = [
    base,
    controls,
    page,
    css`
      :host {
        gap: 12px;
      }
      nav {
        display: flex;
        gap: 20px;
        border-bottom: 1px solid var(--line);
      }
      nav a {
        padding: 10px 2px;
        margin-bottom: -1px;
        border-bottom: 3px solid transparent;
        color: var(--muted);
        font-weight: 600;
        font-size: var(--text-2);
        text-decoration: none;
      }
      nav a[aria-current='page'] {
        color: var(--ink);
        border-color: var(--accent);
      }
      @media (forced-colors: active) {
        nav a:not([aria-current='page']) {
          border-color: Canvas;
        }
      }
    `,
  ]

  override render() {
    const isReplies = this.view === 'replies'
    return html`<h1 class="off-screen" tabindex="-1">${isReplies ? t.home.replies : t.home.heading}</h1>
      ${isReplies ? '' : html`<kith-composer></kith-composer>`}
      <nav aria-label=${t.home.views}>
        <a href="/" aria-current=${isReplies ? 'false' : 'page'}>${t.home.feed}</a>
        <a href="/replies" aria-current=${isReplies ? 'page' : 'false'}>${t.home.replies}</a>
      </nav>
      ${isReplies ? this.#replies() : this.#latest()}`
  }

  #latest() {
    return html`<kith-feed .source=${latest} label=${t.home.feed} outgoing @kith-edit=${this.#edit}>
      <kith-blank heading=${t.home.emptyTitle} text=${t.home.emptyText}>
        <a class="button" href="/people">${t.home.emptyAction}</a>
      </kith-blank>
    </kith-feed>`
  }

  #replies() {
    return html`<kith-feed .source=${replies} label=${t.home.replies}>
      <kith-blank heading=${t.home.repliesTitle} text=${t.home.repliesText}></kith-blank>
    </kith-feed>`
  }

  #edit(event: CustomEvent<OutgoingPost>): void {
    this.renderRoot.querySelector<Composer>('kith-composer')?.restore(event.detail)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-home-page': HomePage
  }
}
