/** A post with its replies, and a place to answer. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { LiveQuery } from '../controllers/live-query.ts'
import { Outbox } from '../controllers/outbox.ts'
import '../elements/blank.ts'
import '../elements/composer.ts'
import { failure } from '../elements/failure.ts'
import '../elements/outgoing.ts'
import { nameWindow, pageHead } from '../elements/page-head.ts'
import { displayName } from '../elements/person-line.ts'
import '../elements/post.ts'
import '../elements/skeleton.ts'
import type { PostView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { page } from '../styles/page.ts'

interface Thread {
  readonly post?: PostView
  readonly replies: readonly PostView[]
}

@customElement('kith-thread-page')
export class ThreadPage extends LitElement {
  /** Id of the post. */
  @property() entry = ''

  readonly #thread = new LiveQuery(this, 'thread', () => ({ entry: this.entry }))
  readonly #outbox = new Outbox(this)

  static override styles = [
    base,
    controls,
    page,
    css`
      :host {
        gap: 12px;
      }
      .replies {
        display: grid;
        gap: 12px;
        padding-left: 12px;
        border-left: 3px solid var(--line);
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ]

  override render() {
    return html`${pageHead(t.thread.heading, { href: '/', name: t.nav.home })}
      ${this.#thread.render({
        waiting: () => html`<kith-skeleton count="1"></kith-skeleton>`,
        value: (thread) => this.#whole(thread),
        failed: failure,
      })}`
  }

  #whole({ post, replies }: Thread) {
    if (!post) {
      return html`<kith-blank heading=${t.thread.goneTitle} text=${t.thread.goneText}></kith-blank>
        ${replies.length ? this.#replies(replies) : ''}`
    }
    nameWindow(displayName(post.author))
    return html`<kith-post whole .post=${post} @kith-reply=${this.#answer}></kith-post>
      <kith-composer .reply=${post}></kith-composer>
      ${this.#replies(replies)}`
  }

  #replies(replies: readonly PostView[]) {
    const shown = new Set(replies.map(({ id }) => id))
    const outgoing = this.#outbox.notIn(shown).filter(([, { replyTo }]) => replyTo === this.entry)
    if (!replies.length && !outgoing.length) return html`<p class="muted small">${t.thread.none}</p>`
    return html`<div class="replies" role="region" aria-label=${t.post.replies(replies.length)}>
      ${repeat(
        replies,
        ({ id }) => id,
        (reply) => html`<kith-post .post=${reply} under=${this.entry}></kith-post>`,
      )}
      ${outgoing.map(([id, post]) => html`<kith-outgoing .number=${id} .post=${post}></kith-outgoing>`)}
    </div>`
  }

  /** The composer for this post is on the page already. */
  #answer(event: Event): void {
    event.preventDefault()
    this.renderRoot.querySelector('kith-composer')?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-thread-page': ThreadPage
  }
}
