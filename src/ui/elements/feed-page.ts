/**
 * A stretch of a long feed. Near the window it draws its posts; far away it keeps only its height, so that a feed of
 * fifteen thousand posts holds a few dozen in the document.
 */
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { PostView } from '../../rpc/views.ts'
import { base } from '../styles/base.ts'
import { isNotice } from './notice.ts'
import './post.ts'

/** Distance from the window within which posts are drawn (CSS pixels). */
const NEAR = 3000

/** Fires `near` with `detail` true or false when it comes close or goes away. */
@customElement('kith-feed-page')
export class FeedPageElement extends LitElement {
  @property({ attribute: false }) posts: readonly PostView[] = []
  @state() private drawn = true
  #observer: IntersectionObserver | undefined

  static override styles = [
    base,
    css`
      :host,
      div {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ]

  override connectedCallback(): void {
    super.connectedCallback()
    this.#observer = new IntersectionObserver((entries) => this.#moved(entries.at(-1)), { rootMargin: `${NEAR}px 0px` })
    this.#observer.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#observer?.disconnect()
  }

  override render() {
    if (!this.drawn) return ''
    return repeat(
      this.posts,
      (post) => post.id,
      (post) =>
        isNotice(post) ? html`<kith-notice .post=${post}></kith-notice>` : html`<kith-post .post=${post}></kith-post>`,
    )
  }

  #moved(entry: IntersectionObserverEntry | undefined): void {
    if (!entry || entry.isIntersecting === this.drawn) return
    // Its height stays what it was, so that nothing below it moves.
    if (entry.isIntersecting) this.style.removeProperty('height')
    else this.style.setProperty('height', `${entry.boundingClientRect.height}px`)
    this.drawn = entry.isIntersecting
    this.dispatchEvent(new CustomEvent('near', { detail: this.drawn }))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-feed-page': FeedPageElement
  }
}
