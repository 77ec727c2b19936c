/** A post on its way to being saved, or one that could not be: its words are kept until the person decides. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { draftOf } from '../controllers/draft.ts'
import { type OutgoingPost, publishAgain, takeOut } from '../controllers/outbox.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import { controls } from '../styles/controls.ts'
import { failure } from './failure.ts'

@customElement('kith-outgoing')
export class Outgoing extends LitElement {
  /** Number of the post in the outbox. */
  @property({ type: Number }) number = 0
  @property({ attribute: false }) post?: OutgoingPost

  static override styles = [
    base,
    controls,
    css`
      .card {
        display: grid;
        gap: 8px;
        border-style: dashed;
      }
      .text {
        white-space: pre-wrap;
      }
    `,
  ]

  override render() {
    const { post } = this
    if (!post) return ''
    return html`<div class="card">
      <p class="text wrap" dir="auto">${post.text}</p>
      ${post.pictures.length ? html`<p class="muted small">${t.write.pictures(post.pictures.length)}</p>` : ''}
      ${post.state === 'failed' ? this.#failed(post) : html`<p class="muted small">${t.write.saving}</p>`}
    </div>`
  }

  #failed(post: OutgoingPost) {
    return html`<strong>${t.write.failed}</strong> ${failure(post.error)}
      <div class="row">
        <button class="primary" @click=${() => publishAgain(this.number)}>${t.common.tryAgain}</button>
        <button @click=${this.#edit}>${t.write.edit}</button>
        <button class="quiet" @click=${() => takeOut(this.number)}>${t.write.discard}</button>
      </div>`
  }

  #edit(): void {
    const post = takeOut(this.number)
    if (!post) return
    draftOf(post.replyTo ? `reply:${post.replyTo}` : 'post').write(post.text)
    this.dispatchEvent(new CustomEvent('kith-edit', { detail: post, bubbles: true, composed: true }))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-outgoing': Outgoing
  }
}
