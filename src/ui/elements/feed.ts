/** A feed, newest first: what is on its way out, then page after page. The slot teaches what to do when it is empty. */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { Feed, type FeedSource } from '../controllers/feed.ts'
import { SKELETON_DELAY } from '../controllers/live-query.ts'
import { Outbox } from '../controllers/outbox.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'
import './feed-page.ts'
import './outgoing.ts'
import './skeleton.ts'

/** The next page is fetched when the end comes this near (CSS pixels). */
const AHEAD = 1500

@customElement('kith-feed')
export class FeedElement extends LitElement {
  @property({ attribute: false }) source: FeedSource = { query: 'home' }
  /** Accessible name of the list. */
  @property() label = ''
  /** Show one's own posts on their way. */
  @property({ type: Boolean }) outgoing = false
  @state() private slow = false

  readonly #feed = new Feed(this, () => this.source)
  readonly #outbox = new Outbox(this)
  #observer: IntersectionObserver | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  static override styles = [
    base,
    controls,
    css`
      :host,
      .list {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      .end {
        min-height: 56px;
        display: grid;
        place-items: center;
        color: var(--muted);
        font-size: var(--text-2);
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setTimeout(() => {
      this.slow = true
    }, SKELETON_DELAY)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
    this.#observer?.disconnect()
  }

  override render() {
    const outgoing = this.outgoing ? this.#outbox.notIn(this.#feed.ids) : []
    return html`${outgoing.map(([id, post]) => html`<kith-outgoing .number=${id} .post=${post}></kith-outgoing>`)}
      ${this.#posts(outgoing.length > 0)}`
  }

  override updated(): void {
    // Observed anew each time: a page that was too short to push the end away asks for another.
    this.#observer?.disconnect()
    const end = this.renderRoot.querySelector('.end')
    if (!end || !this.#feed.more) return
    this.#observer = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && this.#feed.showOlder(), {
      rootMargin: `${AHEAD}px 0px`,
    })
    this.#observer.observe(end)
  }

  #posts(busy: boolean) {
    if (!this.#feed.ready) {
      if (this.#feed.error) return failure(this.#feed.error)
      return this.slow ? html`<kith-skeleton></kith-skeleton>` : ''
    }
    if (!this.#feed.ids.size) return busy ? '' : html`<slot></slot>`
    return html`<div class="list" role="region" aria-label=${this.label}>
        ${repeat(
          this.#feed.sections,
          ({ before }) => before,
          ({ before, posts }) => html`<kith-feed-page
            .posts=${posts}
            @near=${(event: CustomEvent<boolean>) => this.#feed.setNear(before, event.detail)}
          ></kith-feed-page>`,
        )}
      </div>
      <div class="end">${this.#end()}</div>`
  }

  #end() {
    if (this.#feed.more)
      return html`<button class="quiet" @click=${() => this.#feed.showOlder()}>${t.home.older}</button>`
    return this.#feed.complete ? t.home.end : t.home.arriving
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-feed': FeedElement
  }
}
