/** Somebody reacted to what one wrote: a line, where a post would say more than there is. */
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { PostView } from '../../rpc/views.ts'
import { t } from '../messages/index.ts'
import { base } from '../styles/base.ts'
import './face.ts'
import { displayName, fingerprint, personPath } from './person-line.ts'
import './time.ts'

/** True for what the inbox shows of a reaction: nothing said, one sign, something it is about. */
export const isNotice = (post: PostView): boolean =>
  !post.text && !post.pictures.length && post.replyTo !== undefined && post.reactions.length > 0

@customElement('kith-notice')
export class Notice extends LitElement {
  @property({ attribute: false }) post?: PostView

  static override styles = [
    base,
    css`
      article {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0 12px;
        align-items: center;
        padding: 10px 14px;
      }
      .author {
        color: var(--ink);
        font-weight: 600;
        text-decoration: none;
      }
      .about {
        display: -webkit-box;
        -webkit-line-clamp: 1;
        -webkit-box-orient: vertical;
        overflow: hidden;
        color: var(--muted);
        font-size: var(--text-2);
        text-decoration: none;
      }
      .author:hover,
      .about:hover {
        text-decoration: underline;
      }
    `,
  ]

  override render() {
    const { post } = this
    if (!post) return ''
    const { author, reactions, replyTo, time } = post
    return html`<article class="card" aria-labelledby="author">
      <kith-face size="small" .person=${author}></kith-face>
      <div>
        <a id="author" class="author wrap" href=${personPath(author.id)}>${displayName(author)}</a>
        ${fingerprint(author)} <span>${reactions.map(({ emoji }) => emoji).join(' ')}</span>
        <a class="about" href="/post/${replyTo?.id}">${replyTo?.excerpt || t.thread.heading}</a>
      </div>
      <span class="muted tiny"><kith-time .at=${time}></kith-time></span>
    </article>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kith-notice': Notice
  }
}
